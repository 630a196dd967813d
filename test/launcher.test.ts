import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const launcher = fileURLToPath(new URL('../packages/cli/bin/tocsin.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tocsin-launcher-'))
afterAll(() => rmSync(folder, { recursive: true }))

const nodeOf = (output: string) => (JSON.parse(output) as { node: string }).node

it('runs as an executable on the bundled Node, whatever the PATH holds', () => {
  const output = execFileSync(launcher, ['version', '-o', 'json'], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  })
  expect(Number(nodeOf(output).split('.')[0])).toBeGreaterThanOrEqual(24)
})

it('finds its project through a symbolic link', () => {
  const link = join(folder, 'tocsin')
  symlinkSync(launcher, link)
  expect(nodeOf(execFileSync(link, ['version', '-o', 'json'], { encoding: 'utf8' }))).toMatch(/^\d+\./)
})

it('runs as a module under the Node that is at hand', () => {
  expect(
    nodeOf(execFileSync(process.execPath, [launcher, 'version', '-o', 'json'], { encoding: 'utf8' })),
  ).toMatch(/^\d+\./)
})

it('is one process: the pid that was started is the Node that runs', async () => {
  const child = spawn(launcher, ['--help'], { stdio: 'ignore' })
  const command = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')
  expect(command).toContain('tocsin')
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect(code).toBe(0)
})

it('answers wrong usage with exit code 2 and a suggestion', () => {
  const run = () => execFileSync(launcher, ['aletrs'], { encoding: 'utf8', stdio: 'pipe' })
  expect(run).toThrow(/unknown command 'aletrs'[\s\S]*alerts/)
})
