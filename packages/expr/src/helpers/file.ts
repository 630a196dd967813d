import { botAddress, hasAddress, mayBe } from '../data/bot-file.ts'
import { formatIp } from '@tocsin/model'
import type { DataFiles } from '../data/data-files.ts'
import type { TextKnowledge } from '../type/environment.ts'
import { types } from '../type/type.ts'
import { helper, type HelperFamily, type NameService, needing } from './capability.ts'

const { bool, string } = types

/** Helpers on data files. Of a file that was not loaded they find nothing. */
export const fileHelpers: HelperFamily = ({ files, dns }) => ({
  File: {
    ...helper(types.func([string], types.array(string)), (name: string) => files.strings(name), {
      list: ([name = '']) => (files.has(name, 'string') ? files.strings(name) : undefined),
    }),
    prepare: ([name]) => {
      const list = name !== undefined && files.has(name, 'string') ? files.strings(name) : undefined
      return list && (() => list)
    },
  },
  RegexpInFile: helper(
    types.func([string, string], bool),
    (text: string, name: string) => files.matches(name, text),
    { needs: needOfFile((name) => files.textsOfPatterns(name)) },
  ),
  FileMap: helper(
    types.func([string], types.array(types.map(string))),
    (name: string) => files.map(name)?.rows ?? [],
  ),
  LookupFile: helper(
    types.func([string, string], string),
    (text: string, name: string) => files.map(name)?.tagOf(text) ?? '',
    { needs: needOfFile((name) => files.map(name)?.texts()) },
  ),
  MatchKnownBot: needing(
    'MatchKnownBot',
    'a name service',
    dns,
    types.func([string, string, string, string], bool, { variadic: true }),
    (names) =>
      (address: string, userAgent: string, path: string, ...fileNames: string[]) =>
        isKnownBot(files, names, address, userAgent, path, fileNames),
  ),
})

/** The texts that the first argument needs for something to be found in the file that the second one names. */
function needOfFile(textsOf: (name: string) => readonly string[] | undefined): TextKnowledge['needs'] {
  return ([, name]) => {
    const texts = name === undefined ? undefined : textsOf(name)
    return texts ? { argument: 0, texts } : null
  }
}

/** Whether a request is of a bot that some file knows: by address, or by the names that lead to its address. */
function isKnownBot(
  files: DataFiles,
  names: NameService,
  addressText: string,
  userAgent: string,
  path: string,
  fileNames: readonly string[],
): boolean {
  const address = botAddress(addressText)
  if (!address) return false
  const candidates = fileNames
    .flatMap((name) => files.bots(name))
    .filter((bot) => mayBe(bot, userAgent, path))
  if (candidates.some((bot) => hasAddress(bot, address))) return true
  const patterns = candidates.flatMap((bot) => bot.names)
  if (patterns.length === 0) return false
  return names
    .confirmedNamesOf(formatIp(address))
    .some((name) => patterns.some((pattern) => pattern.test(name)))
}
