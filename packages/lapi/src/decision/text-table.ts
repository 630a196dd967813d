/** Texts that many things have in common, held once and named by a number. A text goes with its last use. */
export class TextTable {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []
  readonly #uses: number[] = []
  readonly #free: number[] = []

  /** The number of a text, used once more. */
  take(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) {
      this.#uses[known] = (this.#uses[known] ?? 0) + 1
      return known
    }
    const number = this.#free.pop() ?? this.#texts.length
    this.#numbers.set(text, number)
    this.#texts[number] = text
    this.#uses[number] = 1
    return number
  }

  get(number: number): string {
    return this.#texts[number] ?? ''
  }

  /** Gives back one use. */
  drop(number: number): void {
    const uses = (this.#uses[number] ?? 0) - 1
    this.#uses[number] = uses
    if (uses > 0) return
    this.#numbers.delete(this.get(number))
    this.#texts[number] = ''
    this.#free.push(number)
  }

  get size(): number {
    return this.#numbers.size
  }
}
