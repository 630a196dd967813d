export interface RefusalOptions {
  /** Whether the body says the status too, as the token layer does. */
  readonly withCode?: boolean
  /** When it may work again. */
  readonly retryAfterSeconds?: number
}

/** A request that is answered with an error. The body is `{"message": …}`, with `code` where `withCode` is set. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly withCode: boolean
  readonly retryAfterSeconds: number | undefined

  constructor(status: number, message: string, options: RefusalOptions = {}) {
    super(message)
    this.status = status
    this.withCode = options.withCode ?? false
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get body(): { code?: number; message: string } {
    return this.withCode ? { code: this.status, message: this.message } : { message: this.message }
  }
}

/** The answer of the token layer: 401 with its code, and the challenge that the server adds. */
export function unauthorized(message: string): Refusal {
  return new Refusal(401, message, { withCode: true })
}

export function forbidden(message = 'access forbidden'): Refusal {
  return new Refusal(403, message)
}
