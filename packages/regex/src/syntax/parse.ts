import { caseOrbit } from './case-fold.ts'
import { allCodePoints, negateRanges } from './code-ranges.ts'
import {
  assertionNode,
  choiceNode,
  type ClassNode,
  classNode,
  groupNode,
  type LiteralNode,
  literalNode,
  type RegexNode,
  repeatNode,
  sequenceNode,
} from './node.ts'
import { parseClass } from './parse-class.ts'
import { ParseCursor } from './parse-cursor.ts'
import { parseClassEscape, parseEscape } from './parse-escape.ts'
import { type Flags, noFlags, parseGroupOpening } from './parse-group.ts'
import { maxCount, parseCount } from './parse-repeat.ts'
import { bytesNode } from './utf8.ts'

/** Longest source of a pattern, in UTF-16 units. */
export const maxSourceLength = 1 << 18
/** Deepest nesting of a parsed pattern. */
export const maxHeight = 1000
/** Most states of a pattern's automaton once its counts are written out. */
export const maxStates = 1 << 18

export interface ParsedRegex {
  readonly root: RegexNode
  /** Name of each group by its index; '' for one without a name and for 0, the whole match. */
  readonly groupNames: readonly string[]
  /** Whether it has `\C`: then it matches texts that have a character for each byte of their UTF-8. */
  readonly bytes: boolean
}

/** What is open while its end has not been read: the whole pattern, or a group. */
interface Frame {
  readonly start: number
  /** Index of a capturing group, else undefined. */
  readonly capture: number | undefined
  readonly outerFlags: Flags
  readonly alternatives: RegexNode[]
  items: RegexNode[]
}

/**
 * Parses the RE2/Go syntax (as Go 1.26 takes it, Perl flags on, and RE2's `\C`). Throws RegexSyntaxError for all
 * else that Go refuses, and for patterns over `maxSourceLength`, `maxHeight` or `maxStates`.
 */
export function parseRegex(source: string): ParsedRegex {
  try {
    return new Parser(source, false).parse()
  } catch (error) {
    if (error !== needsBytes) throw error
    return new Parser(source, true).parse()
  }
}

/** Thrown at the first `\C`, whose presence makes all characters sequences of bytes. */
const needsBytes = new Error('cannot parse characters: the expression takes bytes')

class Parser {
  private readonly cursor: ParseCursor
  private readonly bytes: boolean
  private readonly groupNames: string[] = ['']
  private readonly frames: Frame[] = []
  /** Bracketed classes read so far, by their text. */
  private readonly classes = new Map<string, RegexNode>()
  private frame: Frame
  private flags: Flags = noFlags
  /** Whether what was read last is a repeat operator, which a second one must not follow. */
  private afterRepeat = false

  constructor(source: string, bytes: boolean) {
    this.cursor = new ParseCursor(source)
    this.bytes = bytes
    this.frame = this.newFrame(0, undefined)
  }

  parse(): ParsedRegex {
    const { cursor } = this
    if (cursor.source.length > maxSourceLength) {
      throw cursor.tooLarge(`the pattern is longer than ${maxSourceLength} characters`)
    }
    while (!cursor.atEnd) {
      const wasRepeat = this.afterRepeat
      this.afterRepeat = false
      this.parseOne(wasRepeat)
    }
    if (this.frames.length > 0) throw cursor.error('the group has no closing )', this.frame.start)
    const root = this.closeAlternatives()
    if (root.height > maxHeight) throw cursor.tooLarge(`the pattern nests deeper than ${maxHeight} levels`)
    if (root.size > maxStates) throw cursor.tooLarge(`the pattern needs more than ${maxStates} states`)
    return { root, groupNames: this.groupNames, bytes: this.bytes }
  }

  private newFrame(start: number, capture: number | undefined): Frame {
    return { start, capture, outerFlags: this.flags, alternatives: [], items: [] }
  }

  private parseOne(wasRepeat: boolean): void {
    const { cursor, flags } = this
    switch (cursor.peek()) {
      case '(':
        return this.openGroup()
      case ')':
        return this.closeGroup()
      case '|':
        cursor.offset++
        this.frame.alternatives.push(sequenceNode(this.frame.items))
        this.frame.items = []
        return
      case '^':
        cursor.offset++
        return this.push(assertionNode(flags.multiLine ? 'lineStart' : 'textStart'))
      case '$':
        cursor.offset++
        return this.push(assertionNode(flags.multiLine ? 'lineEnd' : 'textEnd'))
      case '.':
        cursor.offset++
        return this.push(this.node(flags.dotAll ? anyNode : notLineFeedNode))
      case '[':
        return this.push(this.parseBrackets())
      case '*':
        return this.repeat(0, Infinity, 1, wasRepeat)
      case '+':
        return this.repeat(1, Infinity, 1, wasRepeat)
      case '?':
        return this.repeat(0, 1, 1, wasRepeat)
      case '{':
        return this.parseBrace(wasRepeat)
      case '\\':
        return this.parseBackslash()
      default:
        return this.literal(cursor.takeCodePoint())
    }
  }

  private push(node: RegexNode): void {
    this.frame.items.push(node)
  }

