import { expect, it } from 'vitest'
import { formatError, nearestName, TocsinError, TocsinErrors } from './error.ts'

const mistake = new TocsinError('EXPR_UNKNOWN_FIELD', 'cannot compile filter: no field "Metta" on evt', {
  where: { file: 'scenarios/ssh-bf.yaml', line: 4, column: 13 },
  excerpt: ` | evt.Metta.log_type\n | ....^`,
  hint: 'did you mean "Meta"?',
})

it('shows place, code, message, excerpt and hint', () => {
  expect(formatError(mistake)).toBe(
    [
      'scenarios/ssh-bf.yaml:4:13  EXPR_UNKNOWN_FIELD  cannot compile filter: no field "Metta" on evt',
      ' | evt.Metta.log_type',
      ' | ....^',
      '  hint: did you mean "Meta"?',
    ].join('\n'),
  )
})

it('shows every error of a run', () => {
  const all = new TocsinErrors('ITEMS_BAD', 'cannot load 2 files', [
    mistake,
    new TocsinError('X', 'cannot x: y'),
  ])
  expect(formatError(all).split('\n')).toHaveLength(6)
  expect(formatError(all)).toContain('X  cannot x: y')
})

it('shows a foreign error by its message', () => expect(formatError(new Error('boom'))).toBe('boom'))

it('suggests near names only', () => {
  expect(nearestName('Metta', ['Meta', 'Parsed'])).toBe('Meta')
  expect(nearestName('fitler', ['filter', 'format'])).toBe('filter')
  expect(nearestName('zebra', ['Meta', 'Parsed'])).toBeUndefined()
})
