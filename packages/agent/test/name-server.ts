import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** A name server on the loopback: it answers questions for the names of addresses late, or never. */
export class NameServer {
  questions = 0
  readonly #socket: Socket
  #delayMs: number | null
  #isClosed = false

  /** `delayMs` null: never answers. */
  static async start(delayMs: number | null): Promise<NameServer> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const server = new NameServer(socket, delayMs)
    onTestFinished(() => server.close())
    return server
  }

  private constructor(socket: Socket, delayMs: number | null) {
    this.#socket = socket
    this.#delayMs = delayMs
    socket.on('message', (question, { port, address }) => {
      this.questions++
      const delayMs = this.#delayMs
      if (delayMs === null) return
      const answer = answerTo(question)
      setTimeout(() => {
        if (!this.#isClosed) socket.send(answer, port, address, () => undefined)
      }, delayMs).unref()
    })
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`
  }

  close(): void {
    if (!this.#isClosed) this.#socket.close()
    this.#isClosed = true
  }

  /** From here on it answers after so long. */
  answerAfter(delayMs: number | null): void {
    this.#delayMs = delayMs
  }
}

/** `7.2.0.192.in-addr.arpa` is `host-7-2-0-192.example`. Source: RFC 1035, section 4. */
function answerTo(question: Buffer): Buffer {
  const labels: string[] = []
  let at = 12
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const end = at + 5
  const name = [`host-${labels.slice(0, -2).join('-')}`, 'example']
  const pointed = Buffer.concat([
    ...name.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ])
  const head = Buffer.from(question.subarray(0, 12))
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(1, 6)
  head.writeUInt32BE(0, 8)
  const record = Buffer.from([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, pointed.length])
  return Buffer.concat([head, question.subarray(12, end), record, pointed])
}
