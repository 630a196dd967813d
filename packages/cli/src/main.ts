import { processTerminal } from './output/writer.ts'
import { runProgram } from './program.ts'

// A reader that went away (`tocsin alerts list | head`) is not an error worth a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`cannot write the results: ${error.message}\n`)
  process.exit(1)
})

process.exitCode = await runProgram(process.argv.slice(2), processTerminal)
