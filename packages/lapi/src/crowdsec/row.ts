/** A row that cannot be taken over, and why. */
export class BadRow extends Error {
  override readonly name = 'BadRow'
}

/** A row of somebody else's table: nothing about its values is sure. Columns that are absent or empty are as none. */
export class Row {
  readonly #values: Readonly<Record<string, unknown>>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  get id(): number {
    return this.number('id')
  }

  /** The empty text where there is none. */
  text(column: string): string {
    const value = this.#values[column]
    if (typeof value === 'string') return value
    if (value instanceof Uint8Array) return Buffer.from(value).toString()
    return typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
  }

  /** Throws BadRow where there is none. */
  required(column: string): string {
    const text = this.text(column)
    if (text === '') throw new BadRow(`its ${column} is empty`)
    return text
  }

  /** 0 where there is none. */
  number(column: string): number {
    const value = this.#values[column]
    const number = typeof value === 'string' ? Number(value) : Number(value ?? 0)
    return Number.isFinite(number) ? number : 0
  }

  whole(column: string): number {
    return Math.trunc(this.number(column))
  }

  /** False where there is none. */
  flag(column: string): boolean {
    const value = this.#values[column]
    return value === true || value === 1 || value === 1n || value === 'true' || value === '1'
  }

  /** RFC 3339; undefined where there is none. Throws BadRow for what is no time. */
  time(column: string): string | undefined {
    const text = this.text(column)
    if (text === '') return undefined
    const time = rfc3339(text)
    if (time === null) throw new BadRow(`its ${column} '${text.slice(0, 64)}' is no time`)
    return time
  }
}

const databaseTime =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:(Z|UTC)|([+-]\d\d)(?::?(\d\d))?)?(?: [A-Z][\w+-]*)?(?: m=\S+)?$/

/**
 * A time as databases write it, in RFC 3339; null for anything else. Without a zone it is taken for UTC. Source:
 * the texts that Go's drivers store in SQLite, and what PostgreSQL and MySQL print.
 */
export function rfc3339(text: string): string | null {
  const match = databaseTime.exec(text)
  if (!match) return null
  const [, day = '', time = '', , hours, minutes = '00'] = match
  return `${day}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`
}
