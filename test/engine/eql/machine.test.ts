import { expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { Fields } from '../../../src/engine/eql/field.ts'
import { Scope } from '../../../src/engine/eql/scope.ts'
import { Machine } from '../../../src/engine/eql/sequence/machine.ts'
import { partsMet } from '../../../src/engine/eql/sequence/met.ts'
import { planSequence } from '../../../src/engine/eql/sequence/plan.ts'
import { parseQuery } from '../../../src/engine/eql/syntax/parse-query.ts'
import type { TimedRecord } from '../../../src/event/order.ts'
import type { Time } from '../../../src/event/record.ts'

function* stream(count: number): Generator<TimedRecord> {
  for (let at = 0; at < count; at++)
    yield {
      line: at + 1,
      time: at as Time,
      sequence: null,
      id: null,
      fields: { kind: at % 3 === 2 ? 'b' : 'a', k: `key ${at}` },
    }
}

/** How many partial sequences are remembered after each event. */
function* remembered(text: string): Generator<number> {
  const query = parseQuery(new Source('q', text))
  if (query.kind !== 'sequence') throw new Error(text)
  const fields = new Fields(['kind', 'k'], {})
  fields.learn(stream(3))
  const plan = planSequence(query, 'kind', new Scope(fields))
  const machine = new Machine(plan)
  for (const event of stream(20_000)) {
    machine.take(event, partsMet(plan.parts, event.fields))
    yield machine.live
  }
}

it('remembers what began within the last maxspan, however many keys there are', () => {
  const counts = [...remembered('sequence by k with maxspan=50ms [any where kind == "a"] [any where kind == "b"]')]
  expect(Math.max(...counts)).toBeGreaterThan(30)
  expect(Math.max(...counts)).toBeLessThanOrEqual(51)
})

it('remembers one for each stage of a key, without a maxspan too', () => {
  const counts = [...remembered('sequence [any where kind == "a"] [any where kind == "b"] [any where kind == "c"]')]
  expect(Math.max(...counts)).toBe(2)
})
