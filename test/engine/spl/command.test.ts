import { describe, expect, test } from 'vitest'
import { column, rows, run, told } from './searched.ts'

/** A search on rows of a table: first row first. */
function from(csv: string, commands: string) {
  return rows(`| makeresults format=csv data="${csv}" | fields - _time | ${commands}`)
}

const table = 'k,v\na,3\nb,10\na,9\nc,x'

describe('rows', () => {
  test('where', () =>
    expect(from(table, 'where v>5')).toEqual([
      { k: 'b', v: '10' },
      { k: 'a', v: '9' },
      { k: 'c', v: 'x' },
    ]))
  test('head and tail', () => {
    expect(from(table, 'head 2 | table v')).toEqual([{ v: '3' }, { v: '10' }])
    expect(from(table, 'head limit=1 | table v')).toEqual([{ v: '3' }])
    expect(from(table, 'head (v<10) | table v')).toEqual([{ v: '3' }])
    expect(from(table, 'head keeplast=t (v<10) | table v')).toEqual([{ v: '3' }, { v: '10' }])
    expect(from(table, 'tail 2 | table v')).toEqual([{ v: 'x' }, { v: '9' }])
  })
  test('reverse', () =>
    expect(from(table, 'reverse | table v')).toEqual([{ v: 'x' }, { v: '9' }, { v: '10' }, { v: '3' }]))
  test('dedup keeps the first in the present order', () => {
    expect(from(table, 'dedup k | table v')).toEqual([{ v: '3' }, { v: '10' }, { v: 'x' }])
    expect(from(table, 'dedup 2 k | table v')).toHaveLength(4)
    expect(from(table, 'dedup k sortby -v | table v')).toEqual([{ v: 'x' }, { v: '10' }, { v: '3' }])
    expect(from(table, 'dedup k consecutive=t | table v')).toHaveLength(4)
    expect(from(table, 'dedup k keepevents=t | table k v')).toEqual([
      { k: 'a', v: '3' },
      { k: 'b', v: '10' },
      { v: '9' },
      { k: 'c', v: 'x' },
    ])
  })
  test('dedup and rows without the field', () => {
    const events = [{ k: 1 }, { j: 1 }]
    expect(rows('* | dedup k', events)).toEqual([{ k: 1 }])
    expect(rows('* | dedup k keepempty=true', events)).toHaveLength(2)
  })
  test('regex', () => {
    expect(from(table, 'regex v="^\\d+$" | table v')).toHaveLength(3)
    expect(from(table, 'regex v!="^\\d+$" | table v')).toEqual([{ v: 'x' }])
    expect(rows('* | regex "\\"a\\":1\\b"', [{ a: 1 }, { a: 12 }])).toEqual([{ _raw: '{"a":1}', a: 1 }])
  })
  test('uniq', () => expect(from('k\na\na\nb\na', 'uniq')).toEqual([{ k: 'a' }, { k: 'b' }, { k: 'a' }]))
})

describe('sort', () => {
  const order = (by: string, csv = table) => from(csv, `${by} | table v`).map((row) => row.v)
  test('numbers by size, texts by their characters', () => {
    expect(order('sort v')).toEqual(['3', '9', '10', 'x'])
    expect(order('sort - v')).toEqual(['x', '10', '9', '3'])
    expect(order('sort str(v)')).toEqual(['10', '3', '9', 'x'])
    expect(order('sort num(v)')).toEqual(['3', '9', '10', 'x'])
    expect(order('sort ip(v)', 'v\n10.0.0.10\n10.0.0.9')).toEqual(['10.0.0.9', '10.0.0.10'])
    expect(order('sort v', 'v\n10.0.0.10\n10.0.0.9')).toEqual(['10.0.0.9', '10.0.0.10'])
  })
  test('by several fields, each in its direction', () => {
    expect(order('sort 0 +k -v')).toEqual(['9', '3', '10', 'x'])
    expect(order('sort -k, v')).toEqual(['x', '10', '3', '9'])
    expect(order('sort k v desc')).toEqual(['x', '10', '9', '3'])
    expect(order('sort 2 v')).toEqual(['3', '9'])
    expect(order('sort limit=1 v')).toEqual(['3'])
  })
  test('rows that lack the field come last in both directions', () => {
    expect(from('k,v\na,\nb,1\nc,2', 'sort v | table k')).toEqual([{ k: 'b' }, { k: 'c' }, { k: 'a' }])
    expect(from('k,v\na,\nb,1\nc,2', 'sort -v | table k')).toEqual([{ k: 'c' }, { k: 'b' }, { k: 'a' }])
  })
  test('10,000 rows unless told otherwise, and says so', () => {
    const result = run('| makeresults count=10001 | streamstats count AS n | sort n')
    expect(result.kind === 'rows' && result.rows.length).toBe(10_000)
    expect(told('| makeresults count=10001 | streamstats count AS n | sort n')).toEqual([
      '1:54 spl/truncated "sort" gives 10000 rows unless told otherwise, 10001 came (write "sort 0")',
    ])
    expect(rows('| makeresults count=10001 | streamstats count AS n | sort 0 n')).toHaveLength(10_001)
  })
})

