/** A piece of a date layout: literal text, or a field of the date. */
export type Chunk =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly field: string }
  /** Fractional seconds: `exact` for zeros, else trailing zeros are left out. */
  | {
      readonly kind: 'fraction'
      readonly separator: string
      readonly digits: number
      readonly exact: boolean
    }

// Longest first where one begins another. Source: the reference time of Go's time package.
const fields = [
  'January',
  'Jan',
  'Monday',
  'Mon',
  'MST',
  '002',
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '15',
  '2006',
  '2',
  '__2',
  '_2006',
  '_2',
  '1',
  '3',
  '4',
  '5',
  'PM',
  'pm',
  '-07:00:00',
  '-070000',
  '-07:00',
  '-0700',
  '-07',
  'Z07:00:00',
  'Z070000',
  'Z07:00',
  'Z0700',
  'Z07',
] as const

const cache = new Map<string, readonly Chunk[]>()
const maxCached = 500

/** The pieces of a layout in Go's notation. */
export function chunksOf(layout: string): readonly Chunk[] {
  const known = cache.get(layout)
  if (known) return known
  const chunks = cut(layout)
  if (cache.size >= maxCached) cache.clear()
  cache.set(layout, chunks)
  return chunks
}

function cut(layout: string): Chunk[] {
  const chunks: Chunk[] = []
  let text = ''
  let at = 0
  const flush = () => {
    if (text !== '') chunks.push({ kind: 'text', text })
    text = ''
  }
  while (at < layout.length) {
    const fraction = fractionAt(layout, at)
    const field = fraction ? undefined : fieldAt(layout, at)
    if (fraction) {
      flush()
      chunks.push(fraction)
      at += fraction.digits + 1
    } else if (field === '_2006') {
      text += '_'
      at += 1
    } else if (field !== undefined) {
      flush()
      chunks.push({ kind: 'field', field })
      at += field.length
    } else {
      text += layout[at]
      at += 1
    }
  }
  flush()
  return chunks
}

function fieldAt(layout: string, at: number): string | undefined {
  const field = fields.find((candidate) => layout.startsWith(candidate, at))
  // "Jan" opens "January" as well as any other word: the short names stand alone only.
  if ((field === 'Jan' || field === 'Mon') && /[a-z]/.test(layout[at + 3] ?? '')) return undefined
  return field
}

function fractionAt(layout: string, at: number): (Chunk & { kind: 'fraction' }) | undefined {
  const separator = layout[at]
  const digit = layout[at + 1]
  if ((separator !== '.' && separator !== ',') || (digit !== '0' && digit !== '9')) return undefined
  let end = at + 1
  while (layout[end] === digit) end++
  // A digit that follows makes it plain text, such as a version number.
  if (/[0-9]/.test(layout[end] ?? '')) return undefined
  return { kind: 'fraction', separator, digits: end - at - 1, exact: digit === '0' }
}
