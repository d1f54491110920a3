import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { checkSpl } from '../../../src/engine/spl/run-spl.ts'
import { run } from './searched.ts'

// Whatever the text is: it is run, or refused with a place in it, and nothing is thrown.

const parts = fc.constantFrom(
  ...[
    'search ',
    '| ',
    'eval ',
    'where ',
    'stats ',
    'streamstats ',
    'dedup ',
    'sort 0 ',
    'rex ',
    'bin ',
    'lookup ',
    'transaction ',
  ],
  ...[
    'append [',
    ']',
    'join k [',
    'makeresults ',
    'tstats ',
    'chart ',
    'foreach * [eval <<FIELD>>=',
    'mvexpand ',
    'table ',
  ],
  ...[
    'a',
    'b=',
    '"x"',
    "'c d'",
    '"',
    "'",
    '(',
    ')',
    ',',
    '=',
    '==',
    '!=',
    '.',
    '+',
    '-',
    '*',
    '%',
    '`',
    '```',
    '\\',
    '[',
    '{}',
  ],
  ...[
    ' AND ',
    ' OR ',
    ' NOT ',
    ' IN ',
    ' by ',
    ' AS ',
    'count',
    'dc(a)',
    'if(',
    'case(',
    'mvfilter(',
    'match(a,"(?=x)")',
  ],
  ...[
    'relative_time(_time,"+9999999999y@y")',
    'strftime(a,"%c %N")',
    'printf("%c%5.3e",a,a)',
    'mvrange(a,b,1)',
    'bit_not(a)',
    'span=1mon ',
  ],
  ...['window=2 ', 'current=f ', 'span=1h ', '_time', '5', '1e9', '\n', '\u0000', '😀', '$x$', 'eval(', '<<FIELD>>'],
)
const texts = fc.oneof(
  fc.array(parts, { maxLength: 14 }).map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

const queries = [
  'a=1 OR b IN (x, "y z") NOT c=*d | eval e=if(a>1, "x", null()), f=mvappend(a, b) | stats count(eval(a=1)) AS n values(e) by f',
  '* | sort 0 _time -n | streamstats current=f window=3 global=f max(a) AS p by k | where _time-p<=10 AND isnotnull(p)',
  '| tstats count where a=b by _time span=1h k | join type=left k [search x=1 | fields k v] | fillnull value=0 v',
  '* | rex field=a max_match=0 "(?<b>\\d+)" | mvexpand b | transaction k maxspan=5m startswith="x" endswith=eval(a=1)',
  '* | foreach a* [eval <<FIELD>>=<<FIELD>>+1] | timechart span=1m count by k | rename a* AS b* | head (a<5) keeplast=t',
]
const mutated = fc
  .tuple(fc.constantFrom(...queries), fc.array(fc.tuple(fc.nat(200), fc.nat(3), parts), { minLength: 1, maxLength: 4 }))
  .map(([query, changes]) =>
    changes.reduce((text, [at, less, more]) => text.slice(0, at) + more + text.slice(at + less), query),
  )

const events = [
  { _time: 1, a: 1, b: 'x', k: 'p' },
  { _time: 2, a: '2', b: ['x', 'y'], k: 'q', 'c d': 'e' },
  { _time: '1e999', a: -1e308, b: ['1e400', '😀', '\u0000'], k: '{"x":[1]}', j: { k: [[1], { a: [] }] } },
]

test('any text is run or refused at a place in it', () => {
  let ran = 0
  fc.assert(
    fc.property(fc.oneof(texts, mutated), (text) => {
      const result = run(text, events)
      for (const one of result.diagnostics) {
        expect(one.code).toMatch(/^spl\/[a-z-]+$/)
        expect(one.span?.start).toBeGreaterThanOrEqual(0)
        expect(one.span?.end).toBeLessThanOrEqual(text.length)
        expect(one.span?.end).toBeGreaterThanOrEqual(one.span?.start ?? 0)
      }
      if (result.kind === 'rows') ran++
      else expect(result.diagnostics.some((one) => one.severity === 'error')).toBe(true)
      for (const one of checkSpl(new Source('search.spl', text)))
        expect(result.diagnostics.map(({ code, span }) => `${code} ${span?.start ?? 0}`)).toContain(
          `${one.code} ${one.span?.start ?? 0}`,
        )
    }),
    { numRuns: 2000 * Number(process.env.PROPERTY_RUNS ?? 1) },
  )
  expect(ran).toBeGreaterThan(100)
})
