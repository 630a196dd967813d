/**
 * Shows Tocsin catching an attack, without root and without touching the machine: it replays the sample logs, then runs
 * a daemon of its own in a temporary folder, writes an attack into a log that it tails, and shows the decision.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const tocsin = fileURLToPath(new URL('../packages/cli/bin/tocsin.js', import.meta.url))
const samples = fileURLToPath(new URL('../content/samples/', import.meta.url))
const attacker = '203.0.113.66'
const patienceMs = 30_000

title('Two sample logs, replayed on their own clock')
for (const [file, type] of [
  ['auth.log', 'syslog'],
  ['access.log', 'nginx'],
] as const) {
  console.log(`$ tocsin replay content/samples/${file} --type ${type}`)
  execFileSync(tocsin, ['replay', join(samples, file), '--type', type], { stdio: 'inherit' })
  console.log('')
}

title('An attack, live: from a log line to a decision')
const folder = mkdtempSync(join(tmpdir(), 'tocsin-demo-'))
const log = join(folder, 'auth.log')
const config = join(folder, 'tocsin.yaml')
let daemon: ChildProcess | undefined
try {
  writeFileSync(log, '')
  const settings = {
    state: 'state',
    lapi: { listen: `127.0.0.1:${await freePort()}` },
    sources: [{ filename: log, labels: { type: 'syslog' } }],
  }
  writeFileSync(config, JSON.stringify(settings, null, 2))
  console.log('$ tocsin run -c tocsin.yaml        # in a temporary folder')
  daemon = await start(config)
  console.log(`\nSomebody at ${attacker} now guesses passwords:\n`)
  for (let i = 0; i < 6; i++) {
    const line = failedLogin(41_000 + i)
    process.stdout.write(`  ${line}`)
    appendFileSync(log, line)
  }
  const started = performance.now()
  while (!decisions('json').includes(attacker)) {
    if (performance.now() - started > patienceMs) throw new Error('no decision came: please report this')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  console.log('\n$ tocsin decisions list')
  console.log(decisions('human'))
  console.log(
    'With "enforce: nftables" in the configuration, and as root, the kernel would drop its packets now.',
  )
} finally {
  await stop(daemon)
  rmSync(folder, { recursive: true, force: true })
}

function title(text: string): void {
  console.log(`\n${text}\n${'='.repeat(text.length)}\n`)
}

function decisions(format: 'human' | 'json'): string {
  return execFileSync(tocsin, ['decisions', 'list', '-c', config, '-o', format], { encoding: 'utf8' })
}

/** A daemon that says it is ready; its log lines go to this terminal. */
function start(path: string): Promise<ChildProcess> {
  const child = spawn(tocsin, ['run', '-c', path], { stdio: ['ignore', 'inherit', 'pipe'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}`)))
    child.stderr.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk)
      if (chunk.includes('is ready')) resolve(child)
    })
  })
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

function failedLogin(port: number): string {
  const [, day = '', month = '', , clock = ''] = new Date().toUTCString().split(/,? /)
  const date = `${month} ${day.replace(/^0/, ' ')} ${clock}`
  return `${date} demo sshd[4242]: Failed password for invalid user admin from ${attacker} port ${port} ssh2\n`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
