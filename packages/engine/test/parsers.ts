import { DataFiles, noWorld, StashCaches, Time } from '@tocsin/expr'
import { eventEnvironment } from '../src/environment.ts'
import { Event } from '../src/event.ts'
import type { ItemFile } from '../src/item/item-file.ts'
import { loadParsers, type ParserOptions } from '../src/parser/load-parsers.ts'
import type { ParserSet } from '../src/parser/parser-set.ts'

/** The time at which tests run. */
export const testNow = Date.UTC(2026, 10, 22, 12)
const clock = () => testNow

/** A parser item `me/<name>` of a stage. */
export function parserItem(stage: string, name: string, text: string): ItemFile {
  const path = `parsers/${stage}/me/${name}.yaml`
  return { type: 'parsers', name: `me/${name}`, path, stage, text, version: '?', hash: '' }
}

/** A line of a log, replayed. */
export function lineEvent(raw: string, labels: Record<string, string> = {}): Event {
  const line = {
    raw,
    src: '/var/log/x.log',
    timeMs: testNow,
    labels: new Map(Object.entries(labels)),
    module: 'file',
  }
  return new Event(line, 'replay', Time.fromMs(testNow))
}

/** Loads parsers with everything that expressions may want and nothing of the world. */
export function testParsers(...items: ItemFile[]): ParserSet {
  return loadWith({}, items)
}

testParsers.with =
  (options: Partial<ParserOptions>) =>
  (...items: ItemFile[]): ParserSet =>
    loadWith(options, items)

function loadWith(options: Partial<ParserOptions>, items: readonly ItemFile[]): ParserSet {
  const files = new DataFiles()
  const stash = new StashCaches(clock)
  const environment = eventEnvironment(noWorld({ files, stash, clock }))
  return loadParsers(items, { environment, files, stash, clock, ...options })
}
