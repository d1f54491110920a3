import { describe, expect, test } from 'vitest'
import { column, rows, run, told } from './searched.ts'

const events = [
  { _time: 1, kind: 'login', user: 'alice', host: 'a' },
  { _time: 2, kind: 'login', user: 'bob', host: 'b' },
  { _time: 3, kind: 'read', user: 'alice', file: 'x' },
  { _time: 4, kind: 'read', user: 'eve', file: 'y' },
]

describe('a subsearch', () => {
  test('becomes a search of what its rows hold', () => {
    expect(column('file', 'kind=read [search kind=login | fields user | fields - _time]', events)).toEqual(['x'])
    expect(column('file', 'kind=read NOT [search kind=login | fields user]', events)).toEqual(['y'])
    expect(
      column('file', 'kind=read [| inputlookup watched]', events, { lookups: { watched: [{ user: 'EVE' }] } }),
    ).toEqual(['y'])
  })
  test('finds nothing where it has no rows', () =>
    expect(rows('kind=read [search kind=none | fields user]', events)).toEqual([]))
  test('may say with return and format what it becomes', () => {
    expect(column('file', 'kind=read [search kind=login | return 5 user]', events)).toEqual(['x'])
    expect(column('file', 'kind=read [search kind=login | return 5 user=user]', events)).toEqual(['x'])
    expect(column('file', 'kind=read [search kind=login | fields user | format]', events)).toEqual(['x'])
    expect(rows('| makeresults | fields - _time | eval a=1, b="x y" | format')).toEqual([
      { search: '( ( a="1" AND b="x y" ) )' },
    ])
    expect(
      rows('| makeresults | fields - _time | eval a=split("1,2", ",") | format "[" "<" "&&" ">" "||" "]" mvsep="or"'),
    ).toEqual([{ search: '[ < ( a="1" or a="2" ) > ]' }])
  })
  test('may be a value', () => {
    expect(column('n', '* | head 1 | eval n=[search kind=login | stats count | return $count]', events)).toEqual([2])
    expect(
      column('user', '* | where user==[search kind=read | head 1 | eval q="\\"" . user . "\\"" | return $q]', events),
    ).toEqual(['eve'])
  })
  test('tells what cannot be read of it', () =>
    expect(told('kind=read [| makeresults | eval search="a=("]', events)).toEqual([
      '1:11 spl/subsearch what the subsearch gives cannot be read: expected a value, found "("',
    ]))
  test('gives 10,000 rows, and says so', () =>
    expect(told('kind=x OR [| makeresults count=10001 | streamstats count AS n | fields n]')).toEqual([
      '1:11 spl/truncated a subsearch gives 10000 rows at most, this one has 10001 (use a lookup, or one search with stats)',
    ]))
})

describe('rows together', () => {
  test('append, appendpipe and appendcols', () => {
    expect(column('user', 'kind=login | append [search kind=read | head 1]', events)).toEqual(['bob', 'alice', 'eve'])
    expect(rows('kind=login | stats count by user | appendpipe [stats sum(count) AS count]', events)).toEqual([
      { user: 'alice', count: 1 },
      { user: 'bob', count: 1 },
      { count: 2 },
    ])
    expect(
      rows('kind=login | stats count AS logins | appendcols [search kind=read | stats count AS reads]', events),
    ).toEqual([{ logins: 2, reads: 2 }])
  })
  test('multisearch and union', () => {
    expect(column('user', '| multisearch [search kind=login user=bob] [search kind=read | eval x=1]', events)).toEqual([
      'eve',
      'alice',
      'bob',
    ])
    expect(column('user', '| union [search kind=login | head 1] [search kind=read | head 1]', events)).toEqual([
      'bob',
      'eve',
    ])
    expect(told('| multisearch [search a=1 | stats count] [search b=1]')).toEqual([
      '1:15 spl/not-streaming a search of "multisearch" holds a command that has to see all rows (move it behind, or use append)',
    ])
    expect(told('| multisearch [search a=1]')).toEqual(['1:3 spl/argument "multisearch" takes at least two searches'])
  })
  test('join', () => {
    const logins = '[search kind=login | fields user host | fields - _time]'
    expect(rows(`kind=read | fields user file | fields - _time | join user ${logins}`, events)).toEqual([
      { user: 'alice', file: 'x', host: 'a' },
    ])
    expect(column('host', `kind=read | join type=left user ${logins}`, events)).toEqual([undefined, 'a'])
    expect(column('host', `kind=read | join max=0 ${logins}`, events)).toEqual(['a'])
  })
  test('are cut off where Splunk does, which is told', () => {
    const text = '| makeresults | append [| makeresults count=50001]'
    const result = run(text)
    expect(result.kind === 'rows' && result.rows.length).toBe(50_001)
    expect(told(text)).toEqual([
      '1:24 spl/truncated "append" takes 50000 rows of its subsearch, which gives 50001 (use one search with stats, or a lookup)',
    ])
  })
})

