import { AdminClient } from '@tocsin/client'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ImportClient } from './import-client.ts'

let server: Server
let sizes: number[]
let client: ImportClient
let away: number | undefined

beforeEach(async () => {
  sizes = []
  away = undefined
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (piece: Buffer) => (text += piece.toString()))
    request.on('end', () => {
      const { bouncers } = JSON.parse(text) as { bouncers: { name: string }[] }
      sizes.push(bouncers.length)
      const isBad = bouncers.some(({ name }) => name === 'bad')
      const body = isBad
        ? { message: 'bouncers.0: it is no good' }
        : { imported: bouncers.length, present: 0, skipped: [] }
      response.writeHead(away ?? (isBad ? 422 : 200)).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  client = new ImportClient(new AdminClient({ url: `http://127.0.0.1:${port}`, token: 't' }), {})
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

const named = (...names: string[]) => names.map((name) => ({ name }))

it('sends batches, and leaves out one record that is refused', async () => {
  const answer = await client.send('bouncers', named('a', 'b', 'bad', 'c', 'd'), 4)
  expect(answer).toMatchObject({
    imported: 4,
    skipped: [{ name: 'bouncer bad', reason: 'bouncers.0: it is no good' }],
  })
  expect(sizes).toEqual([4, 2, 2, 1, 1, 1])
})

it('stops where the Local API is busy, and says how to go on', async () => {
  away = 503
  await expect(client.send('bouncers', named('a', 'b'), 4)).rejects.toMatchObject({
    code: 'LAPI_UNAVAILABLE',
    hint: expect.stringContaining('run the same command again') as string,
  })
  expect(sizes).toEqual([2])
})
