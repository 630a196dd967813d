import { expect, it } from 'vitest'
import { ReverseNames } from './reverse-dns.ts'

it('a name is known once it was asked for, for an hour', async () => {
  let now = 0
  const asked: string[] = []
  const lookup = async (address: string) => {
    asked.push(address)
    return [`host-${asked.length}.example`]
  }
  const names = new ReverseNames(lookup, () => now)
  expect(names.known('10.0.0.1')).toBeUndefined()
  await Promise.all([names.ask('10.0.0.1'), names.ask('10.0.0.1')])
  expect(names.known('10.0.0.1')).toBe('host-1.example.')
  expect(names.ask('10.0.0.1')).toBeNull()
  now = 3_600_001
  expect(names.known('10.0.0.1')).toBeUndefined()
  expect(asked).toEqual(['10.0.0.1'])
})

it('the absence of a name is kept for five minutes', async () => {
  let now = 0
  const names = new ReverseNames(
    () => Promise.reject(new Error('NXDOMAIN')),
    () => now,
  )
  await names.ask('10.0.0.1')
  expect(names.known('10.0.0.1')).toBe('')
  now = 300_001
  expect(names.known('10.0.0.1')).toBeUndefined()
})

it('what nobody was asked for is not remembered', async () => {
  const answers: (Promise<readonly string[] | null> | null)[] = [
    null,
    Promise.resolve(null),
    Promise.resolve(['a.example']),
  ]
  const names = new ReverseNames(
    () => answers.shift() ?? null,
    () => 0,
  )
  expect(names.ask('10.0.0.1')).toBeNull()
  await names.ask('10.0.0.1')
  expect(names.known('10.0.0.1')).toBeUndefined()
  await names.ask('10.0.0.1')
  expect(names.known('10.0.0.1')).toBe('a.example.')
})

it('never more than 4,000 addresses are asked for at a time', () => {
  const names = new ReverseNames(
    () => new Promise(() => {}),
    () => 0,
  )
  for (let host = 1; host <= 4100; host++) void names.ask(`10.0.${host >> 8}.${host & 255}`)
  expect(names.refused).toBe(100)
})

it('nothing is asked without a lookup, or for what is no address', () => {
  expect(new ReverseNames(null, () => 0).ask('10.0.0.1')).toBeNull()
  expect(
    new ReverseNames(
      async () => ['x'],
      () => 0,
    ).ask('x'),
  ).toBeNull()
})
