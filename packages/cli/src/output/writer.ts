/** Where results and messages of a command go. Results to `out`, everything else to `err`. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Whether `out` is a terminal: colours and progress are for people only. */
  readonly isTerminal: boolean
  /** Characters in a line of it; null where it is no terminal. */
  readonly width: number | null
}

export type OutputFormat = 'human' | 'json' | 'raw'

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY,
  get width() {
    return process.stdout.isTTY ? process.stdout.columns : null
  },
}
