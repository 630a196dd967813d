import { unusual } from './unusual.ts'

/** The words that are not text. Source: YAML 1.1, types null and bool. */
const words = new Map<string, null | boolean>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
])
const longestWord = 5

const simpleInteger = /^[-+]?(?:0|[1-9][0-9]{0,14})$/
const simpleFloat = /^[-+]?[0-9]{1,15}\.[0-9]{1,15}$/

/** Every form of YAML 1.1's numbers and times: bases, exponents, base 60, infinities and dates. */
const otherNumber = new RegExp(
  [
    '[-+]?0b[01_]+',
    '[-+]?[0-9][0-9_]*',
    '[-+]?0x[0-9a-fA-F_]+',
    '[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)',
    '[-+]?(?:[0-9][0-9_]*)?(?:\\.[0-9_]*)?[eE][-+]?[0-9]+',
    '[-+]?(?:[0-9][0-9_]*)?\\.[0-9_]*',
    '[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?',
    '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[tT \\t].*)?',
  ]
    .map((form) => `^(?:${form})$`)
    .join('|'),
)

/**
 * What a scalar without quotes means by YAML 1.1. Decimal numbers up to 15 digits are read; the forms of numbers and
 * dates beyond them are unusual.
 */
export function plainValue(source: string): string | number | boolean | null {
  if (source.length <= longestWord) {
    const word = words.get(source)
    if (word !== undefined) return word
  }
  if (!mayBeNumber(source.charCodeAt(0))) return source
  if (simpleInteger.test(source)) return Number(source)
  if (simpleFloat.test(source)) return Number.parseFloat(source)
  return otherNumber.test(source) ? unusual() : source
}

/** Whether a character is a digit, a sign, a dot, or the `e` that an exponent without digits begins with. */
function mayBeNumber(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x65 ||
    code === 0x45
  )
}
