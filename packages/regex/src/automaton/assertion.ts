import { side } from './alphabet.ts'
import { assertionCode } from './program.ts'

/** Whether the assertion holds between two neighbours, each as a `side`; `none` is the edge of the text. */
export function assertionHolds(code: number, left: number, right: number): boolean {
  switch (code) {
    case assertionCode.textStart:
      return left === side.none
    case assertionCode.textEnd:
      return right === side.none
    case assertionCode.lineStart:
      return left === side.none || left === side.lineFeed
    case assertionCode.lineEnd:
      return right === side.none || right === side.lineFeed
    case assertionCode.wordBoundary:
      return (left === side.word) !== (right === side.word)
    default:
      return (left === side.word) === (right === side.word)
  }
}
