import { describe, expect, test } from 'vitest'
import { column, rows, run, told } from './searched.ts'

const events = [
  { _time: 1, k: 'a', n: 4, t: 'x' },
  { _time: 2, k: 'b', n: 1, t: 'y' },
  { _time: 3, k: 'a', n: 10, t: 'x' },
  { _time: 4, n: 2 },
  { _time: 5, k: 'a', n: 'none', m: ['p', 'q'] },
]

describe('an aggregate', () => {
  const cases: readonly [string, unknown][] = [
    ['count', 5],
    ['c(k)', 4],
    ['count(m)', 2],
    ['count(eval(n>2))', 3],
    ['sum(n)', 17],
    ['avg(n)', 4.25],
    ['mean(n)', 4.25],
    ['min(n)', 1],
    // A text counts among others as text.
    ['max(t)', 'y'],
    ['range(n)', 9],
    ['dc(t)', 2],
    ['distinct_count(missing)', 0],
    ['values(t)', ['x', 'y']],
    ['list(t)', ['x', 'y', 'x']],
    ['mode(t)', 'x'],
    ['first(n)', 'none'],
    ['last(n)', 4],
    ['earliest(n)', 4],
    ['latest(n)', 'none'],
    ['earliest_time(n)', 1],
    ['latest_time(n)', 5],
    ['sumsq(n)', 121],
    ['stdev(n)', 4.0311],
    ['stdevp(n)', 3.4911],
    ['var(n)', 16.25],
    ['varp(n)', 12.1875],
    ['median(n)', 4],
    ['perc50(n)', 4],
    ['p95(n)', 10],
    ['perc25(n)', 2],
    ['exactperc99.9(n)', 10],
    ['sum(missing)', undefined],
  ]
  for (const [aggregate, expected] of cases)
    test(aggregate, () => {
      const [found] = column('x', `* | stats ${aggregate} AS x count AS all`, events)
      expect(typeof found === 'number' ? Number(found.toFixed(4)) : found).toEqual(expected)
    })

  test('has its own text for a name', () =>
    expect(rows('* | stats count, dc(k) sum("n")', events)).toEqual([{ count: 5, 'dc(k)': 2, 'sum("n")': 17 }]))

  test('of a field with stars stands for one of each', () =>
    expect(rows('* | stats max(n*) AS most_* sum(x*)', [{ n1: 1, n2: 2, x: 5 }])).toEqual([
      { most_1: 1, most_2: 2, 'sum(x)': 5 },
    ]))

  test('gives its mistakes with their place', () => {
    expect(told('* | stats cuont')).toEqual([
      '1:11 spl/unknown-function the aggregate "cuont" is not known (did you mean "count"?)',
    ])
    expect(told('* | stats count(eval(a=1))')).toEqual([
      '1:11 spl/argument "count(eval(…))" needs a name (add "AS name")',
    ])
    expect(told('* | stats sum by k')).toEqual([
      '1:15 spl/syntax expected "(" after "sum", found "by" (write sum(field))',
    ])
    expect(told('* | stats by k')).toEqual([
      '1:11 spl/syntax expected an aggregate such as count or dc(field), found "by"',
    ])
    expect(told('* | stats sparkline(n)')).toEqual([
      '1:11 spl/unsupported the aggregate "sparkline" is not run here: it draws',
    ])
  })
})

describe('stats', () => {
  test('groups, without rows that lack the field', () =>
    expect(rows('* | stats count BY k', events)).toEqual([
      { k: 'a', count: 3 },
      { k: 'b', count: 1 },
    ]))
  test('several values are in a group each', () =>
    expect(rows('* | stats count by k, m', events)).toEqual([
      { k: 'a', m: 'p', count: 1 },
      { k: 'a', m: 'q', count: 1 },
    ]))
  test('groups stand by their values as texts', () =>
    expect(column('n', '* | stats count by n', [{ n: 10 }, { n: 9 }, { n: 1 }])).toEqual([1, 10, 9]))
  test('of nothing', () => {
    expect(rows('a=1 | stats count')).toEqual([{ count: 0 }])
    expect(rows('a=1 | stats count by k')).toEqual([])
    expect(rows('a=1 | stats sum(n)')).toEqual([])
  })
  test('list gives a hundred values, and says so', () => {
    const text = '| makeresults count=101 | streamstats count AS n | stats list(n) AS l'
    const result = run(text)
    expect(result.kind === 'rows' && (result.rows[0]?.l as readonly unknown[]).length).toBe(100)
    expect(told(text)).toEqual(['1:58 spl/truncated "list" gives the first 100 values (use values())'])
  })
})

describe('eventstats', () => {
  test('gives every row what its group has', () =>
    expect(rows('* | eventstats count max(n) AS top by k | fields k top count', events)).toEqual([
      { _time: 5, k: 'a', top: 'none', count: 3 },
      { _time: 4 },
      { _time: 3, k: 'a', top: 'none', count: 3 },
      { _time: 2, k: 'b', top: 1, count: 1 },
      { _time: 1, k: 'a', top: 'none', count: 3 },
    ]))
  test('asks for one group', () =>
    expect(told('* | eventstats count by m', events)).toEqual([
      '1:5 spl/several-groups a field of "by" has several values in a row, and what a row of several groups gets is not documented (put "mvexpand" in front)',
    ]))
})

