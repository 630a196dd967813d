// A little over the usual length: one grammar, read top down.
import { Refusal } from '../error.ts'
import { maxDepth, maxNodes, maxSourceLength } from '../limits.ts'
import { types } from '../type/type.ts'
import { type ChainNode, childrenOf, isLeaf, type Node, type PredicateNode } from './ast.ts'
import { Lexer } from './lexer.ts'
import { readNumber } from './number.ts'
import { binaryOperators, chainableComparisons, negatableOperators, unaryOperators } from './operator.ts'
import { describeToken, type Token } from './token.ts'

/** What the parser must know of names: calls of builtins are nodes of their own. */
export interface Names {
  /** Whether the name is declared by the environment, which hides a builtin of that name. */
  isDeclared(name: string): boolean
  isBuiltin(name: string): boolean
}

type ArgumentKind = 'expression' | 'predicate'
interface PredicateShape {
  readonly args: readonly ArgumentKind[]
  readonly required: number
}

const predicate = (required: number, ...args: ArgumentKind[]): PredicateShape => ({ args, required })
const overElements = predicate(2, 'expression', 'predicate')

/** Builtins whose second argument is evaluated for each element. */
const predicateBuiltins: ReadonlyMap<string, PredicateShape> = new Map([
  ...[
    'all',
    'none',
    'any',
    'one',
    'filter',
    'map',
    'find',
    'findIndex',
    'findLast',
    'findLastIndex',
    'groupBy',
  ].map((name) => [name, overElements] as const),
  ['count', predicate(1, 'expression', 'predicate')],
  ['sum', predicate(1, 'expression', 'predicate')],
  ['sortBy', predicate(2, 'expression', 'predicate', 'expression')],
  ['reduce', predicate(2, 'expression', 'predicate', 'expression')],
])

// Distributes over the union, so that each kind of node keeps its own fields.
type Bare<N> = N extends Node
  ? Omit<N, 'nature' | 'to' | 'from' | 'depth' | 'size'> & { from?: number }
  : never

/** Reads a source into a tree. Throws a Refusal where the grammar does not allow it. */
export function parse(source: string, names: Names): Node {
  if (source.length > maxSourceLength) {
    throw new Refusal('EXPR_TOO_LARGE', 0, `it is longer than ${maxSourceLength} characters`)
  }
  return new Parser(source, names).parseAll()
}

class Parser {
  readonly #lexer: Lexer
  readonly #names: Names
  #current: Token
  #currentEnd: number
  #previousEnd = 0
  #predicateDepth = 0
  #depth = 0

  constructor(source: string, names: Names) {
    this.#lexer = new Lexer(source)
    this.#names = names
    this.#current = this.#lexer.next()
    this.#currentEnd = this.#lexer.position
  }

  parseAll(): Node {
    const node = this.#sequence()
    if (this.#current.kind !== 'end') this.#unexpected()
    return node
  }

  #next(): void {
    this.#previousEnd = this.#currentEnd
    this.#current = this.#lexer.next()
    this.#currentEnd = this.#lexer.position
  }

