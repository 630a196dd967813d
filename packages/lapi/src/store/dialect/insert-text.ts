/** The text of an insert of many rows, as the server databases take it: built by hand, because builders take longer. */
export class InsertTexts {
  readonly #quote: string
  readonly #placeholder: (number: number) => string
  readonly #texts = new Map<string, string>()

  constructor(quote: string, placeholder: (number: number) => string) {
    this.#quote = quote
    this.#placeholder = placeholder
  }

  /** Rows of the same columns, as one statement with its values in order. */
  statement(table: string, rows: readonly object[]): { text: string; values: unknown[] } {
    const columns = Object.keys(rows[0] ?? {})
    const values = rows.flatMap((row) => columns.map((column) => (row as Record<string, unknown>)[column]))
    return { text: this.#text(table, columns, rows.length), values }
  }

  #text(table: string, columns: readonly string[], count: number): string {
    const key = `${table} ${count} ${columns.join()}`
    const known = this.#texts.get(key)
    if (known !== undefined) return known
    const quoted = (name: string) => `${this.#quote}${name}${this.#quote}`
    const row = (at: number) => columns.map((_, i) => this.#placeholder(at * columns.length + i + 1)).join()
    const rows = Array.from({ length: count }, (_, at) => `(${row(at)})`)
    const text = `insert into ${quoted(table)} (${columns.map(quoted).join()}) values ${rows.join()}`
    // One size repeats: that of full slices. The others are not worth keeping in number.
    if (this.#texts.size > 64) this.#texts.clear()
    this.#texts.set(key, text)
    return text
  }
}
