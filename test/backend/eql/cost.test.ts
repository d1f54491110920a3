import { describe, expect, it } from 'vitest'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import { any, one, pattern, text } from '../../../src/ir/pattern.ts'
import { all, anyOf, type Predicate } from '../../../src/ir/predicate.ts'
import type { Rule } from '../../../src/ir/rule.ts'
import { context } from '../context.ts'
import { correlation, equals, eventRule, ordered, program, tested, type CorrelationParts } from '../program.ts'
import { knowing } from './run.ts'

function told(rule: Rule, ...others: readonly Rule[]): string[] {
  return eqlBackend
    .compile(program(...others, rule), rule.id, context())
    .diagnostics.map((diagnostic) => `${diagnostic.severity} ${diagnostic.code} ${diagnostic.message}`)
}

const ends = (name: string, end: string): Predicate =>
  tested(name, { is: 'text', pattern: pattern(any, text(end)), cased: false })

describe('a query that may ruin the target is told', () => {
  it('for patterns that begin with a wildcard, all at once, with what they come to', () => {
    const where = all(
      anyOf(ends('process.executable', '/curl'), ends('process.executable', '/wget')),
      tested('process.name', { is: 'text', pattern: pattern(one, text('sh')), cased: true }),
      tested('file.path', {
        is: 'regex',
        source: 'id_',
        flags: { ignoreCase: false, multiline: false, dotAll: false },
      }),
    )
    expect(told(eventRule('r', where))).toEqual([
      'warning backend/cost in EQL patterns on process.executable, process.name, file.path begin with a wildcard: each is ' +
        'tried on every value that the field has, 4,000,000 tries a run where there are a million',
    ])
  })

  it('for a long window, with what is held', () => {
    const a = eventRule('a', equals('event.action', 'file_read'))
    const b = eventRule('b', equals('event.action', 'network_send'))
    const over = (parts: CorrelationParts) =>
      told(correlation('r', ordered(['a', 'b']), { group: ['host.id'], ...parts }), a, b)
    expect(over({ timespan: 86_400_000 })).toEqual([])
    expect(over({ timespan: 2 * 86_400_000 })).toEqual([
      'warning backend/cost in EQL a window of 2d holds what it began with for so long: at 10 such events a second, each ' +
        'with keys of its own, 1,728,000 of them',
    ])
  })

  it('and no other: not a pattern whose beginning is said, nor one on a field that is found by its parts', () => {
    const begins = tested('file.path', { is: 'text', pattern: pattern(text('/etc/'), any), cased: false })
    expect(told(eventRule('r', all(begins, equals('process.name', '*x'))))).toEqual([])
    const rule = eventRule('r', all(ends('line', 'x'), ends('odd-line', 'y')))
    const field = { type: 'keyword', multi: false, parts: true } as const
    const known = knowing({ line: field, 'odd-line': { ...field, optional: true } })
    expect(eqlBackend.compile(program(rule), rule.id, known).diagnostics).toEqual([])
  })

  it('unless there is none, because the rule is refused', () => {
    const where = all(ends('file.path', 'x'), tested('unknown', { is: 'boolean', value: true }))
    expect(told(eventRule('r', where))).toEqual([expect.stringMatching(/^error backend\/refused/)])
  })
})
