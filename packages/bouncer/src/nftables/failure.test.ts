import { describe, expect, it } from 'vitest'
import { nftFailure, spawnFailure } from './failure.ts'

describe('nftFailure', () => {
  const texts: [string, string][] = [
    [
      'Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed',
      'NFT_FORBIDDEN',
    ],
    ['/dev/stdin:1:1-17: Error: Could not process rule: Operation not permitted', 'NFT_FORBIDDEN'],
    ['netlink: Error: cache initialization failed: Protocol not supported', 'NFT_UNSUPPORTED'],
    ['Unable to initialize Netlink socket: Protocol not supported', 'NFT_UNSUPPORTED'],
    ['Error: JSON support not compiled-in', 'NFT_UNSUPPORTED'],
    ['netlink: Error: Could not process rule: Message too long', 'NFT_TOO_LONG'],
    ['Error: No such file or directory\nlist table inet tocsin', 'NFT_NOT_FOUND'],
    ['exec of "nft" failed: No such file or directory', 'NFT_MISSING'],
    ['Cannot open network namespace "x": No such file or directory', 'NFT_NO_NAMESPACE'],
    ['Error: syntax error, unexpected junk', 'NFT_FAILED'],
    ['', 'NFT_FAILED'],
  ]
  it.each(texts)('knows %j', (stderr, code) => {
    const error = nftFailure('add elements', stderr, 'it ended with status 1')
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^cannot add elements: /)
    if (code !== 'NFT_FAILED') expect(error.hint).toBeTruthy()
  })

  it('bounds what it repeats', () => {
    const error = nftFailure('add elements', `Error: ${'x'.repeat(100_000)}\n`.repeat(50), '')
    expect(error.message.length + (error.excerpt?.length ?? 0)).toBeLessThan(2000)
  })

  it('says which package brings a program that is missing', () => {
    const missing = Object.assign(new Error('spawn'), { code: 'ENOENT' })
    expect(spawnFailure('use nftables', 'ip', missing).hint).toBe('apt-get install iproute2')
    expect(spawnFailure('use nftables', 'nft', missing).hint).toBe('apt-get install nftables')
  })
})
