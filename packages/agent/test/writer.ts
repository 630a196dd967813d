// A program that logs and rotates its log: node writer.ts FOLDER. The log is FOLDER/app.log, a symbolic link once it
// was switched; the lines are `line 1` and so on. It ends with the number of lines on standard output.
import {
  closeSync,
  copyFileSync,
  openSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? '.'
const log = join(folder, 'app.log')
let written = 0
let descriptor = openSync(log, 'a')

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function write(count: number): void {
  for (let index = 0; index < count; index++)
    writeSync(descriptor, `line ${++written} ${'x'.repeat(written % 90)}\n`)
}

function reopen(): void {
  closeSync(descriptor)
  descriptor = openSync(log, 'a')
}

const rotations: ((round: number) => void)[] = [
  (round) => {
    renameSync(log, `${log}.${round}`)
    // The program does not notice at once.
    write(50)
    reopen()
  },
  (round) => {
    copyFileSync(log, `${log}.${round}`)
    truncateSync(log, 0)
  },
  () => {
    unlinkSync(log)
    write(20)
    reopen()
  },
  (round) => {
    const target = join(folder, `target-${round}`)
    closeSync(openSync(target, 'a'))
    symlinkSync(target, `${log}.link`)
    renameSync(`${log}.link`, log)
    write(20)
    reopen()
  },
]

for (let round = 0; round < 16; round++) {
  for (let turn = 0; turn < 20; turn++) {
    write(25)
    await sleep(10)
  }
  rotations[round % rotations.length]?.(round)
  write(30)
  await sleep(120)
}
process.stdout.write(`${written}\n`)
