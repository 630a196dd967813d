#!/bin/sh
':' //; self=$(readlink -f "$0"); here=${self%/*}; flags='--disable-warning=ExperimentalWarning'; case " $* " in *' replay '*) flags="$flags --min-semi-space-size=8 --max-semi-space-size=8 --max-old-space-size=384";; *) flags="$flags --max-semi-space-size=4 --heap-growing-percent=60";; esac; export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-131072}"; for root in "$here/../../.." "$here/../.."; do for arch in x64 arm64; do bundled=$root/node_modules/node-linux-$arch/bin/node; [ -x "$bundled" ] && exec "$bundled" $flags "$self" "$@"; done; done; exec node "$self" "$@"

// The line above is shell: it replaces itself with the bundled Node, so that one process is the daemon,
// its signals and its pid (sudo, systemd and kill all meet the right one). To JavaScript it is a string
// and a comment. Called as `node tocsin.js` on an older Node, the lines below find the bundled one.
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { keepCompiledCode } from './compile-cache.js'
import { resolveOwnModules } from './resolve.js'

const oldestNode = 24

// The same as in the line of shell. Space for young objects is three times what is said here; it would grow to 96 MB by
// itself, for the same work. A heap that may grow less before it is collected keeps the Local API below 400 MB at a million
// decisions; what a replay keeps is bounded. Large pieces of memory go back to the system as soon as they are free.
const flags = [
  '--disable-warning=ExperimentalWarning',
  ...(process.argv.includes('replay')
    ? ['--min-semi-space-size=8', '--max-semi-space-size=8', '--max-old-space-size=384']
    : ['--max-semi-space-size=4', '--heap-growing-percent=60']),
]
process.env.MALLOC_MMAP_THRESHOLD_ ??= '131072'

if (Number(process.versions.node.split('.')[0]) >= oldestNode) {
  keepCompiledCode()
  resolveOwnModules()
  await import('../src/main.ts')
} else {
  runWith(bundledNode())
}

function bundledNode() {
  for (const root of ['../../..', '../..']) {
    const path = new URL(`${root}/node_modules/node-linux-${process.arch}/bin/node`, import.meta.url).pathname
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {}
  }
  process.stderr.write(
    `tocsin: cannot start: Node ${oldestNode} or newer is needed, this is ${process.versions.node}, and the ` +
      `bundled one is missing\n  hint: run "npm ci" in the folder of the project, without --omit=optional\n`,
  )
  process.exit(1)
}

function runWith(node) {
  const self = new URL(import.meta.url).pathname
  const child = spawn(node, [...flags, self, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'])
    process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) =>
    signal ? process.kill(process.pid, 'SIGKILL') : process.exit(code ?? 1),
  )
}
