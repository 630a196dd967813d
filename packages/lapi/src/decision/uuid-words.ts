const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Where in the text each of the four words has its eight digits. */
const digitPlaces = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [9, 10, 11, 12, 14, 15, 16, 17],
  [19, 20, 21, 22, 24, 25, 26, 27],
  [28, 29, 30, 31, 32, 33, 34, 35],
] as const

/** Writes a uuid, in the usual form, as four numbers, the most significant first. */
export function writeUuid(words: Uint32Array, base: number, uuid: string): void {
  for (let i = 0; i < 4; i++) words[base + i] = uuidWord(uuid, i)
}

/** The 32 bits of that index, 0 to 3, of a uuid in the usual form. */
export function uuidWord(uuid: string, index: number): number {
  let word = 0
  for (const place of digitPlaces[index] ?? []) word = (word << 4) | hexDigit(uuid.charCodeAt(place))
  return word >>> 0
}

export function readUuid(words: Uint32Array, base: number): string {
  const half = (i: number, shift: number) => {
    const word = (words[base + i] ?? 0) >>> shift
    return `${hexBytes[(word >>> 8) & 255]}${hexBytes[word & 255]}`
  }
  return (
    `${half(0, 16)}${half(0, 0)}-${half(1, 16)}-${half(1, 0)}-` +
    `${half(2, 16)}-${half(2, 0)}${half(3, 16)}${half(3, 0)}`
  )
}

/** The digit of a character code, `0` to `9`, `a` to `f` or `A` to `F`. */
function hexDigit(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57
}
