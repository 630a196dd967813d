import { describe, expect, test } from 'vitest'
import type { Value } from '../value.ts'
import { formatText } from './format.ts'

describe('formatText', () => {
  test.each<[string, Value[], string]>([
    ['%d %s %v', [1n, 'a', 2.5], '1 a 2.5'],
    [
      '%5d|%-5d|%05d|%+d|%x|%X|%o|%b|%c|%q|%U',
      Array.from({ length: 11 }, () => 65n),
      "   65|65   |00065|+65|41|41|101|1000001|A|'A'|U+0041",
    ],
    ['%.2f|%8.3f|%e|%g|%G', [1.005, 2.34567, 1e6, 1e-7, 1e21], '1.00|   2.346|1.000000e+06|1e-07|1E+21'],
    [
      '%q|%x|% x|%10s|%-10s|%.2s',
      ['a"é', 'hé', 'hé', 'é', 'é', 'été'],
      '"a\\"é"|68c3a9|68 c3 a9|         é|é         |ét',
    ],
    ['%v %+v %#v', [true, null, 'x'], 'true <nil> "x"'],
    ['%v', [['a', 1n, null]], '[a 1 <nil>]'],
    [
      '%v',
      [
        new Map<Value, Value>([
          ['b', 1n],
          ['a', 2n],
        ]),
      ],
      'map[a:2 b:1]',
    ],
    ['%d', ['x'], '%!d(string=x)'],
    ['%s', [1n], '%!s(int=1)'],
    ['%d', [], '%!d(MISSING)'],
    ['%d', [1n, 'x'], '1%!(EXTRA string=x)'],
    ['%z', [1n], '%!z(int=1)'],
    ['100%', [], '100%!(NOVERB)'],
    ['%%', [], '%'],
    ['%[2]d %[1]d', [1n, 2n], '2 1'],
    ['%[3]d', [1n], '%!d(BADINDEX)'],
    ['%*d', [5n, 42n], '   42'],
    ['%t', [false], 'false'],
  ])('%s', (format, values, expected) => expect(formatText(format, values)).toBe(expected))
})
