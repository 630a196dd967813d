import { describe, expect, it } from 'vitest'
import { isSimulated } from './simulation.ts'

describe('isSimulated', () => {
  it('turns round for the scenarios that are excluded', () => {
    const exclusions = ['a/x']
    expect(isSimulated({ enabled: true, exclusions }, 'a/y')).toBe(true)
    expect(isSimulated({ enabled: true, exclusions }, 'a/x')).toBe(false)
    expect(isSimulated({ enabled: false, exclusions }, 'a/y')).toBe(false)
    expect(isSimulated({ enabled: false, exclusions }, 'a/x')).toBe(true)
  })
})
