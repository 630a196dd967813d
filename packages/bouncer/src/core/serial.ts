/** Runs pieces of work one after another in the order given; a failure is its caller's and stops nobody else. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }
}
