import { textsOfPattern } from '../data/pattern-texts.ts'
import { CompiledProgram, type Program } from '../program.ts'
import type { BinaryNode, BuiltinNode, CallNode, ConditionalNode, Node } from '../syntax/ast.ts'
import { cannotFail, isSafeText, isSafeValue, pathOf, patternOf } from './certainty.ts'
import { chainOf } from './chain.ts'
import { constantOf, constantText, constantTexts, helperOf } from './constant.ts'
import { isConstantTest, testsOf } from './constant-tests.ts'
import { tellingForms, tellingPart } from './selectivity.ts'
import { resolve, type Surroundings, surroundingsOf, withLet } from './surroundings.ts'
import { bitsOfNeed, impossible, needOf, needOfAny, type TextNeed, withoutLonger } from './text-need.ts'

/** Texts of a field, one of which is in it, upper and lower case being the same, wherever a program is true by this field. */
export interface TextClue {
  /** The field, as the source writes it without blanks: `evt.Meta.http_path`. */
  readonly path: string
  /** ASCII in lower case, none empty. */
  readonly texts: readonly string[]
}

/** Whatever tells less is in most events. */
const leastBits = 4

/**
 * The clues without which a program cannot be true: where for no clue the field contains one of its texts, the program
 * gives false, does not fail before that, and changes nothing. Null where there is no such list, or where it would tell
 * next to nothing; empty for a program that is never true. A missing entry of a map is the empty text. What
 * `constantTests` tells is left out.
 *
 * Who looks for the texts has to take ı and İ for i, ſ for s and the kelvin sign for k: they are so in another case.
 */
export function textClues(program: Program): readonly TextClue[] | null {
  if (!(program instanceof CompiledProgram)) return null
  const need = needOfPart(program.tree, surroundingsOf(program))
  if (!need || bitsOfNeed(need) < leastBits) return null
  return [...need].map(([path, texts]) => ({ path, texts: withoutLonger(texts) }))
}

/** As needOfNode, but for conditions that `constantTests` tells. */
function needOfPart(node: Node, around: Surroundings): TextNeed | null {
  return isConstantTest(node, around) ? null : needOfNode(node, around)
}

/** What a condition needs to be true; it cannot fail and changes nothing where it lacks that. */
function needOfNode(given: Node, around: Surroundings): TextNeed | null {
  const node = resolve(given, around)
  const constant = constantOf(node, around)
  if (constant !== undefined) return constant === false ? impossible : null
  switch (node.type) {
    case 'binary':
      return needOfBinary(node, around)
    case 'conditional':
      return needOfConditional(node, around)
    case 'let':
      if (!isSafeValue(node.value, around)) return null
      return needOfPart(node.body, withLet(around, node.name, node.value))
    case 'builtin':
      return needOfSearch(node, around)
    case 'call':
      return needOfCall(node, around)
    default:
      return null
  }
}

function needOfBinary(node: BinaryNode, around: Surroundings): TextNeed | null {
  const { operator, left, right } = node
  switch (operator) {
    case '&&':
      return needOfAll(node, around)
    case '||':
      return needOfAny(
        lazily(chainOf(node, '||'), (part) => needOfNode(part, around) ?? needOfTests(part, around)),
      )
    case '==':
      return (
        needOfText(left, constantText(right, around), around) ??
        needOfText(right, constantText(left, around), around)
      )
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return needOfText(left, constantText(right, around), around)
    case '!=':
      return constantText(right, around) === '' ? needOfFilled(left, around) : null
    case 'in':
      return needOfMember(left, constantTexts(right, around), around)
    case 'matches':
      return needOfMember(left, textsOfMatch(node, around), around)
    default:
      return null
  }
}

/** The telling one of the tests of constants that a condition begins with. */
function needOfTests(node: Node, around: Surroundings): TextNeed | null {
  let best: TextNeed | null = null
  for (const { path, values } of testsOf(node, around)) {
    const clues = values.map(tellingPart)
    const need = needOf(
      path,
      clues.filter((clue) => clue !== undefined),
    )
    if (clues.includes(undefined)) continue
    if (!best || bitsOfNeed(need) > bitsOfNeed(best)) best = need
  }
  return best
}

function textsOfMatch(node: BinaryNode, around: Surroundings): readonly string[] | undefined {
  const pattern = patternOf(node, around)
  return pattern && textsOfPattern(pattern.source)
}