describe('columns', () => {
  const events = [{ a: 1, ab: 2, b: 3, _time: 5 }]
  test('fields', () => {
    expect(rows('* | fields a, b', events)).toEqual([{ _time: 5, a: 1, b: 3 }])
    expect(rows('* | fields + a*', events)).toEqual([{ _time: 5, a: 1, ab: 2 }])
    expect(rows('* | fields - a*', events)).toEqual([{ _time: 5, b: 3 }])
    expect(rows('* | fields - *', events)).toEqual([{ _time: 5 }])
    expect(rows('* | fields - _*', events)).toEqual([{ a: 1, ab: 2, b: 3 }])
    expect(rows('* | fields - a b _time', events)).toEqual([{ ab: 2 }])
  })
  test('table', () => {
    expect(Object.keys(rows('* | table b a* missing', events)[0] ?? {})).toEqual(['b', 'a', 'ab'])
  })
  test('rename', () => {
    expect(rows('* | rename a AS x, ab AS "y z"', events)).toEqual([{ _time: 5, x: 1, 'y z': 2, b: 3 }])
    expect(rows('* | rename a* AS p.a*', events)).toEqual([{ _time: 5, 'p.a': 1, 'p.ab': 2, b: 3 }])
    expect(rows('* | rename * AS p_*', events)).toEqual([{ _time: 5, p_a: 1, p_ab: 2, p_b: 3 }])
    expect(rows('* | rename a AS b', events)).toEqual([{ _time: 5, ab: 2, b: 1 }])
    expect(told('* | rename a* AS b')).toEqual(['1:18 spl/argument both names need as many stars'])
  })
  test('fillnull and filldown', () => {
    const gaps = 'k,v\na,1\nb,\nc,3\nd,'
    expect(from(gaps, 'fillnull | table v')).toEqual([{ v: '1' }, { v: 0 }, { v: '3' }, { v: 0 }])
    expect(from(gaps, 'fillnull value="-" v w | table v w')).toEqual([
      { v: '1', w: '-' },
      { v: '-', w: '-' },
      { v: '3', w: '-' },
      { v: '-', w: '-' },
    ])
    expect(from(gaps, 'filldown v | table v')).toEqual([{ v: '1' }, { v: '1' }, { v: '3' }, { v: '3' }])
  })
  test('strcat and replace', () => {
    expect(from('a,b\nx,y', 'strcat a "-" b c')).toEqual([{ a: 'x', b: 'y', c: 'x-y' }])
    expect(from('a\nlocalhost\nother', 'replace *host WITH host-* IN a')).toEqual([{ a: 'host-local' }, { a: 'other' }])
  })
  test('convert', () =>
    expect(
      from('a,b,c\n1700000000,00:01:05,\\"1,234\\"', 'convert timeformat="%F" ctime(a) dur2sec(b) AS s rmcomma(c)'),
    ).toEqual([{ a: '2023-11-14', b: '00:01:05', c: 1234, s: 65 }]))
  test('rangemap', () =>
    expect(from('n\n5\n50', 'rangemap field=n low=0-9 high=10-99 default=none | table range')).toEqual([
      { range: 'low' },
      { range: 'high' },
    ]))
  test('foreach', () =>
    expect(from('in_a,in_b\n1,2', 'foreach in_* [ eval out_<<MATCHSTR>>=<<FIELD>>*10 ]')).toEqual([
      { in_a: '1', in_b: '2', out_a: 10, out_b: 20 },
    ]))
  test('fieldformat changes nothing', () => expect(from('a\n1', 'fieldformat a=a . "!"')).toEqual([{ a: '1' }]))
})

describe('several values', () => {
  test('makemv, mvexpand, nomv, mvcombine', () => {
    expect(from('k,v\na,x y', 'makemv v | mvexpand v')).toEqual([
      { k: 'a', v: 'x' },
      { k: 'a', v: 'y' },
    ])
    expect(from('v\n\\"1,2,,3\\"', 'makemv delim="," v')).toEqual([{ v: ['1', '2', '3'] }])
    expect(from('v\n\\"1,2,,3\\"', 'makemv delim="," allowempty=t v')).toEqual([{ v: ['1', '2', '', '3'] }])
    expect(from('v\na1b2', 'makemv tokenizer="([a-z]\\d)" v')).toEqual([{ v: ['a1', 'b2'] }])
    expect(from('v\na b', 'makemv v | nomv v')).toEqual([{ v: 'a\nb' }])
    expect(from('k,v\na,1\nb,2\na,3', 'mvcombine v')).toEqual([
      { k: 'a', v: ['1', '3'] },
      { k: 'b', v: '2' },
    ])
  })
  test('mvexpand keeps rows without the field, and tells of its limit', () => {
    expect(rows('* | mvexpand v', [{ k: 1 }])).toEqual([{ k: 1 }])
    expect(told('* | mvexpand v limit=2', [{ v: [1, 2, 3] }])).toEqual([
      '1:5 spl/truncated "mvexpand" keeps 2 values of a row, as told',
    ])
  })
})

