// A thread of a sieve pool. It finds and keeps compiled modules as the main thread does: most of its start would else be
// the reading of TypeScript.
import { keepCompiledCode } from './compile-cache.js'
import { resolveOwnModules } from './resolve.js'

keepCompiledCode()
resolveOwnModules()
await import('../src/sieve/sieve-worker.ts')
