import type { FastifyReply } from 'fastify'
import { Readable } from 'node:stream'
import { letOthersRun } from '../store/query/column.ts'

const chunkLength = 32 * 1024

/**
 * Answers with text that is made while it is sent, as fast as the client takes it. Short answers go out whole.
 * The first piece is made before the status is sent, so that a failure there is still an error answer.
 */
export async function sendText(
  reply: FastifyReply,
  type: string,
  pieces: AsyncIterable<string>,
): Promise<FastifyReply> {
  const chunks = inChunks(pieces)[Symbol.asyncIterator]()
  const first = await chunks.next()
  const second = first.done ? first : await chunks.next()
  reply.type(type)
  // Bytes, because fastify adds a charset to the type of texts.
  if (first.done || second.done) return await reply.send(Buffer.from(first.done ? '' : first.value))
  return await reply.send(Readable.from(rejoin(first.value, second.value, chunks), { objectMode: false }))
}

async function* rejoin(
  first: string,
  second: string,
  rest: AsyncIterator<string>,
): AsyncGenerator<string, void, undefined> {
  yield first
  yield second
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    yield next.value
    await letOthersRun()
  }
}

async function* inChunks(pieces: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let chunk = ''
  for await (const piece of pieces) {
    chunk += piece
    if (chunk.length < chunkLength) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

/**
 * A JSON list of ready-made entries, which come in slices; `null` where there is none, as the reference answers.
 * `told` hears at the end whether there was any.
 */
export async function* listText(
  slices: AsyncIterable<readonly string[]>,
  told: (any: boolean) => void = () => {},
): AsyncGenerator<string, void, undefined> {
  let separator = '['
  for await (const slice of slices) {
    if (slice.length === 0) continue
    yield separator + slice.join(',')
    separator = ','
  }
  told(separator !== '[')
  yield separator === '[' ? 'null' : ']'
}
