import { expect, test } from 'vitest'
import type { run } from './searched.ts'
import { told } from './searched.ts'

// Each code that the engine has, once; the other tests look closer.

const cases: Readonly<Record<string, Parameters<typeof run>>> = {
  'spl/syntax': ['a=('],
  'spl/unknown-command': ['* | evaluate a=1'],
  'spl/unknown-function': ['* | eval a=b(1)'],
  'spl/unknown-option': ['* | dedup a keep=1'],
  'spl/argument': ['* | eval a=len(1, 2)'],
  'spl/type': ['* | where 1'],
  'spl/unsupported': ['* | iplocation ip'],
  'spl/regex': ['* | regex a="(?=x)"'],
  'spl/too-deep': [`${'search a=1 | append [search '.repeat(25)}a=1${']'.repeat(25)}`],
  'spl/unknown-macro': ['`nothing`'],
  'spl/macro': ['`one`', [], { macros: new Map([['one(1)', { args: ['x'], definition: '$x$' }]]) }],
  'spl/unknown-lookup': ['| inputlookup none'],
  'spl/not-streaming': ['| multisearch [search a | head 1] [search b]'],
  'spl/subsearch': ['[| makeresults | eval search="("]'],
  'spl/foreach': ['* | foreach * [eval x=<<FIELD>>]', [{ 'a b': 1 }]],
  'spl/too-long': [`| makeresults | eval a="0123456789"${', a=a . a'.repeat(40)}`],
  'spl/unsorted': [
    '* | sort 0 a | transaction a',
    [
      { a: 2, _time: 1 },
      { a: 1, _time: 2 },
      { a: 3, _time: 3 },
    ],
  ],
  'spl/several-groups': ['* | streamstats count by a', [{ a: [1, 2] }]],
  'spl/truncated': ['| makeresults count=10001 | sort _time'],
  'spl/joined-fields': ['* | eval a=b.c'],
  'spl/written': ['| makeresults | outputlookup t'],
}

for (const [code, given] of Object.entries(cases))
  test(code, () => expect(told(...given).map((each) => each.split(' ')[1])).toContain(code))

test('a row of too many groups is a problem of the run', () => {
  const many = Array.from({ length: 400 }, (_, at) => at)
  expect(told('* | stats count by a b', [{ a: many, b: many }])).toEqual([
    '1:5 spl/several-groups a row is in more than 100000 groups',
  ])
})
