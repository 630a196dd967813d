/** One directive of a format, such as `%-8.3f`. */
export interface Directive {
  minus: boolean
  plus: boolean
  sharp: boolean
  space: boolean
  zero: boolean
  width: number | null
  precision: number | null
  /** `%+v` and `%#v`. */
  plusV: boolean
  sharpV: boolean
  verb: string
}

export function plainDirective(verb: string): Directive {
  return {
    minus: false,
    plus: false,
    sharp: false,
    space: false,
    zero: false,
    width: null,
    precision: null,
    plusV: false,
    sharpV: false,
    verb,
  }
}

/** The text filled up to the directive's width, by characters; zeros stand on the left only. */
export function pad(text: string, { width, minus, zero }: Directive): string {
  const missing = (width ?? 0) - Array.from(text).length
  if (missing <= 0) return text
  if (minus) return text + ' '.repeat(missing)
  return (zero ? '0' : ' ').repeat(missing) + text
}
