import { describe, expect, test } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { checkSpl } from '../../../src/engine/spl/run-spl.ts'
import { column, NOW, rows, run, told } from './searched.ts'

describe('events', () => {
  const seconds = [1_700_000_001, 1_700_000_003, 1_700_000_002]

  test('are searched newest first, the last to arrive first among those of one time', () => {
    const events = [...seconds, 1_700_000_003].map((time, at) => ({ _time: time, at }))
    expect(column('at', '*', events)).toEqual([3, 1, 2, 0])
  })

  test('come last, the last to arrive first, where they have no time', () =>
    expect(column('at', '*', [{ at: 0 }, { _time: 1, at: 1 }, { at: 2 }])).toEqual([1, 2, 0]))

  test('have their time in seconds, with the digits that were written', () => {
    const written = ['2023-11-14T22:13:20.123456Z', '2023-11-14T22:13:20.5Z', '2023-11-14T22:13:20Z']
    const events = written.map((time) => ({ '@timestamp': time }))
    expect(column('_time', '*', events)).toEqual([1_700_000_000.5, 1_700_000_000.123456, 1_700_000_000])
    expect(column('_time', '*', [{ _time: '1700000000.25' }])).toEqual([1_700_000_000.25])
    expect(column('_time', '*', [{ at: '2023-11-14T22:13:20Z' }], { timeField: 'at' })).toEqual([1_700_000_000])
  })

  test('have their nested fields under dotted names', () =>
    expect(rows('*', [{ process: { name: 'sh', 'parent.pid': 1 }, ok: true, none: null }])).toEqual([
      { 'process.name': 'sh', 'process.parent.pid': 1, ok: 'true' },
    ]))

  test('have lists as several values, under the name with braces where the query asks for that', () => {
    const events = [{ tags: ['a', 'b'], user: [{ id: 1 }, { id: 2 }], one: ['x'] }]
    expect(rows('* | table tags user.id one', events)).toEqual([{ tags: ['a', 'b'], 'user.id': [1, 2], one: 'x' }])
    expect(rows('* | table tags{} tags user{}.id', events)).toEqual([{ 'tags{}': ['a', 'b'], 'user{}.id': [1, 2] }])
    expect(column('all', `* | eval all=mvappend('tags','tags{}')`, events)).toEqual([['a', 'b']])
  })

  test('have their JSON as raw text where it is asked for', () => {
    const events = [{ a: 'x', _time: 5 }]
    expect(rows('*', events)).toEqual([{ _time: 5, a: 'x' }])
    expect(rows('* | fields _raw', events)).toEqual([{ _time: 5, _raw: '{"a":"x","_time":5}' }])
    expect(column('place', `* | eval place=_bkt . ":" . _cd`, events)).toEqual(['line:1'])
  })
})

describe('a query', () => {
  test('may begin with the word search, with a search, or with a pipe', () => {
    const events = [{ a: 1 }, { a: 2 }]
    for (const text of ['a=1', 'search a=1', '| search a=1', '\n  search\n a=1 ', '* | search a=1'])
      expect(column('a', text, events)).toEqual([1])
    expect(rows('', events)).toHaveLength(2)
  })

  test('is refused whole, with all that is wrong with it and where', () =>
    expect(told('a=1 | foo x\n| stats coutn by a | eval b=c(')).toEqual([
      '1:7 spl/unknown-command the command "foo" is not known',
      '2:9 spl/unknown-function the aggregate "coutn" is not known (did you mean "count"?)',
      '2:31 spl/syntax expected a value, the query ends here (texts stand in "…", fields in \'…\')',
    ]))

  test('is refused where Splunk has a command that is not run here', () =>
    expect(told('* | predict count')).toEqual([
      '1:5 spl/unsupported the command "predict" is not run here: it works on statistical models that Splunk does not document exactly',
    ]))

  test('can be checked without being run', () => {
    expect(checkSpl(new Source('q', '| inputlookup seen | stats count'))).toEqual([])
    expect(checkSpl(new Source('q', '* | stast count')).map((one) => one.hint)).toEqual(['did you mean "stats"?'])
  })

  test('has a now that stands still', () =>
    expect(column('now', '| makeresults | eval now=now()')).toEqual([NOW / 1000]))

  test('writes tables', () => {
    const result = run('| makeresults | eval k="a" | fields - _time | outputlookup seen.csv')
    expect(result.kind === 'rows' && [...result.written]).toEqual([['seen', [{ k: 'a' }]]])
  })

  test('is told of a field whose dots were taken for joins', () =>
    expect(told('* | where process.name="sh"', [{}])).toEqual([
      "1:11 spl/joined-fields process.name joins the values of several fields (write 'process.name' for the field of that name, or blanks around the dot)",
    ]))

  test('may hold comments', () =>
    expect(rows('```first``` a=1 ```of\nall``` | eval b="```x```" ``` last ```', [{ a: 1 }])).toEqual([
      { a: 1, b: '```x```' },
    ]))
})
