import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { recordReader } from '../../../src/event/record-reader.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import type { RuleId } from '../../../src/ir/rule.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { isFailure, proveRule } from '../../../src/prove/agreement.ts'
import { context } from '../../backend/context.ts'
import { DECLARED, programOf, SERVICE } from './compiled-baseline.ts'
import { brokenBy, ofService, sets, textOf, uses } from './judge.ts'
import { eventOf, type Written } from './runs.ts'

const RULES = [
  'capability',
  'program',
  'change',
  'read',
  'destination',
  'flow.personal',
  'gap.personal',
  'amount.bytes',
]

/** `PROPERTY_RUNS=10` takes ten times as long. */
const runs = Number(process.env.PROPERTY_RUNS ?? 1)

function records(stream: readonly Written[]): EventRecord[] {
  const read = recordReader()
  return stream.map((use, at) => read(eventOf(use, at), at + 1))
}

it('finds of random baselines on random streams what they mean', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(sets, fc.array(uses, { minLength: 3, maxLength: 3 }), fc.boolean(), (known, streams, isService) => {
      const program = programOf(textOf(known), isService ? SERVICE : DECLARED)
      for (const stream of streams) {
        const { alerts } = evaluate(program, records(isService ? ofService(stream) : stream))
        const found = alerts.map(({ rule, steps }) => {
          const name = program.rules.get(rule as RuleId)?.name?.replace('summarize.baseline.', '') ?? rule
          seen.add(name)
          return `${name} ${(steps.at(-1)?.event?.line ?? 0) - 1}`
        })
        expect(found.sort()).toEqual(brokenBy(known, stream, isService))
      }
    }),
    { numRuns: 80 * runs },
  )
  expect([...seen].sort()).toEqual([...RULES].sort())
})

it.each(Object.entries({ eql: eqlBackend, esql: esqlBackend, spl: splBackend }))(
  '%s finds of the rules that it can say what the stream engine finds, every event once and twice',
  (_, backend) => {
    const agreed = new Set<string>()
    fc.assert(
      fc.property(sets, uses, (known, stream) => {
        const program = programOf(textOf(known), SERVICE)
        const events = records(ofService(stream))
        for (const rule of program.rules.values()) {
          if (!rule.alone) continue
          const verdicts = proveRule(program, rule, [backend], events, { ...context(), mapping: ecs })
          expect(verdicts.filter(isFailure), rule.name ?? '').toEqual([])
          if (verdicts[0]?.kind === 'agrees') agreed.add(rule.name?.replace('summarize.baseline.', '') ?? '')
        }
      }),
      { numRuns: 6 * runs },
    )
    const said = ['capability', 'program', 'change', 'read', 'destination', 'flow.personal']
    expect([...agreed]).toEqual(expect.arrayContaining(said))
  },
)
