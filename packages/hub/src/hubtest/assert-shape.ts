/**
 * An assert with its literals taken out: asserts of one file are thousands of lines in a handful of shapes, so
 * that each shape is compiled once and run with the literals of a line as variables.
 */
export interface AssertShape {
  /** The expression with `text0`, `number0`, ... in place of literals. */
  readonly source: string
  readonly literals: Readonly<Record<string, string | bigint>>
}

/** How many literals of each kind a shape may have; further ones stay where they are. */
export const maxLiterals = 8

const literal = /"(?:[^"\\\n]|\\.)*"|\b\d+\b(?!\.)/g

/** Takes the literals out of an assert. Numbers with a point and strings with unusual escapes stay in. */
export function shapeOf(assert: string): AssertShape {
  const literals: Record<string, string | bigint> = {}
  let texts = 0
  let numbers = 0
  const source = assert.replace(literal, (written, offset: number) => {
    if (written.startsWith('"')) {
      const text = texts < maxLiterals ? unquote(written) : null
      if (text === null) return written
      const name = `text${texts++}`
      literals[name] = text
      return name
    }
    if (numbers >= maxLiterals || written.length > 15 || assert[offset - 1] === '.') return written
    const name = `number${numbers++}`
    literals[name] = BigInt(written)
    return name
  })
  return { source, literals }
}

/** The text of a string literal; null for escapes that are read differently elsewhere. */
function unquote(written: string): string | null {
  if (!written.includes('\\')) return written.slice(1, -1)
  if (!/^"(?:[^\\]|\\["\\nrt])*"$/.test(written)) return null
  return written.slice(1, -1).replace(/\\(.)/g, (_, escaped: string) => escapes[escaped] ?? escaped)
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' }
