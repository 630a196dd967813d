import { parseRegex } from '../syntax/parse.ts'
import type { RegexNode, RepeatNode, SequenceNode } from '../syntax/node.ts'

export interface LiteralLimits {
  /** Most literals of which one must be in a matching text. */
  readonly most: number
  /** Fewest UTF-16 units of each. */
  readonly shortest: number
}

// Longer strings are cut: what is in a text is not told better by more of it.
const longest = 32

/** What is known of the texts that a node matches. */
interface Knowledge {
  /** All the texts that the node matches, if they are few and short. */
  readonly exact: readonly string[] | undefined
  /** Texts one of which is in whatever the node matches. */
  readonly required: readonly string[] | undefined
}

const nothing: Knowledge = { exact: undefined, required: undefined }
const emptyText: Knowledge = { exact: [''], required: undefined }

/**
 * Literals of which every text with a match has at least one; undefined if there are none within the limits.
 * Case counts: where the expression ignores it, all ways to write a literal are given.
 */
export function requiredLiterals(root: RegexNode, limits: LiteralLimits): readonly string[] | undefined {
  const { exact, required } = know(root, limits)
  const literals = better(usable(exact, limits), required)
  return literals && withoutLonger(literals)
}

/**
 * Literals of which every text has at least one that an expression of the RE2/Go syntax matches; undefined if there
 * are none within the limits. Throws RegexSyntaxError.
 */
export function requiredTexts(source: string, limits: LiteralLimits): readonly string[] | undefined {
  return requiredLiterals(parseRegex(source).root, limits)
}

/** The literals without those that have another one in them. */
function withoutLonger(literals: readonly string[]): readonly string[] {
  return literals.filter((literal) => !literals.some((other) => other !== literal && literal.includes(other)))
}

function know(node: RegexNode, limits: LiteralLimits): Knowledge {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
      return emptyText
    case 'literal':
      return characters(node.orbit, limits)
    case 'class':
      return characters(fewCodePoints(node.ranges, limits.most), limits)
    case 'group':
      return know(node.body, limits)
    case 'sequence':
      return knowSequence(node, limits)
    case 'choice':
      return node.items.map((item) => know(item, limits)).reduce((a, b) => either(a, b, limits))
    case 'repeat':
      return knowRepeat(node, limits)
  }
}

function characters(codePoints: readonly number[] | undefined, limits: LiteralLimits): Knowledge {
  if (!codePoints || codePoints.length === 0 || codePoints.length > limits.most) return nothing
  return { exact: codePoints.map((codePoint) => String.fromCodePoint(codePoint)), required: undefined }
}

function fewCodePoints(ranges: readonly number[], most: number): number[] | undefined {
  const codePoints: number[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    const high = ranges[i + 1] ?? 0
    for (let codePoint = ranges[i] ?? 0; codePoint <= high; codePoint++) {
      if (codePoints.push(codePoint) > most) return undefined
    }
  }
  return codePoints
}

function knowRepeat({ body, min, max }: RepeatNode, limits: LiteralLimits): Knowledge {
  if (max === 0) return emptyText
  const inside = know(body, limits)
  if (min === 0) {
    if (max > 1 || !inside.exact) return nothing
    return within([...new Set([...inside.exact, ''])], undefined, limits)
  }
  return { exact: undefined, required: better(usable(inside.exact, limits), inside.required) }
}

function knowSequence({ items }: SequenceNode, limits: LiteralLimits): Knowledge {
  let required: readonly string[] | undefined
  // The texts of the run of items with exact texts that is being read; undefined at first and after a gap.
  let run: readonly string[] | undefined = ['']
  let whole = true
  for (const item of items) {
    const next = know(item, limits)
    required = better(required, next.required)
    const joined: readonly string[] | undefined =
      run && next.exact ? join(run, next.exact, limits) : undefined
    if (joined) {
      run = joined
      continue
    }
    whole = false
    required = better(required, usable(run, limits))
    run = next.exact ?? ['']
  }
  if (whole) return { exact: run, required }
  return { exact: undefined, required: better(required, usable(run, limits)) }
}

function join(
  heads: readonly string[],
  tails: readonly string[],
  limits: LiteralLimits,
): string[] | undefined {
  if (heads.length * tails.length > limits.most) return undefined
  const joined = heads.flatMap((head) => tails.map((tail) => head + tail))
  return joined.some((text) => text.length > longest) ? undefined : joined
}

function either(a: Knowledge, b: Knowledge, limits: LiteralLimits): Knowledge {
  const exact = a.exact && b.exact ? [...new Set([...a.exact, ...b.exact])] : undefined
  const ofA = better(usable(a.exact, limits), a.required)
  const ofB = better(usable(b.exact, limits), b.required)
  const required = ofA && ofB ? [...new Set([...ofA, ...ofB])] : undefined
  return within(exact, required, limits)
}

function within(
  exact: readonly string[] | undefined,
  required: readonly string[] | undefined,
  { most }: LiteralLimits,
): Knowledge {
  return {
    exact: exact && exact.length <= most ? exact : undefined,
    required: required && required.length <= most ? required : undefined,
  }
}

function usable(
  texts: readonly string[] | undefined,
  { shortest }: LiteralLimits,
): readonly string[] | undefined {
  return texts?.every((text) => text.length >= shortest) ? texts : undefined
}

/** The one that tells more: whose shortest text is longer, then which has fewer texts. */
function better(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!a || !b) return a ?? b
  const lengths = shortestOf(a) - shortestOf(b)
  if (lengths !== 0) return lengths > 0 ? a : b
  return a.length <= b.length ? a : b
}

function shortestOf(texts: readonly string[]): number {
  return texts.reduce((least, text) => Math.min(least, text.length), Infinity)
}
