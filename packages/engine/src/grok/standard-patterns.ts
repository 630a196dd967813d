import { datePatterns } from './pattern/date.ts'
import { networkPatterns } from './pattern/network.ts'
import { numberPatterns } from './pattern/number.ts'
import { pathPatterns } from './pattern/path.ts'
import { servicePatterns } from './pattern/service.ts'
import { syslogPatterns } from './pattern/syslog.ts'
import { webPatterns } from './pattern/web.ts'
import { wordPatterns } from './pattern/word.ts'

/** The patterns that every parser may use without defining them, by name. */
export const standardPatterns: ReadonlyMap<string, string> = new Map(
  [
    wordPatterns,
    numberPatterns,
    networkPatterns,
    pathPatterns,
    datePatterns,
    syslogPatterns,
    webPatterns,
    servicePatterns,
  ].flatMap((theme) => Object.entries(theme)),
)
