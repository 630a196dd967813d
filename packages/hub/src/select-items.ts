import { nearestName, TocsinError, TocsinErrors } from '@tocsin/model'
import {
  allItems,
  findItem,
  type HubIndex,
  type HubItem,
  type HubItemType,
  installableTypes,
  isHubItemType,
} from './hub-index.ts'

/**
 * The items that a comma-separated list names, with everything that the collections among them need, each once.
 * `NAME` is every item of that name whatever its kind, `KIND:NAME` one of them, `-NAME` leaves one out (and what
 * only it would bring), `all` is everything. Collections stand in the result too.
 * Throws HUB_UNKNOWN_ITEM with every unknown name and the nearest known one.
 */
export function selectItems(index: HubIndex, spec: string): HubItem[] {
  const errors: TocsinError[] = []
  const words = spec
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  const named = (word: string) => itemsNamed(index, word, errors)
  const excluded = new Set(
    words.filter((word) => word.startsWith('-')).flatMap((word) => named(word.slice(1))),
  )
  const wanted = words.filter((word) => !word.startsWith('-')).flatMap(named)
  const chosen = new Set<HubItem>()
  for (const item of wanted) choose(index, item, chosen, excluded, errors)
  if (errors.length === 0) return [...chosen]
  throw errors.length === 1 && errors[0] !== undefined
    ? errors[0]
    : new TocsinErrors('HUB_UNKNOWN_ITEM', 'cannot select items', errors)
}

/** Adds an item and, for a collection, its members in their order; members that are unknown are reported. */
function choose(
  index: HubIndex,
  item: HubItem,
  chosen: Set<HubItem>,
  excluded: ReadonlySet<HubItem>,
  errors: TocsinError[],
): void {
  if (chosen.has(item) || excluded.has(item)) return
  chosen.add(item)
  for (const { type, name } of item.members) {
    const member = findItem(index, type, name)
    if (member) choose(index, member, chosen, excluded, errors)
    else errors.push(unknownItem(index, name, [type], `of collection ${item.name}`))
  }
}

function itemsNamed(index: HubIndex, word: string, errors: TocsinError[]): HubItem[] {
  if (word === 'all') return allItems(index)
  const colon = word.indexOf(':')
  const types = colon < 0 ? installableTypes : typesNamed(word.slice(0, colon), errors)
  const name = word.slice(colon + 1)
  const found = types.flatMap((type) => findItem(index, type, name) ?? [])
  if (found.length === 0 && types.length > 0) errors.push(unknownItem(index, name, types, ''))
  return found
}

function typesNamed(text: string, errors: TocsinError[]): readonly HubItemType[] {
  if (isHubItemType(text)) return [text]
  errors.push(
    new TocsinError('HUB_UNKNOWN_ITEM', `cannot select items: unknown kind "${text}"`, {
      hint: suggestion(text, installableTypes) ?? `known kinds: ${installableTypes.join(', ')}`,
    }),
  )
  return []
}

function unknownItem(
  index: HubIndex,
  name: string,
  types: readonly HubItemType[],
  whose: string,
): TocsinError {
  const what = types.length === 1 ? `no ${types[0]} named "${name}"` : `no item named "${name}"`
  const owner = whose === '' ? '' : ` ${whose}`
  const hint = suggestion(
    name,
    types.flatMap((type) => [...index.items[type].keys()]),
  )
  return new TocsinError('HUB_UNKNOWN_ITEM', `cannot select items: the hub has ${what}${owner}`, {
    hint: hint ?? `look for it below ${index.folder}`,
  })
}

/** The nearest name, or one whose file part is the same, as a hint. */
function suggestion(name: string, known: readonly string[]): string | undefined {
  const file = name.slice(name.lastIndexOf('/') + 1)
  const near = known.find((candidate) => candidate.endsWith(`/${file}`)) ?? nearestName(name, known)
  return near === undefined ? undefined : `did you mean "${near}"?`
}
