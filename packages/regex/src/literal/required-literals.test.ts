import { expect, it } from 'vitest'
import { parseRegex } from '../syntax/parse.ts'
import { requiredLiterals } from './required-literals.ts'

const limits = { most: 4, shortest: 2 }

it.each<[source: string, literals: string[] | undefined]>([
  ['abc', ['abc']],
  ['a+bc', ['bc']],
  ['(?:abc)+', ['abc']],
  ['(?:abc)*', undefined],
  ['\\d+ Failed password for \\w+', [' Failed password for ']],
  ['(?:foo|bar)\\d', ['foo', 'bar']],
  ['(?:foo|\\d)x', undefined],
  ['colou?r=', ['colour=', 'color=']],
  ['ab\\d+longer', ['longer']],
  ['(?i)id=', ['ID=', 'Id=', 'iD=', 'id=']],
  ['(?i)select', ['EL', 'El', 'eL', 'el']],
  ['(?i)kiss', undefined],
  ['[ab]c', ['ac', 'bc']],
  ['\\bword\\b', ['word']],
  [' HTTP/[+-]?\\d', [' HTTP/']],
  ['a', undefined],
  ['^$', undefined],
])('every match of %s has one of %j', (source, literals) => {
  expect(requiredLiterals(parseRegex(source).root, limits)).toEqual(literals)
})
