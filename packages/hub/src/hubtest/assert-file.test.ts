import { TextMap } from '@tocsin/expr'
import { describe, expect, it } from 'vitest'
import { AssertRunner } from './assert-file.ts'
import { shapeOf } from './assert-shape.ts'
import { assertEnvironment } from './results.ts'

const runner = new AssertRunner(assertEnvironment())
const results = new Map([['a', new TextMap([['b', '1']])]])

describe('an assert file', () => {
  it('passes when every line holds; empty lines do not count', () => {
    expect(runner.run('len(results) == 1\n\nresults["a"]["b"] == "1"\n', results)).toEqual([])
  })

  it('names the line of an assert that does not hold, and what is there instead', () => {
    expect(
      runner.run('len(results) == 1\nresults["a"]["b"] == "2"\nresults["a"]["c"] == ""', results),
    ).toEqual([
      {
        line: 2,
        assert: 'results["a"]["b"] == "2"',
        reason: expect.stringContaining('it is "1"'),
        ends: false,
      },
    ])
  })

  it('ends at an assert that cannot be evaluated or that gives neither true nor false', () => {
    expect(runner.run('results["x"]["b"] == "2"\nlen(results) == 7', results)).toMatchObject([
      { line: 1, ends: true },
    ])
    expect(runner.run('len(results)\nlen(results) == 7', results)).toMatchObject([
      { line: 1, reason: 'it gives 1, not true or false' },
    ])
    expect(runner.run('len(resluts) == 1', results)[0]?.reason).toContain('resluts')
  })

  it('compares only the last part of the path of the log', () => {
    const paths = new Map([['m', new TextMap([['datasource_path', '/tmp/x/test.log']])]])
    expect(runner.run('results["m"]["datasource_path"] == "test.log"', paths)).toEqual([])
    expect(runner.run('basename(results["m"]["datasource_path"]) == "test.log"', paths)).toEqual([])
    expect(runner.run('results["m"]["datasource_path"] == "/tmp/x/test.log"', paths)).toHaveLength(1)
  })
})

describe('the shape of an assert', () => {
  it('is the same for asserts that differ in literals only', () => {
    const one = shapeOf('results["s01"]["a/b"][12].Evt.Parsed["x"] == "say \\"hi\\"\\n"')
    expect(one).toEqual({
      source: 'results[text0][text1][number0].Evt.Parsed[text2] == text3',
      literals: { text0: 's01', text1: 'a/b', text2: 'x', text3: 'say "hi"\n', number0: 12n },
    })
    expect(shapeOf('results["s00"]["c"][3].Evt.Parsed["y"] == ""').source).toBe(one.source)
  })

  it('keeps what it cannot take out safely', () => {
    expect(shapeOf('FloatApproxEqual(results["a"], 1.500000) && x == "\\u00e9"').source).toBe(
      'FloatApproxEqual(results[text0], 1.500000) && x == "\\u00e9"',
    )
    expect(shapeOf('a["x"] == 1 && b == 99999999999999999999').source).toBe(
      'a[text0] == number0 && b == 99999999999999999999',
    )
  })
})
