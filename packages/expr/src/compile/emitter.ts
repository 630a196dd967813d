import { constantText } from '../analysis/constant.ts'
import { builtins } from '../builtin/index.ts'
import type { LetNode, Node } from '../syntax/ast.ts'
import type { Environment } from '../type/environment.ts'
import { anyArray, anyMap, looseArray, types, type Type, unknown } from '../type/type.ts'
import { emitBuiltin } from './builtin.ts'
import { emitCall } from './call.ts'
import { type Code, code, commonType, maxSmall, smallCode, valueOf } from './code.ts'
import { type PredicateNames, Sheet } from './frame.ts'
import { constantList, floatLiteral, integerLiteral } from './literal.ts'
import { emitChain, emitMember, emitSlice } from './member.ts'
import type { Limits } from './limits.ts'
import { keptKinds, settledKey } from './settled.ts'
import { emitSpine } from './spine.ts'

const noLets: ReadonlyMap<string, Node> = new Map()

/** What `#` stands for while a predicate is written. */
interface PredicateScope {
  readonly names: PredicateNames
  readonly element: Type
}

/** Writes JavaScript for a checked tree. Literals are escaped, names resolved: no text of the source gets through. */
export class Emitter {
  readonly env: Environment
  /** Searches of which only some elements matter. */
  readonly limits: Limits
  readonly sheet = new Sheet()
  readonly #predicates: PredicateScope[] = []
  readonly #locals: { name: string; code: Code }[] = []

  /** Texts and numbers that are evaluated once, by their keys: temporaries for those that were met. */
  readonly #repeats: ReadonlySet<string>
  readonly #kept = new Map<string, string>()

  constructor(env: Environment, limits: Limits = new Map(), repeats: ReadonlySet<string> = new Set()) {
    this.env = env
    this.limits = limits
    this.#repeats = repeats
  }

  emit(node: Node): Code {
    if (this.#repeats.size === 0) return this.#emit(node)
    const mayRepeat = node.type === 'member' || node.type === 'call' || node.type === 'builtin'
    const key = mayRepeat ? settledKey(this.env, node) : undefined
    if (key === undefined || !this.#repeats.has(key)) return this.#emit(node)
    const made = this.#emit(node)
    if (!keptKinds.has(made.type.kind) || made.small !== undefined) return made
    let name = this.#kept.get(key)
    if (name === undefined) this.#kept.set(key, (name = this.sheet.outerTemporary()))
    return { ...made, js: `(${name}??=${made.js})` }
  }

  #emit(node: Node): Code {
    switch (node.type) {
      case 'nil':
        return code('null', types.nil)
      case 'bool':
        return code(`${node.value}`, types.bool)
      case 'integer':
        return { ...code(integerLiteral(node.value), types.int), literal: node.value }
      case 'float':
        return code(floatLiteral(node.value), types.float)
      case 'string':
        return code(JSON.stringify(node.value), types.string)
      case 'bytes':
        return code(
          this.sheet.constant(Uint8Array.from(node.value, (unit) => unit.charCodeAt(0))),
          types.bytes,
        )
      case 'identifier':
        return this.#identifier(node.name)
      case 'unary':
        return this.#unary(node.operator, this.emit(node.operand), node.at)
      case 'binary':
        return emitSpine(this, node)
      case 'chain':
        return emitChain(this, node)
      case 'member':
        return emitMember(this, node)
      case 'slice':
        return emitSlice(this, node)
      case 'call':
        return emitCall(this, node)
      case 'builtin':
        return emitBuiltin(this, node)
      case 'predicate':
        return this.emit(node.body)
      case 'pointer':
        return this.#pointer(node.name)
      case 'let':
        return this.#let(node)
      case 'sequence':
        return this.#sequence(node.nodes)
      case 'conditional':
        return this.#conditional(
          this.emit(node.condition),
          this.emit(node.whenTrue),
          this.emit(node.whenFalse),
          node.at,
        )
      case 'array':
        return this.#array(node.nodes, node.at)
      case 'map':
        return this.#map(node.pairs, node.at)
    }
  }

  /** The text that a node gives in every run; undefined where it is not the same, or no text. */
  constantText(node: Node): string | undefined {
    return node.type === 'string' ? node.value : constantText(node, { env: this.env, lets: noLets })
  }

  /** The value of a node, ints as bigint. */
  value(node: Node): string {
    return valueOf(this.emit(node))
  }

  /** Whether code is run more than once in a run: what it makes is counted then. */
  get inPredicate(): boolean {
    return this.#predicates.length > 0
  }

  /** What the element of the innermost predicate is called. */
  get predicateNames(): PredicateNames | undefined {
    return this.#predicates.at(-1)?.names
  }

  /** A value that is gone through: inside a predicate its elements count. */
  spent(value: Code, at: number): string {
    const js = valueOf(value)
    const isScalar = ['nil', 'bool', 'int', 'float', 'time', 'duration'].includes(value.type.kind)
    if (!this.inPredicate || isScalar) return js
    this.sheet.counts = true
    return `${this.sheet.use('spend')}(${js},${at})`
  }

