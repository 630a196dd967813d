import type { FastifyReply } from 'fastify'
import type { ByteBuffer } from './byte-buffer.ts'
import { sendBytes, type Writing } from './byte-stream.ts'

/** Answers with text that is made while it is sent; see `sendBytes`. */
export async function sendText(
  reply: FastifyReply,
  type: string,
  pieces: AsyncIterable<string>,
): Promise<FastifyReply> {
  return await sendBytes(reply, type, (out) => writeText(out, pieces))
}

/** The pieces one after another. */
async function* writeText(out: ByteBuffer, pieces: AsyncIterable<string>): Writing {
  for await (const piece of pieces) {
    out.text(piece)
    yield
  }
}
