/** So many texts, or so many characters of them, are enough. */
const mostTexts = 16_384
const mostCharacters = 512 * 1024

/** Texts by place, each once: addresses, names and times come again and again in a log. */
export class TextPlaces {
  /** By place; grows while texts are added. */
  readonly texts: string[] = []
  readonly #places = new Map<string, number>()
  #characters = 0
  #last = ''
  #lastPlace = -1

  /** Whether it is time to begin anew, lest a log of ever other texts fills the memory. */
  get isFull(): boolean {
    return this.texts.length >= mostTexts || this.#characters >= mostCharacters
  }

  /** The place of a text, a new one where it has none. */
  of(text: string): number {
    if (text === this.#last && this.#lastPlace >= 0) return this.#lastPlace
    let place = this.#places.get(text)
    if (place === undefined) {
      place = this.texts.push(text) - 1
      this.#places.set(text, place)
      this.#characters += text.length
    }
    this.#last = text
    this.#lastPlace = place
    return place
  }
}
