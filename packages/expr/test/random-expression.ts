import fc from 'fast-check'
import { builtins } from '../src/builtin/index.ts'
import { plainEnvironment } from './plain-environment.ts'

const variables = [...plainEnvironment.variables.keys()]
const leaves = ['1', '0', '2.5', '"a"', '"12"', 'nil', 'true', '[]', 'len(str)', 'len(array)', 'user.Age']
const operators = '+ - * / % ** == != < > <= >= && || and or in contains startsWith endsWith matches ?? ..'
const searches = 'filter map all any none one find findLast findIndex count sum sortBy groupBy reduce'
const lists = ['array', 'users', 'strings', '1..5', '[1, "a"]', 'none', 'anymap', 'str']
const bodies =
  '# == 1;# != nil;#;.Age;.Name;# + 1;# > 2;#index;.Age > 30;# in array;str contains #;.Boss?.Name'
const fields = ['Name', 'Address', 'Address.City', 'Boss', 'Boss.Name', 'Age', 'Meta.k', 'Tags', 'x']

/** Expressions of the plain environment that are well-formed, and of the right types more often than by chance. */
export const { expression: randomExpression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie('expression')
  const operator = fc.constantFrom(...operators.split(' '))
  const search = fc.constantFrom(...searches.split(' '))
  const body = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...bodies.split(';')) },
    { weight: 1, arbitrary: inner },
  )
  return {
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(...variables, ...leaves),
      fc.tuple(inner, operator, inner).map(([a, sign, b]) => `(${a}) ${sign} ${b}`),
      fc
        .tuple(fc.constantFrom(...builtins.keys()), fc.array(inner, { minLength: 1, maxLength: 3 }))
        .map(([name, args]) => `::${name}(${args.join(', ')})`),
      fc
        .tuple(search, fc.constantFrom(...lists), body)
        .map(([name, list, test]) => `::${name}(${list}, ${test})`),
      fc.tuple(inner, inner, inner).map(([a, b, c]) => `(${a}) ? ${b} : ${c}`),
      fc.tuple(inner, inner).map(([a, b]) => `(${a})[${b}]`),
      fc.tuple(inner, inner).map(([a, b]) => `(${a})[${b}:]`),
      fc.tuple(inner, inner).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(inner, inner).map(([a, b]) => `{k: ${a}, (${b}): 1}`),
      fc.tuple(inner, fc.constantFrom(...fields)).map(([a, name]) => `(${a})?.${name}`),
      fc
        .tuple(fc.constantFrom('user', 'users[0]', 'users[1]'), fc.constantFrom(...fields))
        .map(([a, name]) => `${a}.${name}`),
    ),
  }
})
