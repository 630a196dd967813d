import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    // The engine sets V8 flags before the first pattern compiles: every test file gets a process of its own.
    pool: 'forks',
  },
})
