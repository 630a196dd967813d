import { Agent, type IncomingMessage, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly bytes: number
  /** Of the first bytes only, unless the whole was asked for. */
  readonly text: string
  /** From the request to the first byte of the body. */
  readonly firstByteMs: number
  readonly wallMs: number
}

export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Hang up after the first piece of the answer. */
  readonly firstPieceOnly?: boolean
  readonly keepText?: boolean
}

const keptCharacters = 4096

/** Requests to one server over connections that stay open. */
export class Requests {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 })

  constructor(url: string) {
    this.#url = url
  }

  /** Reads the answer as it comes and keeps only its beginning. Throws where the status is not 200 or 201. */
  async ask(path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await this.#send(path, ask)
    if (answer.status === 200 || answer.status === 201) return answer
    throw new Error(`${ask.method ?? 'GET'} ${path} was answered with ${answer.status}: ${answer.text}`)
  }

  /** An answer without end. Throws where the status is not 200. */
  async open(path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      const sent = request(`${this.#url}${path}`, { agent: false, headers }, (response) => {
        if (response.statusCode === 200) resolve(response)
        else reject(new Error(`${path} was answered with ${response.statusCode}`))
      })
      sent.on('error', reject).end()
    })
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(path: string, ask: Ask): Promise<Answer> {
    const { method = 'GET', headers = {}, body, firstPieceOnly = false, keepText = false } = ask
    const whole =
      body === undefined
        ? headers
        : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const begin = performance.now()
    return await new Promise((resolve, reject) => {
      const sent = request(
        `${this.#url}${path}`,
        { agent: this.#agent, method, headers: whole },
        (response) => {
          let firstByteMs = Number.NaN
          let bytes = 0
          let text = ''
          const done = () =>
            resolve({
              status: response.statusCode ?? 0,
              bytes,
              text,
              firstByteMs,
              wallMs: performance.now() - begin,
            })
          response.on('data', (piece: Buffer) => {
            if (bytes === 0) firstByteMs = performance.now() - begin
            bytes += piece.length
            if (keepText || text.length < keptCharacters) text += piece.toString('latin1')
            if (!firstPieceOnly) return
            done()
            sent.destroy()
          })
          response.once('end', done).once('error', reject)
        },
      )
      sent.once('error', reject).end(body)
    })
  }
}
