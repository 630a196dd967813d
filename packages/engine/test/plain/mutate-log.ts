/** What mutations need of a source of chance; the same numbers give the same log. */
export interface Chance {
  below(end: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
}

type Mutation = (line: string, chance: Chance, other: string) => string[]

const addresses = [
  '192.0.2.7',
  '198.51.100.23',
  '2001:db8::17',
  '::ffff:192.0.2.7',
  '999.1.2.3',
  '10.0.0.1',
  '-',
]
const address = /\d{1,3}(?:\.\d{1,3}){3}/
const odd = ['\0', '\u{2028}', '"', '\\', ' ', '\t', '%', '\u{e9}', '\u{fffd}', '{', "'", '', '\u{1f600}']

const mutations: readonly Mutation[] = [
  // Cut at the end, at the beginning, joined with another, torn apart.
  (line, chance) => [line.slice(0, chance.below(line.length + 1))],
  (line, chance) => [line.slice(chance.below(line.length + 1))],
  (line, _chance, other) => [line + other],
  (line, chance) => {
    const at = chance.below(line.length + 1)
    return [line.slice(0, at), line.slice(at)]
  },
  // Another character, a part twice, a part less.
  (line, chance) => {
    const at = chance.below(line.length + 1)
    return [line.slice(0, at) + chance.pick(odd) + line.slice(at + 1)]
  },
  (line, chance) => {
    const at = chance.below(line.length + 1)
    const end = at + chance.below(20)
    return [line.slice(0, end) + line.slice(at)]
  },
  (line, chance) => {
    const at = chance.below(line.length + 1)
    return [line.slice(0, at) + line.slice(at + chance.below(20))]
  },
  (line, chance) => [line.replace(/\d+/, () => String(chance.below(100_000)))],
  // The same again and again, so that buckets fill.
  (line, chance) => Array.from({ length: chance.below(12) }, () => line),
  (line, chance) =>
    Array.from({ length: chance.below(8) }, (_, at) => line.replace(/\d(?=\D*$)/, String(at))),
  // Somebody else, or somebody known.
  (line, chance) => [line.replace(address, chance.pick(addresses))],
  (line, chance) => Array.from({ length: 7 }, () => line.replace(address, chance.pick(addresses))),
  // Another day, or none; another kind of value.
  (line, chance) => [
    line.replace(
      /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/,
      chance.pick(['Feb', 'Dec', 'Foo']),
    ),
  ],
  (line, chance) => [line.replace(/\d\d:\d\d:\d\d/, chance.pick(['23:59:59', '00:00:00', '24:61:61', '']))],
  (line, chance) => [
    line.replace(
      /"(\s*:\s*)(?:"[^"]*"|\d+)/,
      `"$1${chance.pick(['true', 'null', '1.5', '[]', '{}', '""', '7'])}`,
    ),
  ],
  (line, chance) => [
    line.replaceAll(/"(\s*:\s*)"([^"]*)"/g, (whole, colon: string) =>
      chance.chance(0.2) ? `"${colon}false` : whole,
    ),
  ],
  (line) => [line.toUpperCase()],
]

/** A log like another one in which a share of the lines was damaged, moved, repeated or came from somebody else. */
export function mutateLog(lines: readonly string[], chance: Chance, share: number): string[] {
  const mutated: string[] = []
  for (const line of lines) {
    const made = chance.chance(share) ? chance.pick(mutations)(line, chance, chance.pick(lines)) : [line]
    const isLate = chance.chance(share / 10)
    if (isLate) mutated.splice(Math.max(0, mutated.length - chance.below(30)), 0, ...made)
    else mutated.push(...made)
  }
  return mutated
}