  #is(kind: Token['kind'], value?: string): boolean {
    return this.#current.kind === kind && (value === undefined || this.#current.value === value)
  }

  #isOperator(value: string): boolean {
    return this.#current.kind === 'operator' && this.#current.value === value
  }

  #isBracket(value: string): boolean {
    return this.#current.kind === 'bracket' && this.#current.value === value
  }

  #expect(kind: Token['kind'], value?: string): void {
    if (!this.#is(kind, value)) this.#unexpected(value === undefined ? `a ${kind}` : `"${value}"`)
    this.#next()
  }

  #unexpected(wanted?: string): never {
    const hint = wanted === undefined ? undefined : `expected ${wanted}`
    throw new Refusal('EXPR_SYNTAX', this.#current.at, `unexpected ${describeToken(this.#current)}`, hint)
  }

  #node<N extends Node>(bare: Bare<N>): N {
    // What is given is complete but for these, and nobody else holds it: a copy would cost more than the rest.
    const node = bare as unknown as N
    node.from ??= node.at
    node.to = this.#previousEnd
    node.nature = types.any
    measure(node)
    if (node.size > maxNodes) this.#tooLarge(node.at)
    if (node.depth > maxDepth) this.#tooDeep(node.at)
    return node
  }

  #tooLarge(at: number): never {
    throw new Refusal('EXPR_TOO_LARGE', at, `it has over ${maxNodes} parts`)
  }

  #tooDeep(at: number): never {
    throw new Refusal('EXPR_TOO_DEEP', at, `it nests deeper than ${maxDepth} levels`)
  }

  #sequence(): Node {
    const first = this.#expression(0)
    if (!this.#isOperator(';')) return first
    const nodes = [first]
    while (this.#isOperator(';')) {
      this.#next()
      if (this.#is('end')) break
      nodes.push(this.#expression(0))
    }
    return nodes.length === 1
      ? first
      : this.#node({ type: 'sequence', at: first.at, from: first.from, nodes })
  }

  #expression(precedence: number): Node {
    if (++this.#depth > maxDepth) this.#tooDeep(this.#current.at)
    const node = this.#expressionAt(precedence)
    this.#depth--
    return node
  }

  #expressionAt(precedence: number): Node {
    if (precedence === 0 && this.#isOperator('let')) return this.#let()
    if (precedence === 0 && this.#isOperator('if')) return this.#if()
    let left = this.#primary()
    let previous = ''
    while (this.#current.kind === 'operator') {
      let operator = this.#current
      const negated = operator.value === 'not'
      if (negated) {
        // A `not` after an operand can only open "not in" and the like, which all bind like comparisons.
        if ((binaryOperators.get('in')?.precedence ?? 0) < precedence) break
        this.#next()
        if (!negatableOperators.has(this.#current.value)) this.#unexpected('"in", "contains" or the like')
        operator = this.#current
      }
      const known = binaryOperators.get(operator.value)
      if (!known || known.precedence < precedence) break
      this.#next()
      if (previous === '??' && operator.value !== '??' && operator.value !== '|') {
        throw new Refusal(
          'EXPR_SYNTAX',
          operator.at,
          `"??" and "${operator.value}" cannot be mixed`,
          'add parentheses',
        )
      }
      left = this.#binary(left, operator, known.precedence, known.rightToLeft ?? false, negated)
      previous = operator.value
    }
    return precedence === 0 ? this.#conditional(left) : left
  }

  #binary(left: Node, operator: Token, precedence: number, rightToLeft: boolean, negated: boolean): Node {
    const { value, at } = operator
    if (value === '|') {
      const name = this.#current
      this.#expect('identifier')
      return this.#call(name, [left], true)
    }
    if (chainableComparisons.has(value)) return this.#comparison(left, operator, precedence)
    const right = this.#expression(rightToLeft ? precedence : precedence + 1)
    const node = this.#node({ type: 'binary', at, from: left.from, operator: canonical(value), left, right })
    return negated ? this.#node({ type: 'unary', at, from: left.from, operator: 'not', operand: node }) : node
  }

  #comparison(first: Node, firstOperator: Token, precedence: number): Node {
    let left = first
    let operator = firstOperator
    let root: Node | undefined
    for (;;) {
      const right = this.#expression(precedence + 1)
      const { at } = operator
      const node: Node = this.#node({
        type: 'binary',
        at,
        from: left.from,
        operator: operator.value,
        left,
        right,
      })
      root = root
        ? this.#node({ type: 'binary', at, from: first.from, operator: '&&', left: root, right: node })
        : node
      if (!(this.#current.kind === 'operator' && chainableComparisons.has(this.#current.value))) return root
      left = right
      operator = this.#current
      this.#next()
    }
  }

  #let(): Node {
    const { at: from } = this.#current
    this.#expect('operator', 'let')
    const { value: name, at } = this.#current
    this.#expect('identifier')
    this.#expect('operator', '=')
    const value = this.#expression(0)
    this.#expect('operator', ';')
    const body = this.#sequence()
    return this.#node({ type: 'let', at, from, name, value, body })
  }

  #if(): Node {
    const { at } = this.#current
    this.#next()
    const condition = this.#expression(0)
    const whenTrue = this.#block()
    this.#expect('operator', 'else')
    const whenFalse = this.#isOperator('if') ? this.#expression(0) : this.#block()
    return this.#node({ type: 'conditional', at, condition, whenTrue, whenFalse })
  }

  #block(): Node {
    this.#expect('bracket', '{')
    const node = this.#sequence()
    this.#expect('bracket', '}')
    return node
  }

  #conditional(first: Node): Node {
    let node = first
    while (this.#isOperator('?')) {
      const { at } = this.#current
      this.#next()
      // `a ?: b` is short for `a ? a : b`.
      const whenTrue = this.#isOperator(':') ? node : this.#expression(0)
      this.#expect('operator', ':')
      const whenFalse = this.#expression(0)
      node = this.#node({ type: 'conditional', at, from: first.from, condition: node, whenTrue, whenFalse })
    }
    return node
  }

  #primary(): Node {
    const { kind, value, at } = this.#current
    if (kind === 'operator') {
      const precedence = unaryOperators.get(value)
      if (precedence !== undefined) {
        this.#next()
        const operand = this.#expression(precedence)
        const operator = value === '!' ? 'not' : (value as 'not' | '-' | '+')
        return this.#postfix(this.#node({ type: 'unary', at, operator, operand }))
      }
      if (this.#predicateDepth > 0 && (value === '#' || value === '.')) return this.#pointer()
      if (value === '::') {
        this.#next()
        const name = this.#current
        this.#expect('identifier')
        return this.#postfix(this.#call(name, [], false))
      }
    }
    if (this.#isBracket('(')) {
      this.#next()
      const inner = this.#sequence()
      this.#expect('bracket', ')')
      return this.#postfix(inner)
    }
    return this.#secondary()
  }

  #pointer(): Node {
    const { value, at } = this.#current
    let name = ''
    if (value === '#') {
      name = this.#lexer.takeAttachedName()
      this.#currentEnd = this.#lexer.position
      this.#next()
      if (name === '' && this.#is('identifier')) {
        name = this.#current.value
        this.#next()
      }
    }
    return this.#postfix(this.#node({ type: 'pointer', at, name }))
  }

  #secondary(): Node {
    const { kind, value, at } = this.#current
    if (kind === 'identifier') {
      this.#next()
      if (value === 'true' || value === 'false')
        return this.#node({ type: 'bool', at, value: value === 'true' })
      if (value === 'nil') return this.#node({ type: 'nil', at })
      if (this.#isBracket('(')) return this.#postfix(this.#call({ kind, value, at }, [], true))
      return this.#postfix(this.#node({ type: 'identifier', at, name: value }))
    }
    if (kind === 'number') {
      this.#next()
      const read = readNumber(value, this.#current.at)
      if (typeof read === 'bigint') return this.#node({ type: 'integer', at, value: read })
      return this.#node({ type: 'float', at, value: read })
    }
    if (kind === 'string' || kind === 'bytes') {
      this.#next()
      return this.#postfix(this.#node({ type: kind, at, value }))
    }
    if (this.#isBracket('[')) return this.#postfix(this.#array())
    if (this.#isBracket('{')) return this.#postfix(this.#map())
    if (kind === 'operator' && (value === '#' || value === '.')) {
      throw new Refusal('EXPR_SYNTAX', at, `"${value}" stands for an element, and this is no predicate`)
    }
    this.#unexpected()
  }

  #call(name: Token, piped: Node[], mayBeDeclared: boolean): Node {
    const { value, at } = name
    const from = piped[0]?.from ?? at
    if (mayBeDeclared && this.#names.isDeclared(value)) return this.#plainCall(name, piped)
    const shape = predicateBuiltins.get(value)
    if (shape) {
      const args = this.#predicateArguments(shape, piped)
      return this.#node({ type: 'builtin', at, from, name: value, args, throws: false })
    }
    if (!this.#names.isBuiltin(value)) return this.#plainCall(name, piped)
    const args = this.#arguments(piped)
    return this.#node({ type: 'builtin', at, from, name: value, args, throws: false })
  }

  #plainCall({ value, at }: Token, piped: Node[]): Node {
    const callee: Node = this.#node({ type: 'identifier', at, name: value })
    const args = this.#arguments(piped)
    return this.#node({ type: 'call', at, from: piped[0]?.from ?? at, callee, args })
  }

  #arguments(piped: Node[]): Node[] {
    const args = [...piped]
    this.#expect('bracket', '(')
    while (!this.#isBracket(')')) {
      if (args.length > piped.length) this.#expect('operator', ',')
      if (this.#isBracket(')')) break
      args.push(this.#expression(0))
    }
    this.#expect('bracket', ')')
    return args
  }

  #predicateArguments({ args: kinds, required }: PredicateShape, piped: Node[]): Node[] {
    const args = [...piped]
    this.#expect('bracket', '(')
    for (const [index, kind] of kinds.entries()) {
      if (index < piped.length) continue
      if (this.#isBracket(')')) {
        if (index >= required) break
        this.#unexpected(`at least ${required} arguments`)
      }
      if (index > piped.length) this.#expect('operator', ',')
      args.push(kind === 'predicate' ? this.#predicate() : this.#expression(0))
    }
    if (this.#isOperator(',')) this.#next()
    this.#expect('bracket', ')')
    return args
  }

  #predicate(): PredicateNode {
    const { at } = this.#current
    const braced = this.#isBracket('{')
    if (braced) this.#next()
    this.#predicateDepth++
    const body = braced ? this.#sequence() : this.#expression(0)
    if (!braced && this.#isOperator(';')) this.#unexpected('a predicate of several expressions in { and }')
    this.#predicateDepth--
    if (braced) this.#expect('bracket', '}')
    return this.#node({ type: 'predicate', at, body })
  }

  #array(): Node {
    const { at } = this.#current
    const nodes: Node[] = []
    this.#expect('bracket', '[')
    while (!this.#isBracket(']')) {
      if (nodes.length > 0) this.#expect('operator', ',')
      if (this.#isBracket(']')) break
      nodes.push(this.#expression(0))
    }
    this.#expect('bracket', ']')
    return this.#node({ type: 'array', at, nodes })
  }

  #map(): Node {
    const { at } = this.#current
    const pairs: { key: Node; value: Node }[] = []
    this.#expect('bracket', '{')
    while (!this.#isBracket('}')) {
      if (pairs.length > 0) this.#expect('operator', ',')
      if (this.#isBracket('}')) break
      const key = this.#mapKey()
      this.#expect('operator', ':')
      pairs.push({ key, value: this.#expression(0) })
    }
    this.#expect('bracket', '}')
    return this.#node({ type: 'map', at, pairs })
  }

  #mapKey(): Node {
    const { kind, value, at } = this.#current
    if (kind === 'number' || kind === 'string' || kind === 'identifier') {
      this.#next()
      return this.#node({ type: 'string', at, value })
    }
    if (!this.#isBracket('(')) this.#unexpected('a name, a text, a number or an expression in parentheses')
    return this.#expression(0)
  }

  #postfix(first: Node): Node {
    let node = first
    for (;;) {
      const optional = this.#isOperator('?.')
      if (optional || this.#isOperator('.')) {
        this.#next()
        node = optional && this.#isBracket('[') ? this.#index(node, true) : this.#member(node, optional)
      } else if (this.#isBracket('[')) {
        node = this.#index(node, false)
      } else return node
    }
  }

  #member(first: Node, optional: boolean): Node {
    const { kind, value, at } = this.#current
    const named = kind === 'identifier' || (kind === 'operator' && /^[A-Za-z]+$/.test(value))
    this.#next()
    if (!named) this.#unexpected('a name')
    const { from } = first
    // A chain goes on through plain members: nil anywhere in `a?.b.c` is nil for the whole.
    const chained = first.type === 'chain'
    const object = first.type === 'chain' ? first.node : first
    const property: Node = this.#node({ type: 'string', at, value })
    const method = this.#isBracket('(')
    let node: Node = this.#node({ type: 'member', at, from, object, property, optional, method })
    if (method) node = this.#node({ type: 'call', at, from, callee: node, args: this.#arguments([]) })
    return chained || optional ? this.#node<ChainNode>({ type: 'chain', at, from, node }) : node
  }

  #index(object: Node, optional: boolean): Node {
    const { at } = this.#current
    const { from } = object
    this.#expect('bracket', '[')
    const start = this.#isOperator(':') ? null : this.#expression(0)
    if (this.#isOperator(':')) {
      this.#next()
      const end = this.#isBracket(']') ? null : this.#expression(0)
      this.#expect('bracket', ']')
      return this.#node({ type: 'slice', at, from, object, start, end })
    }
    if (!start) this.#unexpected()
    this.#expect('bracket', ']')
    const node: Node = this.#node({
      type: 'member',
      at,
      from,
      object,
      property: start,
      optional,
      method: false,
    })
    return optional ? this.#node<ChainNode>({ type: 'chain', at, from, node }) : node
  }
}

/** One spelling for each operator. */
function canonical(operator: string): string {
  if (operator === 'and') return '&&'
  if (operator === 'or') return '||'
  return operator === '^' ? '**' : operator
}

/** Sets depth and size. A node that two share, as the middle of `a < b < c`, counts twice: it is walked twice. */
function measure(node: Node): void {
  node.depth = 0
  node.size = 1
  if (node.type === 'binary') {
    const { left, right } = node
    node.depth = Math.max(left.depth, right.depth + 1)
    node.size += left.size + right.size
  } else if (node.type === 'member') {
    const { object, property } = node
    node.depth = Math.max(object.depth, property.depth) + 1
    node.size += object.size + property.size
  } else if (!isLeaf(node)) {
    for (const { depth, size } of childrenOf(node)) {
      node.depth = Math.max(node.depth, depth + 1)
      node.size += size
    }
  }
}
