/** The kinds of items that an agent installs. */
export const installableTypes = ['parsers', 'scenarios', 'postoverflows', 'contexts', 'collections'] as const

export type HubItemType = (typeof installableTypes)[number]

export function isHubItemType(text: string): text is HubItemType {
  return (installableTypes as readonly string[]).includes(text)
}

/** One item as the index knows it. */
export interface HubItem {
  readonly type: HubItemType
  /** Its key in the index, `author/file`. */
  readonly name: string
  /** Path of its file inside the hub. */
  readonly path: string
  readonly author: string
  readonly description: string
  /** Stage folder of parsers and postoverflows, else empty. */
  readonly stage: string
  /** Newest version, or empty where the hub has no index. */
  readonly version: string
  /** SHA-256 of the file in hexadecimal, by version, oldest first. */
  readonly digests: ReadonlyMap<string, string>
  /** What a collection installs; items of kinds that agents do not know are left out. */
  readonly members: readonly HubMember[]
}

/** A reference of a collection. */
export interface HubMember {
  readonly type: HubItemType
  readonly name: string
}

/** A folder in the public hub's layout. */
export interface HubIndex {
  readonly folder: string
  readonly items: Readonly<Record<HubItemType, ReadonlyMap<string, HubItem>>>
}

/** Every item, kind by kind, in the order of the index. */
export function allItems(index: HubIndex): HubItem[] {
  return installableTypes.flatMap((type) => [...index.items[type].values()])
}

/** The item of a kind and name, or undefined. */
export function findItem(index: HubIndex, type: HubItemType, name: string): HubItem | undefined {
  return index.items[type].get(name)
}

/** The version of the index whose digest a file has, newest first; `?` for a file of unknown content. */
export function versionOf(item: HubItem, sha256: string): string {
  const { digests } = item
  if (digests.get(item.version) === sha256) return item.version
  const versions = [...digests].filter(([, digest]) => digest === sha256)
  return versions.at(-1)?.[0] ?? '?'
}
