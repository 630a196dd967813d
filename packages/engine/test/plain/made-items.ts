import type { ItemFile } from '../../src/item/item-file.ts'

/** A parser or postoverflow of one document or more, given as what their YAML says. */
export function nodeItem(
  stage: string,
  name: string,
  documents: object | readonly object[],
  type: 'parsers' | 'postoverflows' = 'parsers',
): ItemFile {
  const text = [documents].flat().map((document) => JSON.stringify({ name, ...document }))
  const path = `${type}/${stage}/me/${name}.yaml`
  return { type, name: `me/${name}`, path, stage, text: text.join('\n---\n'), version: '?', hash: '' }
}

/** A scenario of one document or more. */
export function scenarioItem(name: string, documents: object | readonly object[]): ItemFile {
  const base = { name: `me/${name}`, description: 'for a test', labels: { remediation: true } }
  const text = [documents].flat().map((document) => JSON.stringify({ ...base, ...document }))
  const path = `scenarios/me/${name}.yaml`
  return {
    type: 'scenarios',
    name: `me/${name}`,
    path,
    text: text.join('\n---\n'),
    version: '0.1',
    hash: 'ab',
  }
}

/** A context with one expression a key. */
export function contextItem(name: string, context: Readonly<Record<string, string[]>>): ItemFile {
  const path = `contexts/me/${name}.yaml`
  return {
    type: 'contexts',
    name: `me/${name}`,
    path,
    text: JSON.stringify({ context }),
    version: '?',
    hash: '',
  }
}

/** Lines such as `2026-11-22T12:00:00Z 192.0.2.1 login alice 7`: date, address or `-`, word, user, number. */
export const lineParser: ItemFile = nodeItem('s00-raw', 'line', {
  filter: "evt.Line.Labels.type == 'made'",
  onsuccess: 'next_stage',
  grok: {
    pattern: '^(%{NOTSPACE:when} )?(%{IP:ip}|-) %{WORD:word}( %{WORD:user})?( %{INT:number})?$',
    apply_on: 'Line.Raw',
  },
  statics: [
    { target: 'evt.StrTime', expression: 'evt.Parsed.when' },
    { meta: 'source_ip', expression: 'evt.Parsed.ip' },
    { meta: 'word', expression: 'evt.Parsed.word' },
    { meta: 'user', expression: 'evt.Parsed.user' },
    { meta: 'unread', expression: "'u:' + evt.Parsed.user" },
  ],
})

/** Dates, as the hub's dateparse-enrich reads them. */
export const dateParser: ItemFile = nodeItem('s02-enrich', 'date', {
  filter: "evt.StrTime != ''",
  statics: [
    { method: 'ParseDate', expression: 'evt.StrTime' },
    { target: 'evt.MarshaledTime', expression: 'evt.Enriched.MarshaledTime' },
  ],
})

/** Takes every event, so that those without a date are known too. */
export const anyParser: ItemFile = nodeItem('s02-enrich', 'any', {
  filter: '1 == 1',
  statics: [
    { meta: 'seen', value: 'yes' },
    { meta: 'number', expression: 'evt.Parsed.number' },
  ],
})

export const plainItems: readonly ItemFile[] = [lineParser, dateParser, anyParser]
