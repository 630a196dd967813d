import type { XmlElement } from './parse-xml.ts'

type Selector = (element: XmlElement) => XmlElement[]
type Filter = (candidates: XmlElement[]) => XmlElement[]

interface Segment {
  readonly select: Selector
  readonly filters: readonly Filter[]
}

/** A compiled path: `/A/B[1]/C[@Name='x']` and the like. */
export type Path = readonly Segment[]

/** Compiles a path, or gives null where it is malformed. Source: the path language of etree. */
export function compilePath(text: string): Path | null {
  const fixed = text.endsWith('//') ? `${text}*` : text
  const absolute = fixed.startsWith('/')
  const segments = splitAtSlashes(absolute ? fixed.slice(1) : fixed).map(compileSegment)
  if (segments.includes(null)) return null
  const rest = segments.filter((segment) => segment !== null)
  return absolute ? [{ select: (element) => [rootOf(element)], filters: [] }, ...rest] : rest
}

/** Elements that one lookup may come across: a path with several `//` goes through some again and again. */
const maxSteps = 5_000_000

/** The first element that a path leads to, in the order of its segments. Throws an Error where it leads too far. */
export function findFirst(from: XmlElement, path: Path): XmlElement | null {
  const queue: { element: XmlElement; segment: number }[] = [{ element: from, segment: 0 }]
  const seen = path.map(() => new Set<XmlElement>())
  let steps = 0
  for (let at = 0; at < queue.length; at++) {
    const task = queue[at]
    const segment = task && path[task.segment]
    if (!segment) continue
    let candidates = segment.select(task.element)
    steps += candidates.length
    if (steps > maxSteps) throw new Error(`the path leads to over ${maxSteps} elements`)
    for (const filter of segment.filters) candidates = filter(candidates)
    const next = task.segment + 1
    if (next === path.length) {
      if (candidates[0]) return candidates[0]
      continue
    }
    for (const element of candidates) {
      if (seen[next]?.has(element)) continue
      seen[next]?.add(element)
      queue.push({ element, segment: next })
    }
  }
  return null
}

function rootOf(element: XmlElement): XmlElement {
  let root = element
  while (root.parent) root = root.parent
  return root
}

/** Slashes inside quotes are part of a filter's value. */
function splitAtSlashes(path: string): string[] {
  const pieces: string[] = []
  let piece = ''
  let quote = ''
  for (const character of path) {
    if (quote === '' && character === '/') {
      pieces.push(piece)
      piece = ''
      continue
    }
    if (quote === character) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    piece += character
  }
  return [...pieces, piece]
}

function compileSegment(text: string): Segment | null {
  const [name = '', ...brackets] = text.split('[')
  const filters = brackets.map((bracket) =>
    bracket.endsWith(']') ? compileFilter(bracket.slice(0, -1)) : null,
  )
  if (filters.includes(null)) return null
  return { select: selectorOf(name), filters: filters.filter((filter) => filter !== null) }
}

function selectorOf(name: string): Selector {
  if (name === '.') return (element) => [element]
  if (name === '..') return ({ parent }) => (parent ? [parent] : [])
  if (name === '*') return ({ children }) => children
  if (name === '') return descendantsOf
  const isNamed = nameTest(name)
  return ({ children }) => children.filter(isNamed)
}

function descendantsOf(element: XmlElement): XmlElement[] {
  const all = [element]
  for (let at = 0; at < all.length; at++) {
    const next = all[at]
    if (next) for (const child of next.children) all.push(child)
  }
  return all
}

function nameTest(name: string): (named: { space: string; local: string }) => boolean {
  const colon = name.indexOf(':')
  const [space, local] = colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)]
  return (named) => named.local === local && (space === '' || named.space === space)
}

const functions: Record<string, (element: XmlElement) => string> = {
  'local-name': ({ local }) => local,
  name: ({ space, local }) => (space === '' ? local : `${space}:${local}`),
  'namespace-prefix': ({ space }) => space,
  'namespace-uri': namespaceOf,
  text: ({ text }) => text,
}

/** The address that the element's prefix is declared for, by itself or the nearest around it. */
function namespaceOf(element: XmlElement): string {
  const { space } = element
  for (let around: XmlElement | null = element; around; around = around.parent) {
    const declared = around.attributes.find((one) =>
      space === '' ? one.space === '' && one.local === 'xmlns' : one.space === 'xmlns' && one.local === space,
    )
    if (declared) return declared.value
  }
  return ''
}

const keep =
  (test: (element: XmlElement) => boolean): Filter =>
  (candidates) =>
    candidates.filter(test)

function compileFilter(text: string): Filter | null {
  if (text === '') return null
  const valued = /^(.*?)=(['"])(.*)$/s.exec(text)
  if (valued) {
    const [, key = '', quote = '', rest = ''] = valued
    if (rest.indexOf(quote) !== rest.length - 1) return null
    return valueFilter(key, rest.slice(0, -1))
  }
  if (text.startsWith('@')) {
    const isNamed = nameTest(text.slice(1))
    return keep(({ attributes }) => attributes.some(isNamed))
  }
  if (text.endsWith('()')) {
    const give = functionOf(text)
    return give ? keep((element) => give(element) !== '') : null
  }
  if (/^-?[0-9]+$/.test(text)) return positionFilter(Number(text))
  const isNamed = nameTest(text)
  return keep(({ children }) => children.some(isNamed))
}

function functionOf(call: string): ((element: XmlElement) => string) | undefined {
  const name = call.slice(0, -2)
  return Object.hasOwn(functions, name) ? functions[name] : undefined
}

function valueFilter(key: string, value: string): Filter | null {
  if (key.startsWith('@')) {
    const isNamed = nameTest(key.slice(1))
    return keep(({ attributes }) => attributes.some((one) => isNamed(one) && one.value === value))
  }
  if (key.endsWith('()')) {
    const give = functionOf(key)
    return give ? keep((element) => give(element) === value) : null
  }
  const isNamed = nameTest(key)
  return keep(({ children }) => children.some((child) => isNamed(child) && child.text === value))
}

/** From 1, or from the end where it is negative; 0 counts as 1. */
function positionFilter(position: number): Filter {
  const index = position > 0 ? position - 1 : position
  return (candidates) => {
    const found = candidates.at(index)
    return found ? [found] : []
  }
}
