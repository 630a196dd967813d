import { describe, it } from 'vitest'
import type { Need } from './need.ts'

/**
 * `describe` for tests with needs. Where one is not met the tests are skipped with one loud line; under
 * `TOCSIN_TEST_REQUIRE=all` they fail instead.
 */
export function describeNeeding(needs: readonly Need[], name: string, tests: () => void): void {
  const missing = needs.filter((need) => !need.met)
  if (missing.length === 0) {
    describe(name, tests)
    return
  }
  const reasons = missing.map((need) => `needs ${need.what} (${need.howToGet})`).join('; ')
  if (process.env.TOCSIN_TEST_REQUIRE === 'all') {
    it(name, () => {
      throw new Error(`cannot run "${name}": ${reasons}`)
    })
    return
  }
  process.stderr.write(`SKIPPED "${name}": ${reasons}\n`)
  describe.skip(name, tests)
}
