import { fileURLToPath } from 'node:url'

/** What this reads of V8's `.cpuprofile` format. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  /** Node ids, one a sample. */
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: CallFrame
  readonly children?: readonly number[]
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[]
}

interface CallFrame {
  readonly functionName: string
  /** `0` for what V8 does by itself. */
  readonly scriptId: string
  /** Empty for functions made from text, unless the text names a `sourceURL`. */
  readonly url: string
  /** From 0. */
  readonly lineNumber: number
  readonly columnNumber: number
}

/** Time spent in one function, all the places that called it together. */
export interface FunctionTime {
  readonly name: string
  /** `file:line`; of a function made from text, its number and line in it; empty for what V8 does by itself. */
  readonly place: string
  /** Who spent most of the total time by calling it; empty for nobody. */
  readonly caller: string
  readonly selfMs: number
  /** With all that it called; a function that calls itself counts once. */
  readonly totalMs: number
}

/** Samples taken at one line of code. */
export interface LineTime {
  readonly place: string
  readonly name: string
  readonly ticks: number
}

export interface ProfileSummary {
  /** Samples in which the thread did anything; waiting is left out of every share. */
  readonly busyMs: number
  readonly idleMs: number
  readonly busyTicks: number
  /** By self time, most first. */
  readonly functions: readonly FunctionTime[]
  /** Most ticks first. */
  readonly lines: readonly LineTime[]
}

/** Sums a profile up by function and by line. Places are given relative to `root` where they lie under it. */
export function summarize(profile: CpuProfile, root: string): ProfileSummary {
  const selfMs = selfTimes(profile)
  const idleMs = profile.nodes
    .filter(({ callFrame }) => callFrame.functionName === '(idle)')
    .reduce((sum, { id }) => sum + (selfMs.get(id) ?? 0), 0)
  const allMs = [...selfMs.values()].reduce((sum, ms) => sum + ms, 0)
  const lines = linesOf(profile, root)
  return {
    busyMs: allMs - idleMs,
    idleMs,
    busyTicks: lines.reduce((sum, { ticks }) => sum + ticks, 0),
    functions: functionsOf(profile, selfMs, root),
    lines,
  }
}

function selfTimes({ samples, timeDeltas }: CpuProfile): Map<number, number> {
  const times = new Map<number, number>()
  for (const [index, id] of samples.entries()) {
    // The time of a sample is the gap until the next one.
    const ms = Math.max(0, timeDeltas[index + 1] ?? 0) / 1000
    times.set(id, (times.get(id) ?? 0) + ms)
  }
  return times
}

interface OpenTime {
  readonly name: string
  readonly place: string
  readonly callers: Map<string, number>
  selfMs: number
  totalMs: number
  /** How many calls of it are on the stack of the walk. */
  open: number
}

function functionsOf(profile: CpuProfile, selfMs: Map<number, number>, root: string): FunctionTime[] {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  const times = new Map<string, OpenTime>()
  const timeOf = ({ callFrame }: ProfileNode): OpenTime => {
    const { functionName, scriptId, lineNumber, columnNumber } = callFrame
    const key = `${functionName}\0${scriptId}\0${lineNumber}\0${columnNumber}`
    const known = times.get(key)
    if (known) return known
    const place = placeOf(callFrame, lineNumber + 1, root)
    const fresh = { name: nameOf(callFrame), place, callers: new Map(), selfMs: 0, totalMs: 0, open: 0 }
    times.set(key, fresh)
    return fresh
  }
  // Stacks are deep where code recurses: the walk keeps its own stack.
  const stack: { node: ProfileNode; time: OpenTime; next: number; ms: number }[] = []
  const open = (node: ProfileNode): void => {
    const time = timeOf(node)
    time.open++
    const ms = selfMs.get(node.id) ?? 0
    time.selfMs += ms
    stack.push({ node, time, next: 0, ms })
  }
  if (profile.nodes[0]) open(profile.nodes[0])
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const child = byId.get(top.node.children?.[top.next++] ?? Number.NaN)
    if (child) {
      open(child)
      continue
    }
    stack.pop()
    const parent = stack.at(-1)
    if (--top.time.open === 0) top.time.totalMs += top.ms
    if (!parent) continue
    parent.ms += top.ms
    const caller = `${parent.time.name} ${parent.time.place}`
    top.time.callers.set(caller, (top.time.callers.get(caller) ?? 0) + top.ms)
  }
  return [...times.values()]
    .filter(({ name }) => name !== '(root)' && name !== '(idle)')
    .map(closed)
    .sort((a, b) => b.selfMs - a.selfMs)
}

function closed({ name, place, callers, selfMs, totalMs }: OpenTime): FunctionTime {
  const [caller = ''] = [...callers].sort(([, a], [, b]) => b - a)[0] ?? []
  return { name, place, caller, selfMs, totalMs }
}

function linesOf(profile: CpuProfile, root: string): LineTime[] {
  const times = new Map<string, LineTime & { ticks: number }>()
  for (const { callFrame, positionTicks } of profile.nodes) {
    if (callFrame.functionName === '(idle)') continue
    for (const { line, ticks } of positionTicks ?? []) {
      const place = placeOf(callFrame, line, root)
      const name = nameOf(callFrame)
      const key = `${place}\0${name}`
      const known = times.get(key)
      if (known) known.ticks += ticks
      else times.set(key, { place, name, ticks })
    }
  }
  return [...times.values()].sort((a, b) => b.ticks - a.ticks)
}

function nameOf({ functionName }: CallFrame): string {
  return functionName === '' ? '(anonymous)' : functionName
}

function placeOf({ scriptId, url }: CallFrame, line: number, root: string): string {
  if (url === '') return Number(scriptId) === 0 || line < 1 ? '' : `generated ${scriptId}:${line}`
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  return `${path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path}:${line}`
}
