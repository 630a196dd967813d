import { expect, it } from 'vitest'
import { grouped } from './progress.ts'

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [12_345.6, '12,346'],
  [1_234_567, '1,234,567'],
  [-1234, '-1,234'],
])('%d is written %s', (value, text) => expect(grouped(value)).toBe(text))
