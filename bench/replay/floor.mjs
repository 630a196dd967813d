/** The floor that replay is measured against: read a log, split its lines, match one expression. `node floor.mjs FILE` */
import { readFileSync } from 'node:fs'

const expression = / (?:sshd\[\d+\]: (.*)|"([A-Z]+) (\S+) [^"]*" (\d+) (\d+) "([^"]*)" "([^"]*)")$/

let matched = 0
for (const line of readFileSync(process.argv[2] ?? '', 'latin1').split('\n'))
  if (expression.exec(line)) matched++
if (matched === 0) throw new Error('no line matched')
