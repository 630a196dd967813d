import { compileRegex } from '../src/index.ts'
import { parseRegex } from '../src/syntax/parse.ts'
import { isLinearPattern } from '../src/v8/v8-linear.ts'
import { translateRegex } from '../src/v8/translate.ts'

/** Texts longer than this must never reach V8, whose linear engine is slow. */
const longText = 1024

/**
 * What speaks against an expression being answered in linear time, whatever the text: a pattern for V8 that its linear
 * engine could not take over, or V8 itself as the answerer of one of the long texts. Empty where all is well.
 */
export function linearityFaults(source: string, texts: readonly string[]): string[] {
  const faults: string[] = []
  const regex = compileRegex(source)
  const translation = translateRegex(parseRegex(source).root)
  if (regex.engine === 'v8' && !('pattern' in translation && isLinearPattern(translation.pattern)))
    faults.push(`V8 has no linear engine for ${source}`)
  for (const text of texts) {
    if (text.length > longText && regex.answererFor(text) === 'v8')
      faults.push(`V8 answers ${source} for ${text.length} characters of ${text.slice(0, 40)}`)
  }
  return faults
}