describe('streamstats', () => {
  const inOrder = (commands: string) => column('x', `* | sort 0 _time | ${commands}`, events)
  test('counts up', () => expect(inOrder('streamstats count AS x')).toEqual([1, 2, 3, 4, 5]))
  test('of its group', () => expect(inOrder('streamstats count AS x by k')).toEqual([1, 1, 2, undefined, 3]))
  test('without the row itself', () => {
    expect(inOrder('streamstats current=f count AS x')).toEqual([0, 1, 2, 3, 4])
    expect(inOrder('streamstats current=f last(t) AS x')).toEqual([undefined, 'x', 'y', 'x', 'x'])
    expect(inOrder('streamstats current=f window=1 last(n) AS x')).toEqual([undefined, 4, 1, 10, 2])
  })
  test('over the last rows', () => {
    expect(inOrder('streamstats window=2 sum(n) AS x')).toEqual([4, 5, 11, 12, 2])
    expect(inOrder('streamstats window=2 global=f count AS x by k')).toEqual([1, 1, 2, undefined, 2])
    expect(inOrder('streamstats window=2 count AS x by k')).toEqual([1, 1, 1, undefined, 2])
  })
  test('over a span of time that is open at its far end', () => {
    expect(inOrder('streamstats time_window=2s count AS x')).toEqual([1, 2, 2, 2, 2])
    expect(column('x', '* | streamstats time_window=3s count AS x', events)).toEqual([1, 2, 3, 3, 3])
    expect(told('* | sort 0 k | streamstats time_window=2s count', events)).toEqual([
      '1:16 spl/unsorted "time_window" needs rows in the order of time (put "sort 0 _time" in front)',
    ])
  })
  test('begins anew', () => {
    expect(inOrder('streamstats reset_on_change=t count AS x by t')).toEqual([1, 1, 1, undefined, undefined])
    expect(inOrder('streamstats reset_before="(n==10)" count AS x')).toEqual([1, 2, 1, 2, 3])
    expect(inOrder('streamstats reset_after="(n==10)" count AS x')).toEqual([1, 2, 3, 1, 2])
  })
  test('keeps to 10,000 rows in a span of time, and says so', () => {
    const text = '| makeresults count=10001 | streamstats time_window=1h count AS x | tail 1 | table x'
    const result = run(text)
    expect(result.kind === 'rows' && result.rows).toEqual([{ x: 10_000 }])
    expect(told(text)).toEqual(['1:29 spl/truncated "time_window" looks at 10000 rows at most'])
  })
  test('tells of options it does not have', () => {
    expect(told('* | streamstats windw=5 count')).toEqual([
      '1:17 spl/unknown-option "streamstats" has no option "windw" (did you mean "window"?)',
    ])
    expect(told('* | streamstats window=20000 count')).toEqual(['1:5 spl/argument "window" is at most 10000'])
    expect(told('* | streamstats reset_before="(n==" count')).toEqual([
      '1:30 spl/syntax expected a value, the query ends here (texts stand in "…", fields in \'…\')',
    ])
  })
})

describe('charts', () => {
  test('chart', () => {
    expect(rows('* | chart count over k', events)).toEqual([
      { k: 'a', count: 3 },
      { k: 'b', count: 1 },
    ])
    expect(rows('* | chart count by k t', events)).toEqual([
      { k: 'a', NULL: 1, x: 2, y: 0 },
      { k: 'b', NULL: 0, x: 0, y: 1 },
    ])
    expect(rows('* | chart usenull=f sum(n) over k by t', events)).toEqual([
      { k: 'a', x: 14 },
      { k: 'b', y: 1 },
    ])
    expect(rows('* | chart limit=1 count over k by t usenull=f', events)).toEqual([
      { k: 'a', x: 2, OTHER: 0 },
      { k: 'b', x: 0, OTHER: 1 },
    ])
  })
  test('timechart has a row for each span', () =>
    expect(rows('k=* | timechart span=2s count by k', events)).toEqual([
      { _time: 0, a: 1, b: 0 },
      { _time: 2, a: 1, b: 1 },
      { _time: 4, a: 1, b: 0 },
    ]))
  test('top and rare', () => {
    expect(rows('* | top k', events)).toEqual([
      { k: 'a', count: 3, percent: 75 },
      { k: 'b', count: 1, percent: 25 },
    ])
    expect(rows('* | rare limit=1 showperc=f k', events)).toEqual([{ k: 'b', count: 1 }])
    expect(rows('* | top 1 t by k showperc=f', events)).toEqual([
      { k: 'a', t: 'x', count: 2 },
      { k: 'b', t: 'y', count: 1 },
    ])
  })
  test('tstats', () => {
    expect(rows('| tstats count where k=a by k', events)).toEqual([{ k: 'a', count: 3 }])
    expect(rows('| tstats dc(k) AS ks where index=* by _time span=2s', events)).toEqual([
      { _time: 0, ks: 1 },
      { _time: 2, ks: 2 },
      { _time: 4, ks: 1 },
    ])
    expect(told('| tstats count from datamodel=Endpoint.Processes')).toEqual([
      '1:16 spl/unsupported data models are not run here (leave "from" out, and name the fields of the events)',
    ])
  })
})