  within<T>(scope: PredicateScope, write: () => T): T {
    this.#predicates.push(scope)
    const result = write()
    this.#predicates.pop()
    return result
  }

  /** JavaScript that gives a real bool, or fails at a place. */
  bool(given: Code, at: number): string {
    return given.type.kind === 'bool' ? given.js : `${this.sheet.use('asBool')}(${valueOf(given)},${at})`
  }

  /** `p=at`, noted before something that may fail without saying where. */
  note(at: number): string {
    return `p=${at}`
  }

  #identifier(name: string): Code {
    const local = this.#locals.findLast((candidate) => candidate.name === name)
    if (local) return local.code
    if (name === '$env') return this.#environment()
    const type = this.env.variables.get(name)
    if (type) return this.variable(name, type)
    // Helpers and builtins are no values: they can only be called.
    return code('null', this.env.functions.has(name) || builtins.has(name) ? types.nil : unknown)
  }

  #environment(): Code {
    const types = this.sheet.constant(this.env.variables)
    return code(`${this.sheet.use('environmentMap')}(s,${types})`, anyMap)
  }

  variable(name: string, type: Type): Code {
    const js = `s[${JSON.stringify(name)}]`
    return type.kind === 'any' ? code(`(${js}??null)`, unknown) : code(js, type)
  }

  #unary(operator: 'not' | '-' | '+', operand: Code, at: number): Code {
    if (operator === 'not') return code(`!${this.bool(operand, at)}`, types.bool, operand)
    if (operator === '+') return operand
    if (operand.small !== undefined) return smallCode(`(-${operand.js})`, operand.small, operand)
    if (operand.type.kind === 'float') return code(`(-${operand.js})`, types.float, operand)
    const type = operand.type.kind === 'int' ? types.int : unknown
    return code(`${this.sheet.use('negate')}(${operand.js},${at})`, type, operand)
  }

  #pointer(name: string): Code {
    const scope = this.#predicates.at(-1)
    if (!scope) return code('null', types.nil)
    const { names, element } = scope
    if (name === 'index') return smallCode(names.index, 2 ** 32)
    if (name === 'acc') return code(names.accumulator, unknown)
    return code(`${names.list}[${names.index}]`, element)
  }

  #let(node: LetNode): Code {
    const value = this.emit(node.value)
    const name = this.sheet.temporary()
    this.#locals.push({ name: node.name, code: { ...value, js: name, notes: false } })
    const body = this.emit(node.body)
    this.#locals.pop()
    return {
      ...body,
      js: `(${name}=${value.js},${body.js})`,
      notes: value.notes === true || body.notes === true,
    }
  }

  #sequence(nodes: readonly Node[]): Code {
    const parts = nodes.map((node) => this.emit(node))
    const last = parts.at(-1)
    if (!last) return code('null', types.nil)
    return { ...last, js: `(${parts.map(({ js }) => js).join()})`, notes: parts.some(({ notes }) => notes) }
  }

  #conditional(condition: Code, whenTrue: Code, whenFalse: Code, at: number): Code {
    const test = this.bool(condition, at)
    const parts = [condition, whenTrue, whenFalse]
    if (whenTrue.small !== undefined && whenFalse.small !== undefined) {
      const bound = Math.max(whenTrue.small, whenFalse.small)
      return smallCode(`(${test}?${whenTrue.js}:${whenFalse.js})`, Math.min(bound, maxSmall), ...parts)
    }
    const type = commonType(whenTrue.type, whenFalse.type)
    return code(`(${test}?${valueOf(whenTrue)}:${valueOf(whenFalse)})`, type, ...parts)
  }

  #array(nodes: readonly Node[], at: number): Code {
    const constant = constantList(nodes)
    const parts = nodes.map((node) => this.emit(node))
    const element = parts.length === 0 ? unknown : parts.map(({ type }) => type).reduce(commonType)
    const type = element === unknown ? anyArray : looseArray(element)
    if (constant) return code(this.sheet.constant(constant), type)
    const js = `[${parts.map(valueOf).join()}]`
    return code(this.#counted(js, parts.length, at), type, ...parts)
  }

  #map(pairs: readonly { key: Node; value: Node }[], at: number): Code {
    const parts: Code[] = []
    const entries: string[] = []
    for (const pair of pairs) {
      const key = this.emit(pair.key)
      const value = this.emit(pair.value)
      const text =
        key.type.kind === 'string' ? key.js : `${this.sheet.use('asString')}(${valueOf(key)},${at})`
      entries.push(`[${text},${valueOf(value)}]`)
      parts.push(key, value)
    }
    // Of pairs with one key the first counts, as in the original.
    const js = entries.length > 1 ? `new Map([${entries.join()}].reverse())` : `new Map([${entries.join()}])`
    return code(this.#counted(js, pairs.length, at), anyMap, ...parts)
  }

  /** Outside of predicates the source itself bounds what a literal makes. */
  #counted(js: string, size: number, at: number): string {
    if (!this.inPredicate) return js
    this.sheet.counts = true
    return `(${this.sheet.use('allocate')}(${size},${at}),${js})`
  }
}
