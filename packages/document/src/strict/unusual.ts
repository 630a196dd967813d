/**
 * Ends the reading of a text that is broken, or that uses what only the full reader knows. It says nothing about what is
 * wrong: the full reader finds that.
 */
export class Unusual extends Error {
  override readonly name = 'Unusual'
}

export function unusual(): never {
  throw new Unusual()
}

/** Deeper nesting is left to the full reader, which says where it is too deep. */
export const maxDepth = 30
