import type { OutputFormat, Terminal } from './writer.ts'

/** Where the results of a command go, and in which format. */
export class CommandOutput {
  readonly terminal: Terminal
  readonly output: OutputFormat

  constructor(output: OutputFormat, terminal: Terminal) {
    this.output = output
    this.terminal = terminal
  }

  /** Prints the result of a command, ready-made for the format that was asked for. */
  print(formats: { json: () => unknown; raw: () => string; human: () => string }): void {
    if (this.output === 'json') this.terminal.out(`${JSON.stringify(formats.json(), null, 1)}\n`)
    else this.terminal.out(this.output === 'raw' ? formats.raw() : formats.human())
  }
}