  private literal(codePoint: number): void {
    if (this.flags.ignoreCase) this.push(this.node(literalNode(caseOrbit(codePoint))))
    else this.push(asciiNodes[codePoint] ?? this.node(literalNode([codePoint])))
  }

  /** The node, as bytes if the expression takes bytes. */
  private node(node: LiteralNode | ClassNode): RegexNode {
    if (!this.bytes) return node
    return bytesNode(node.kind === 'class' ? node.ranges : node.orbit.flatMap((code) => [code, code]))
  }

  private parseBrackets(): RegexNode {
    const { cursor, classes, flags } = this
    // Patterns built of parts repeat the same classes over and over.
    const end = cursor.source.indexOf(']', cursor.offset + 1)
    const text = cursor.source.slice(cursor.offset, end + 1)
    const known = classes.get(text)
    if (known && !flags.ignoreCase) {
      cursor.offset += text.length
      return known
    }
    const start = cursor.offset
    const node = this.node(classNode(parseClass(cursor, flags.ignoreCase)))
    if (!flags.ignoreCase && cursor.offset - start === text.length) classes.set(text, node)
    return node
  }

  private parseBackslash(): void {
    const { cursor } = this
    switch (cursor.peek(1)) {
      case 'A':
        return this.assertion('textStart')
      case 'z':
        return this.assertion('textEnd')
      case 'b':
        return this.assertion('wordBoundary')
      case 'B':
        return this.assertion('notWordBoundary')
      case 'C':
        if (!this.bytes) throw needsBytes
        cursor.offset += 2
        return this.push(anyByteNode)
      case 'Q':
        return this.parseQuoted()
      default: {
        const ranges = parseClassEscape(cursor, this.flags.ignoreCase)
        if (ranges) this.push(this.node(classNode(ranges)))
        else this.literal(parseEscape(cursor))
      }
    }
  }

  private assertion(assertion: 'textStart' | 'textEnd' | 'wordBoundary' | 'notWordBoundary'): void {
    this.cursor.offset += 2
    this.push(assertionNode(assertion))
  }

  private parseQuoted(): void {
    const { cursor } = this
    cursor.offset += 2
    const found = cursor.source.indexOf('\\E', cursor.offset)
    const end = found < 0 ? cursor.source.length : found
    while (cursor.offset < end) this.literal(cursor.takeCodePoint())
    cursor.take('\\E')
  }

  private parseBrace(wasRepeat: boolean): void {
    const count = parseCount(this.cursor)
    if (count) this.repeat(count.min, count.max, count.length, wasRepeat)
    else this.literal(this.cursor.takeCodePoint())
  }

  private repeat(min: number, max: number, length: number, wasRepeat: boolean): void {
    const { cursor, frame } = this
    const start = cursor.offset
    cursor.offset += length
    const lazy = cursor.take('?')
    const operator = cursor.source.slice(start, cursor.offset)
    if (wasRepeat) throw cursor.error(`the operator ${operator} follows another repeat`, start)
    const body = frame.items.pop()
    if (!body) throw cursor.error(`the operator ${operator} has nothing to repeat`, start)
    if (body.height >= maxHeight) {
      throw cursor.tooLarge(`the pattern nests deeper than ${maxHeight} levels`, start)
    }
    const node = repeatNode(body, min, max, lazy === this.flags.ungreedy)
    if (node.counts > maxCount && (min > 1 || (max > 1 && max !== Infinity))) {
      throw cursor.error(`the repeats inside each other count over ${maxCount}`, start)
    }
    if (node.size > maxStates) throw cursor.tooLarge(`the pattern needs more than ${maxStates} states`, start)
    this.push(node)
    this.afterRepeat = true
  }

  private openGroup(): void {
    const { cursor } = this
    const start = cursor.offset
    if (this.frames.length >= maxHeight) {
      throw cursor.tooLarge(`the pattern nests deeper than ${maxHeight} levels`, start)
    }
    const { name, opens, flags } = parseGroupOpening(cursor, this.flags)
    if (opens) {
      const capture = name === undefined ? undefined : this.groupNames.push(name) - 1
      this.frames.push(this.frame)
      this.frame = this.newFrame(start, capture)
    }
    this.flags = flags
  }

  private closeGroup(): void {
    const { cursor, frame } = this
    const outer = this.frames.pop()
    if (!outer) throw cursor.error('the ) closes no group')
    cursor.offset++
    const body = this.closeAlternatives()
    this.flags = frame.outerFlags
    this.frame = outer
    const { capture } = frame
    this.push(capture === undefined ? body : groupNode(capture, body))
  }

  private closeAlternatives(): RegexNode {
    const { alternatives, items } = this.frame
    const last = sequenceNode(items)
    return alternatives.length === 0 ? last : choiceNode([...alternatives, last])
  }
}

const asciiNodes = Array.from({ length: 128 }, (_, codePoint) => literalNode([codePoint]))
const anyNode = classNode(allCodePoints)
const anyByteNode = classNode([0, 0xff])
const notLineFeedNode = classNode(negateRanges([0x0a, 0x0a]))
