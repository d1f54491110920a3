import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eqlBackend } from '../../src/backend/eql/backend.ts'
import { esqlBackend } from '../../src/backend/esql/backend.ts'
import { splBackend } from '../../src/backend/spl/backend.ts'
import { recordReader } from '../../src/event/record-reader.ts'
import { ecs } from '../../src/mapping/ecs.ts'
import { isFailure, proveRule } from '../../src/prove/agreement.ts'
import { context } from '../backend/context.ts'
import { compiledTask } from './compiled-task.ts'
import { eventOf, streams, tasks } from './grant-samples.ts'

const LANGUAGES = { eql: eqlBackend, esql: esqlBackend, spl: splBackend }

/** `PROPERTY_RUNS=10` takes ten times as long. */
const runs = Number(process.env.PROPERTY_RUNS ?? 1)

it.each(Object.entries(LANGUAGES))(
  '%s finds of the clauses that it can say what the stream engine finds, every event once and twice',
  (_, backend) => {
    const agreed = new Set<string>()
    fc.assert(
      fc.property(tasks, streams, (task, uses) => {
        const read = recordReader()
        const events = uses.map((use, at) => read(eventOf(use), at + 1))
        const program = compiledTask(task)
        for (const rule of program.rules.values()) {
          if (!rule.alone) continue
          const verdicts = proveRule(program, rule, [backend], events, { ...context(), mapping: ecs })
          expect(verdicts.filter(isFailure), rule.name ?? '').toEqual([])
          if (verdicts[0]?.kind === 'agrees') agreed.add(rule.name?.replace(/^a\.(?:g\d\.)?/, '') ?? '')
        }
      }),
      { numRuns: 8 * runs },
    )
    expect([...agreed]).toEqual(expect.arrayContaining(['not-granted.read', 'not-granted.network']))
    expect(agreed.size).toBeGreaterThan(5)
  },
)
