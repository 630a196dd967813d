import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseJson } from './json-in-slices.ts'

function withoutNulls(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD')
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, field]) => field !== null)
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field)]))
}

it('reads what JSON.parse reads, without the fields that are null, however long', async () => {
  const json = fc.json({ maxDepth: 5, noUnicodeString: false })
  await fc.assert(
    fc.asyncProperty(fc.array(json, { maxLength: 40 }), fc.nat(40_000), async (parts, padding) => {
      const text = ` [${parts.join(' ,\n')}${parts.length > 0 ? ',' : ''}"${'x\\"'.repeat(padding)}", {"a": [${parts.join()}]}] `
      expect(await parseJson(text)).toEqual(withoutNulls(JSON.parse(text)))
    }),
    { numRuns: 60 },
  )
})

const long = JSON.stringify('x'.repeat(40_000))

it.each([
  ['a list that does not end', `[${long}`],
  ['an object that does not end', `{"a":${long}`],
  ['a comma at the end', `[${long},]`],
  ['a comma at the beginning', `[,${long}]`],
  ['two commas', `[1,,${long}]`],
  ['a key without a value', `{"a":${long},"b"}`],
  ['a key that is no text', `{1:${long}}`],
  ['a wrong bracket', `[${long}}`],
  ['something behind', `[${long}] x`],
  ['no comma', `[${long} ${long}]`],
  ['a text that does not end', `["${'x'.repeat(50_000)}`],
  ['depth', '['.repeat(200_000)],
  ['blanks only', ' '.repeat(50_000)],
])('refuses %s', async (_name, text) => {
  await expect(parseJson(text)).rejects.toMatchObject({ name: 'Refusal', status: 400 })
})

it('refuses millions of empty objects', async () => {
  await expect(parseJson(`[${'{},'.repeat(3_000_000)}{}]`)).rejects.toThrow('too many objects')
  await expect(parseJson(`[{"a":[${'{},'.repeat(3_000_000)}{}]}]`)).rejects.toThrow('too many objects')
})

it('keeps a key that means something to JavaScript a key', async () => {
  const parsed = await parseJson(`{"__proto__":{"x":1},"pad":${long}}`)
  expect(Object.keys(parsed as object)).toEqual(['__proto__', 'pad'])
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
})

it('lets others run while it reads a long text', async () => {
  const text = JSON.stringify(Array.from({ length: 200_000 }, (_, i) => ({ value: String(i), type: 'ban' })))
  let turns = 0
  const timer = setInterval(() => turns++, 0)
  expect(await parseJson(text)).toHaveLength(200_000)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(2)
})
