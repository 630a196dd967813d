import { processTerminal } from './output/writer.ts'
import { runProgram } from './program.ts'

// A reader that went away (`tocsin alerts list | head`) is not an error worth a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runProgram(process.argv.slice(2), processTerminal)
