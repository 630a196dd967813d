/**
 * One line on a terminal that is rewritten in place, at most five times a second; nothing at all elsewhere. It goes
 * to standard error, so that results can be piped.
 */
export class Progress {
  readonly #stream: NodeJS.WriteStream
  #lastMs = 0
  #shown = false

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream
  }

  show(text: () => string): void {
    const now = performance.now()
    if (!this.#stream.isTTY || now - this.#lastMs < 200) return
    this.#lastMs = now
    this.#shown = true
    this.#stream.write(`\r\u001b[K${text()}`)
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001b[K')
    this.#shown = false
  }
}

/** `1,234,567`. By hand: the first text that the language's own way makes takes 20 ms. */
export function grouped(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}
