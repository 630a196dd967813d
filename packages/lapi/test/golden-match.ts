/** How answers are compared. */
export interface MatchOptions {
  /** Lists have no order. */
  unordered: boolean
  /** `message` of an error may be any text. */
  freeMessage: boolean
  /** Ids are texts of digits, not numbers. */
  idsAreTexts: boolean
}

const second = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const millisecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const token = /^[\w-]+\.[\w-]+\.[\w-]+$/
const duration = /^(?:\d+h\d+m\d+s|\d+m\d+s|\d+s)$/

/** Null where the answer is what was recorded, else the first place at which it is not. */
export function matches(expected: unknown, actual: unknown, options: MatchOptions, path = ''): string | null {
  const place = path === '' ? 'the answer' : path
  if (typeof expected === 'string' && /^<[\w ]+>$/.test(expected)) {
    return isMarked(expected, actual, options) ? null : `${place} is ${shown(actual)} instead of ${expected}`
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${place} is ${shown(actual)} instead of a list`
    if (expected.length !== actual.length)
      return `${place} has ${actual.length} entries instead of ${expected.length}`
    return options.unordered
      ? matchUnordered(expected, actual, options, path)
      : firstOf(expected, (entry, index) => matches(entry, actual[index], options, `${path}[${index}]`))
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return `${place} is ${shown(actual)} instead of an object`
    const keys = Object.keys(expected).toSorted().join()
    const found = Object.keys(actual).toSorted().join()
    if (keys !== found) return `${place} has the keys ${found} instead of ${keys}`
    return firstOf(Object.entries(expected), ([key, value]) => {
      if (key === 'message' && options.freeMessage) return null
      return matches(value, actual[key], options, `${path}.${key}`)
    })
  }
  return Object.is(expected, actual) ? null : `${place} is ${shown(actual)} instead of ${shown(expected)}`
}

function matchUnordered(
  expected: readonly unknown[],
  actual: readonly unknown[],
  options: MatchOptions,
  path: string,
): string | null {
  const left = [...actual]
  return firstOf(expected, (entry) => {
    const at = left.findIndex((candidate) => matches(entry, candidate, options) === null)
    if (at < 0) return `${path} lacks ${shown(entry)}`
    left.splice(at, 1)
    return null
  })
}

function isMarked(mark: string, actual: unknown, { idsAreTexts }: MatchOptions): boolean {
  if (mark === '<id>') return idsAreTexts ? isText(actual, /^\d+$/) : Number.isInteger(actual)
  if (mark === '<uuid>') return isText(actual, uuid)
  if (mark === '<token>') return isText(actual, token)
  if (mark === '<duration>') return isText(actual, duration) && actual !== '0s'
  if (mark === '<negative duration>')
    return actual === '0s' || isText(actual, new RegExp(`^-${duration.source.slice(1)}`))
  if (mark === '<expire>') return isText(actual, second)
  return isText(actual, second) || isText(actual, millisecond)
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function firstOf<T>(items: readonly T[], check: (item: T, index: number) => string | null): string | null {
  for (const [index, item] of items.entries()) {
    const problem = check(item, index)
    if (problem !== null) return problem
  }
  return null
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 400)
}
