import { type Capabilities, helperFunctions, noWorld, type Value } from '../src/index.ts'

const functions = helperFunctions(noWorld())

/** What a helper function makes of some arguments, without an expression around it. */
export function call(name: string, ...args: readonly Value[]): Value {
  return callWith(functions, name, ...args)
}

/** A way to call helper functions that have certain capabilities. */
export function caller(
  capabilities: Partial<Capabilities>,
): (name: string, ...args: readonly Value[]) => Value {
  const own = helperFunctions(noWorld(capabilities))
  return (name, ...args) => callWith(own, name, ...args)
}

function callWith(all: typeof functions, name: string, ...args: readonly Value[]): Value {
  const found = all[name]
  if (!found) throw new Error(`there is no helper function ${name}`)
  return (found.call as (...values: readonly Value[]) => Value)(...args)
}
