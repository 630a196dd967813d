import type { Decision } from '../decision/decision.ts'
import { formatUntil } from './time.ts'

/** Writes decisions as JSON text. Texts that many decisions have in common are escaped once. */
export class DecisionWriter {
  readonly #escaped = new Map<string, string>()
  readonly #now: number
  readonly #withUuid: boolean

  constructor(now: number, withUuid: boolean) {
    this.#now = now
    this.#withUuid = withUuid
  }

  write(decision: Decision): string {
    const { id, uuid, origin, scenario, scope, type, value, until } = decision
    const uuidField = this.#withUuid ? `,"uuid":"${uuid}"` : ''
    return (
      `{"duration":"${formatUntil(until, this.#now)}","id":${id},"origin":${this.#text(origin)}` +
      `,"scenario":${this.#text(scenario)},"scope":${this.#text(scope)},"type":${this.#text(type)}` +
      `${uuidField},"value":${JSON.stringify(value)}}`
    )
  }

  #text(text: string): string {
    let escaped = this.#escaped.get(text)
    if (escaped === undefined) {
      escaped = JSON.stringify(text)
      if (this.#escaped.size < 10_000) this.#escaped.set(text, escaped)
    }
    return escaped
  }
}
