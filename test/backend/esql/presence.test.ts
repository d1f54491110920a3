import { expect, test } from 'vitest'
import type { EventRecord } from '../../../src/event/record.ts'
import { judge, timeOf } from '../../engine/brute-force/judge.ts'
import { correlation, kindRule, programOf, ruleId, use } from '../../engine/brute-force/program.ts'
import { identityText, offline, queryOf } from './offline.ts'

/** Two events at one place: nothing says which of them came first. */
const tied = [0, 1].map((at): EventRecord => ({
  line: at + 1,
  ...{ time: timeOf(16), sequence: 0, id: `id-0${at}` },
  fields: { kind: 'a', 'event.id': `id-0${at}`, 'event.sequence': 0 },
}))

test('what needs no match begins with the closing event, whatever else stands at its place', () => {
  const withoutX = {
    type: 'unordered',
    of: ['a', 'x'].map((kind) => use(kind)),
    condition: {
      op: 'any',
      of: [
        { op: 'not', of: { op: 'rule', rule: ruleId('x') } },
        { op: 'rule', rule: ruleId('a') },
      ],
    },
  } as const
  const program = programOf(kindRule('a'), kindRule('x'), correlation('rule', 0, withoutX))
  const rule = program.rules.get(ruleId('rule'))
  const query = rule && queryOf(program, rule)
  if (rule === undefined || query === undefined) throw new Error('it is refused')
  const expected = judge(program, tied, 16).filter((one) => one.rule === rule.id)
  expect(expected).toHaveLength(2)
  expect([...offline(query, rule, tied, 16)].sort()).toEqual(
    expected.map((one) => identityText(one.rule, one.group, one.first, one.last)).sort(),
  )
})
