import { createInterface } from 'node:readline/promises'
import { TocsinError } from '@tocsin/model'
import type { Context } from '../context.ts'
import { printable } from '../output/table.ts'

/**
 * Deletes names one after another and says what went. A missing one is an error at the end, or a warning where it
 * is not meant to be; the others are deleted all the same.
 */
export async function deleteNames(
  at: Context,
  what: 'bouncer' | 'machine',
  names: readonly string[],
  remove: (name: string) => Promise<readonly string[]>,
  { missing: onMissing }: { missing: 'fail' | 'warn' | 'ignore' },
): Promise<void> {
  const deleted: string[] = []
  const missing: string[] = []
  for (const name of names) {
    try {
      deleted.push(...(await remove(name)))
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error
      if (error.code === 'LAPI_NOT_FOUND') missing.push(name)
      else if (error.code === 'LAPI_REFUSED') at.terminal.err(`warning: ${error.message}\n`)
      else throw error
    }
  }
  at.print({
    json: () => deleted,
    raw: () => lines(deleted),
    human: () => lines(deleted.map((name) => `${what} ${name} deleted`)),
  })
  if (missing.length === 0 || onMissing === 'ignore') return
  const message = `cannot delete ${what} ${missing.join(', ')}: there is none of that name`
  if (onMissing === 'fail')
    throw new TocsinError('CLI_NOT_FOUND', message, { hint: `tocsin ${what}s list shows the names` })
  at.terminal.err(`warning: ${message}\n`)
}

/** Shows what would go, asks unless forced, and deletes it. Without a terminal to ask on, force is needed. */
export async function prune(
  at: Context,
  what: 'bouncer' | 'machine',
  force: boolean,
  run: (rehearse: boolean) => Promise<readonly string[]>,
): Promise<void> {
  const names = await run(true)
  if (names.length === 0) {
    at.terminal.err(`No ${what}s to prune.\n`)
    return
  }
  at.print({ json: () => names, raw: () => lines(names), human: () => lines(names) })
  if (!force && !(await confirmed(`Delete these ${names.length} ${what}(s)? [y/N] `))) {
    at.terminal.err('Nothing was deleted.\n')
    return
  }
  const deleted = await run(false)
  at.terminal.err(`${deleted.length} ${what}(s) deleted.\n`)
}

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new TocsinError('CLI_USAGE', 'cannot ask for confirmation: standard input is not a terminal', {
      hint: 'add --force to delete without asking',
    })
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await prompt.question(question)
  prompt.close()
  return /^y(es)?$/i.test(answer.trim())
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${printable(text)}\n`).join('')
}
