/** Units whose repetition makes backtracking engines try the most ways. */
const repeatedUnits = ['a', 'a.', '1.', '1.2.3.4 ', ' ', '"', '[a] ', 'a=b ', '/a', '::']

/**
 * Lines of about `length` characters that make an expression work hard: repeated units, each of the given
 * matching lines repeated, and each with a run of one letter put into its middle.
 */
export function hostileLines(matching: readonly string[], length: number): string[] {
  const repeated = [...repeatedUnits, ...matching.filter((line) => line !== '')]
  const lines = repeated.map((unit) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length))
  for (const line of matching) {
    const middle = line.length >> 1
    const run = 'a'.repeat(Math.max(0, length - line.length))
    lines.push((line.slice(0, middle) + run + line.slice(middle)).slice(0, length))
  }
  return lines
}
