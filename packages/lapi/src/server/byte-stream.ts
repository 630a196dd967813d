import type { FastifyReply } from 'fastify'
import type { ServerResponse } from 'node:http'
import { letOthersRun } from '../store/query/column.ts'
import { ByteBuffer } from './byte-buffer.ts'

/** So much is sent at a time: enough that a piece costs nothing beside what is in it. A slow reader keeps two. */
export const pieceLength = 64 * 1024
/** The first piece is shorter: it says that the answer has begun. */
const firstLength = 16 * 1024

/** An answer that is written a step at a time; others run between two steps. */
export type Writing = AsyncGenerator<void, void, undefined>

/**
 * Answers with what is written while it is sent, as fast as the client takes it. Short answers go out whole. What
 * fails before the first bytes went out is still an error answer; later the connection breaks off.
 */
export async function sendBytes(
  reply: FastifyReply,
  type: string,
  write: (out: ByteBuffer) => Writing,
): Promise<FastifyReply> {
  const out = new ByteBuffer(pieceLength)
  const writing = write(out)
  const isWhole = await fill(out, writing, firstLength)
  reply.type(type)
  // Bytes, because fastify adds a charset to the type of texts.
  if (isWhole) return await reply.send(out.copy())
  reply.hijack()
  const { raw } = reply
  // What becomes of the connection is seen by its end.
  raw.on('error', () => {})
  raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>)
  try {
    await pump(raw, out, writing)
    raw.end()
  } catch {
    raw.destroy()
  } finally {
    await writing.return()
  }
  return reply
}

/** While one piece is on its way the next one is written. */
async function pump(response: ServerResponse, out: ByteBuffer, writing: Writing): Promise<void> {
  let isWhole = false
  while (!response.destroyed && (!isWhole || out.length > 0)) {
    const sent = send(response, out.take())
    await letOthersRun()
    if (!isWhole) isWhole = await fill(out, writing, pieceLength)
    await sent
  }
}

/** Writes until there is so much, or all: then it answers true. */
async function fill(out: ByteBuffer, writing: Writing, length: number): Promise<boolean> {
  for (;;) {
    if ((await writing.next()).done === true) return true
    if (out.length >= length) return false
    await letOthersRun()
  }
}

/** Waits until the bytes are with the kernel, or the connection has ended. */
async function send(response: ServerResponse, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('close', done)
      resolve()
    }
    response.on('close', done)
    response.write(bytes, done)
  })
}
