import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'
import { textsAt } from './automaton/automaton-matcher.ts'
import type { Answerer, Matcher } from './regex.ts'
import type { RegexNode } from './syntax/node.ts'
import { printRegex } from './syntax/print.ts'

/** Matches with the library re2js: slowly, in little memory. */
export class Re2jsMatcher implements Matcher {
  private readonly expression: RE2JS

  constructor(root: RegexNode) {
    this.expression = loadRe2js().compile(printRegex(root))
  }

  test(text: string): boolean {
    return this.expression.test(text)
  }

  exec(text: string): (string | undefined)[] | null {
    const places = this.search(text)
    return places && textsAt(text, places)
  }

  search(text: string): number[] | null {
    const matcher = this.expression.matcher(text)
    if (!matcher.find()) return null
    const places: number[] = []
    const groups = this.expression.groupCount()
    for (let group = 0; group <= groups; group++) places.push(matcher.start(group), matcher.end(group))
    return places
  }

  answererFor(): Answerer {
    return 're2js'
  }
}

let loaded: typeof RE2JS | undefined

/** The library, loaded at first use: few processes need it, and loading it takes a while. */
function loadRe2js(): typeof RE2JS {
  if (!loaded) {
    const module = createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }
    loaded = module.RE2JS
  }
  return loaded
}
