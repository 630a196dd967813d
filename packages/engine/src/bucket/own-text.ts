/** Shorter texts are never parts of others. */
const shortest = 13

/** The same text, which does not keep the line in memory that it was cut out of. */
export function ownText(text: string): string {
  return text.length < shortest ? text : ` ${text}`.slice(1)
}