describe('a lookup', () => {
  const lookups = {
    assets: [
      { ip: '10.0.0.1', owner: 'ops', zone: 'x' },
      { ip: '10.0.0.1', owner: 'dev' },
      { ip: '10.0.0.2', owner: 'web', zone: '' },
    ],
  }
  const seen = [{ src: '10.0.0.1', owner: 'old' }]
  test('adds the fields of what matches, all values of several matches', () => {
    expect(rows('* | lookup assets ip AS src OUTPUT owner', seen, { lookups })).toEqual([
      { src: '10.0.0.1', owner: ['ops', 'dev'] },
    ])
    expect(rows('* | lookup assets.csv ip AS src', seen, { lookups })).toEqual([
      { src: '10.0.0.1', owner: ['ops', 'dev'], zone: 'x' },
    ])
    expect(rows('* | lookup assets ip AS src OUTPUT owner AS who, zone', seen, { lookups })).toEqual([
      { src: '10.0.0.1', owner: 'old', who: ['ops', 'dev'], zone: 'x' },
    ])
  })
  test('leaves a field missing without a match, or as it was', () => {
    expect(rows('* | lookup assets ip AS src OUTPUT owner', [{ src: '1.1.1.1', owner: 'old' }], { lookups })).toEqual([
      { src: '1.1.1.1' },
    ])
    expect(rows('* | lookup assets ip AS src OUTPUTNEW owner', seen, { lookups })).toEqual(seen)
  })
  test('by several fields', () =>
    expect(
      column('zone', '* | lookup assets ip AS src owner AS who OUTPUT zone', [{ src: '10.0.0.1', who: 'dev' }], {
        lookups,
      }),
    ).toEqual([undefined]))
  test('that was not given is refused', () =>
    expect(told('* | lookup asset ip', [{ ip: 1 }], { lookups })).toEqual([
      '1:12 spl/unknown-lookup the lookup table "asset" is not given (did you mean "assets"?)',
    ]))
  test('is read and written', () => {
    expect(rows('| inputlookup assets where owner=w*', [], { lookups })).toEqual([{ ip: '10.0.0.2', owner: 'web' }])
    expect(rows('| inputlookup start=1 max=1 assets | fields owner', [], { lookups })).toEqual([{ owner: 'dev' }])
    expect(
      column('n', '| makeresults | eval n=1 | inputlookup append=t t', [], { lookups: { t: [{ n: 2 }] } }),
    ).toEqual([1, 2])
    expect(told('* | inputlookup assets')).toEqual([
      '1:5 spl/argument "inputlookup" takes the place of the rows before it (write append=t, or put it first)',
    ])
    const merge =
      'search user=* | stats max(_time) AS last by user | outputlookup append=t key_field=user seen | inputlookup seen append=t'
    const result = run(merge, events, {
      lookups: {
        seen: [
          { user: 'bob', last: 0 },
          { user: 'zoe', last: 0 },
        ],
      },
    })
    expect(result.kind === 'rows' && result.written.get('seen')).toEqual([
      { user: 'bob', last: 2 },
      { user: 'zoe', last: 0 },
      { user: 'alice', last: 3 },
      { user: 'eve', last: 4 },
    ])
  })
})
