import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readSigma, Source } from '../../src/sigma/index.ts'
import { correlation, HEAD } from './reading.ts'

/** Whatever is read: it ends, throws nothing, and each diagnostic points into its source. */
function check(text: string): void {
  const source = new Source('f', text)
  for (const { span } of readSigma([source]).diagnostics) {
    if (span === undefined) throw new Error('a diagnostic without a place')
    expect(span.source).toBe(source)
    expect(span.start).toBeGreaterThanOrEqual(0)
    expect(span.end).toBeGreaterThanOrEqual(span.start)
    expect(span.end).toBeLessThanOrEqual(text.length)
  }
}

const word = fc.constantFrom('a', 'b*', 'and', 'or', 'not', '(', ')', '1', 'all', 'of', 'them', '|', '\n', '"', 'é')

it('reads any condition', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      const condition = JSON.stringify(words.join(' '))
      check(`${HEAD}detection:\n  a: {f: 1}\n  b: {f: 2}\n  condition: ${condition}`)
      check(correlation(`type: temporal\nrules: [a, b]\ntimespan: 1s\ncondition: ${condition}`))
    }),
    { numRuns: 300 },
  )
})

it('reads any YAML', () => {
  const piece = fc.constantFrom(
    ...'- ,: ,{,},[,],&a ,*a,\n,  ,title,detection,condition,correlation,rules,!!x,|,>,",\',---\n'.split(','),
    '#',
    '\u{1f600}',
    '\r\n',
    '<<',
    '\t',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => check(pieces.join(''))),
    { numRuns: 1000 },
  )
})

it('reads documents whose attributes have any kind of value', () => {
  const keys = fc.constantFrom(
    'title',
    'id',
    'name',
    'logsource',
    'detection',
    'correlation',
    'filter',
    'detpack',
    'condition',
    'rules',
    'type',
    'timespan',
    'steps',
    'unless',
    'join',
    'task',
    'selection',
    'f|contains',
    'related',
    'aliases',
    'action',
  )
  const values = fc.constantFrom('t', 'temporal_ordered', '1m', 'global', 'selection', 1, true, null)
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      values,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(keys, tie('tree'), { maxKeys: 6 }),
    ),
  }))
  const documents = fc.array(fc.dictionary(keys, tree, { maxKeys: 8 }), { maxLength: 3 })
  fc.assert(
    fc.property(documents, (each) => check(each.map((one) => JSON.stringify(one)).join('\n---\n'))),
    { numRuns: 1000 },
  )
})
