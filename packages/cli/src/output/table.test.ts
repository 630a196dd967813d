import { expect, it } from 'vitest'
import { formatCsv } from './csv.ts'
import { formatTable } from './table.ts'

it('aligns columns, numbers to the right, and ends without blanks', () => {
  const columns = [{ title: 'NAME' }, { title: 'COUNT', align: 'right' as const }, { title: 'NOTE' }]
  expect(
    formatTable(columns, [
      ['a', '5', ''],
      ['longer', '1234567', 'x'],
    ]),
  ).toBe('NAME      COUNT  NOTE\na             5\nlonger  1234567  x\n')
})

it('shows control characters of a cell as question marks', () => {
  expect(formatTable([{ title: 'USER' }], [['a\u001b[31m\nb']])).toBe('USER\na?[31m?b\n')
})

it('cuts the widest texts where a terminal is too narrow, and no numbers', () => {
  const columns = [
    { title: 'ID', align: 'right' as const },
    { title: 'VALUE', isWhole: true },
    { title: 'REASON' },
    { title: 'AS' },
  ]
  const rows = [['12345678901', 'Ip:2001:db8::1', 'a/rather-long-name-of-a-scenario', 'A Network']]
  expect(formatTable(columns, rows, { isTerminal: false, width: 60 }).split('\n')).toEqual([
    '         ID  VALUE           REASON                AS',
    '12345678901  Ip:2001:db8::1  a/rather-long-name-…  A Network',
    '',
  ])
  expect(formatTable(columns, rows, { isTerminal: false, width: 10 })).toContain(
    '12345678901  Ip:2001:db8::1  a/rathe…  A Netwo…\n',
  )
  expect(formatTable(columns, rows)).toContain('a/rather-long-name-of-a-scenario')
})

it('quotes CSV fields that need it', () => {
  expect(
    formatCsv(
      ['a', 'b'],
      [
        ['x,y', 'say "hi"'],
        ['plain', ''],
      ],
    ),
  ).toBe('a,b\n"x,y","say ""hi"""\nplain,\n')
})