describe('extraction', () => {
  test('rex', () => {
    const events = [{ m: 'user=bob id=7 user=eve' }]
    expect(rows('* | rex field=m "user=(?<u>\\w+) id=(?P<id>\\d+)" | fields - m', events)).toEqual([
      { u: 'bob', id: '7' },
    ])
    expect(rows('* | rex field=m max_match=0 "user=(?<u>\\w+)" | fields u', events)).toEqual([{ u: ['bob', 'eve'] }])
    expect(rows('* | rex field=m "nobody (?<u>\\w+)" | fields u', events)).toEqual([{}])
    expect(rows('* | rex field=m mode=sed "s/user=(\\w+)/<\\1>/g" | fields m', events)).toEqual([
      { m: '<bob> id=7 <eve>' },
    ])
    expect(rows('* | rex field=m mode=sed "s/user/U/2" | fields m', events)).toEqual([{ m: 'user=bob id=7 U=eve' }])
    expect(rows('* | rex field=m mode=sed "y/abc/ABC/" | fields m', events)).toEqual([{ m: 'user=BoB id=7 user=eve' }])
    expect(rows('* | rex "\\"m\\":\\"(?<first>\\w+)" | fields first', events)).toEqual([
      { first: 'user', _raw: JSON.stringify(events[0]) },
    ])
    expect(told('* | rex field=m "x"')).toEqual([
      '1:17 spl/regex an expression without a named group (write (?<name>…))',
    ])
  })
  test('spath', () => {
    const events = [{ j: '{"a":{"b":[1,2]},"c":"x"}' }]
    expect(rows('* | spath input=j | fields - j', events)).toEqual([{ 'a.b{}': [1, 2], c: 'x' }])
    expect(rows('* | spath input=j path=a.b{1} output=two | fields two', events)).toEqual([{ two: 2 }])
    expect(rows('* | spath input=j a.b{} | fields a.b{}', events)).toEqual([{ 'a.b{}': [1, 2] }])
  })
})

describe('time and place', () => {
  test('bin', () => {
    expect(column('_time', '* | bin _time span=1h', [{ _time: 1_700_000_000 }])).toEqual([1_699_999_200])
    expect(column('d', '* | bucket span=1d _time AS d', [{ _time: 1_700_000_000 }])).toEqual([1_699_920_000])
    expect(column('m', '* | bin span=1mon _time AS m', [{ _time: 1_700_000_000 }])).toEqual([1_698_796_800])
    expect(column('n', '* | bin n span=10', [{ n: 37 }])).toEqual(['30-40'])
    expect(told('* | bin n')).toEqual([
      '1:5 spl/argument "bin" needs a span (write span=5m; Splunk chooses one by what is searched)',
    ])
  })
  test('addinfo tells what is searched', () =>
    expect(rows('| makeresults | addinfo | table info_min_time info_max_time')).toEqual([
      { info_min_time: '0.000', info_max_time: '+Infinity' },
    ]))
  test('delta, accum and autoregress', () => {
    expect(from('n\n1\n4\n9', 'delta n AS d | accum n AS s | autoregress n AS p | fields - n')).toEqual([
      { s: 1 },
      { d: 3, s: 5, p: '1' },
      { d: 5, s: 14, p: '4' },
    ])
  })
})

describe('shapes', () => {
  test('untable and xyseries', () => {
    expect(from('x,a,b\n1,2,3', 'untable x name value')).toEqual([
      { x: '1', name: 'a', value: '2' },
      { x: '1', name: 'b', value: '3' },
    ])
    expect(from('x,name,value\n1,a,2\n1,b,3', 'xyseries x name value')).toEqual([{ x: '1', a: '2', b: '3' }])
  })
  test('transpose and totals', () => {
    expect(from('x,a\n1,2\n3,4', 'transpose')).toEqual([
      { column: 'x', 'row 1': '1', 'row 2': '3' },
      { column: 'a', 'row 1': '2', 'row 2': '4' },
    ])
    expect(from('a,b\n1,2\n3,4', 'addtotals')).toEqual([
      { a: '1', b: '2', Total: 3 },
      { a: '3', b: '4', Total: 7 },
    ])
    expect(from('a,b\n1,2\n3,4', 'addcoltotals')[2]).toEqual({ a: 4, b: 6 })
  })
})

describe('makeresults', () => {
  test('rows with the time of now', () =>
    expect(rows('| makeresults count=2')).toEqual([{ _time: 1_795_435_200 }, { _time: 1_795_435_200 }]))
  test('rows of a table', () =>
    expect(rows('| makeresults format=json data="[{\\"a\\":1},{\\"a\\":[2,3]}]" | fields - _time')).toEqual([
      { a: 1 },
      { a: [2, 3] },
    ]))
  test('stands first', () =>
    expect(told('* | makeresults')).toEqual([
      '1:5 spl/argument "makeresults" makes rows, and stands first (put it into a subsearch of append)',
    ]))
})