/** Of the operands that are reached for certain, the need that tells most. */
function needOfAll(node: BinaryNode, around: Surroundings): TextNeed | null {
  let best: { need: TextNeed; bits: number } | undefined
  for (const conjunct of chainOf(node, '&&')) {
    const need = needOfPart(conjunct, around)
    const bits = need ? bitsOfNeed(need) : 0
    if (need && (!best || bits > best.bits)) best = { need, bits }
    // What comes behind it is not known to be reached.
    if (!cannotFail(conjunct, around)) break
  }
  return best?.need ?? null
}

/** `c ? a : b`; what c needs is enough where b is never true. */
function needOfConditional({ condition, whenTrue, whenFalse }: ConditionalNode, around: Surroundings) {
  const otherwise = needOfPart(whenFalse, around)
  const ofCondition = otherwise?.size === 0 ? needOfPart(condition, around) : null
  if (!cannotFail(condition, around)) return ofCondition
  const ofBranches = needOfAny(lazily([whenTrue, whenFalse], (branch) => needOfPart(branch, around)))
  if (!ofCondition || !ofBranches) return ofCondition ?? ofBranches
  return bitsOfNeed(ofBranches) > bitsOfNeed(ofCondition) ? ofBranches : ofCondition
}

/** `any(File('f'), { ... })`: what the predicate needs for one of the lines. */
function needOfSearch({ name, args }: BuiltinNode, around: Surroundings): TextNeed | null {
  const [list, predicate] = args
  if (name !== 'any' || !list || predicate?.type !== 'predicate' || around.element !== undefined) return null
  const elements = constantTexts(list, around)
  return elements
    ? needOfAny(lazily(elements, (element) => needOfNode(predicate.body, { ...around, element })))
    : null
}

/** What a call of a helper needs to give true, or a text that is not empty. */
function needOfCall(node: CallNode, around: Surroundings): TextNeed | null {
  const helper = helperOf(node, around)
  if (!helper?.total || !helper.texts?.needs || !node.args.every((arg) => isSafeText(arg, around)))
    return null
  const need = helper.texts.needs(node.args.map((arg) => constantText(arg, around)))
  const argument = need && node.args[need.argument]
  return argument ? needOfMember(argument, need.texts, around) : null
}

/** What it takes for a text not to be empty. */
function needOfFilled(given: Node, around: Surroundings): TextNeed | null {
  const node = resolve(given, around)
  return node.type === 'call' ? needOfCall(node, around) : null
}

/** What it takes for a text to contain one of several. */
function needOfMember(
  node: Node,
  texts: readonly string[] | undefined,
  around: Surroundings,
): TextNeed | null {
  return texts ? needOfAny(lazily(texts, (text) => needOfText(node, text, around))) : null
}

/** What it takes for a text to contain another. */
function needOfText(node: Node, text: string | undefined, around: Surroundings): TextNeed | null {
  if (text === undefined || text === '' || !isSafeText(node, around)) return null
  const origin = originOf(node, around)
  if (!origin) return needOfFilled(node, around)
  const { path, changes } = origin
  if (changes.length === 0) {
    const part = tellingPart(text)
    return part === undefined ? null : needOf(path, [part])
  }
  const forms = tellingForms(text, (part) =>
    changes.reduce<readonly string[]>((all, change) => [...new Set(all.flatMap(change))], [part]),
  )
  return forms ? needOf(path, forms) : null
}

type Change = (text: string) => readonly string[]

/** The field that a text is made of, and what was done to it beside changing its case, the last first. */
function originOf(given: Node, around: Surroundings): { path: string; changes: readonly Change[] } | null {
  const changes: Change[] = []
  let node = resolve(given, around)
  for (;;) {
    const path = pathOf(node, around)
    if (path !== null) return { path, changes }
    const change = changeOf(node, around)
    const [first] = node.type === 'call' || node.type === 'builtin' ? node.args : []
    if (!change || !first) return null
    if (change !== 'itself') changes.push(change)
    node = resolve(first, around)
  }
}

function changeOf(node: Node, around: Surroundings): 'itself' | Change | undefined {
  if (node.type === 'call') return helperOf(node, around)?.texts?.origins
  return node.type === 'builtin' && (node.name === 'lower' || node.name === 'upper') ? 'itself' : undefined
}

function* lazily<T>(items: Iterable<T>, need: (item: T) => TextNeed | null): Generator<TextNeed | null> {
  for (const item of items) yield need(item)
}
