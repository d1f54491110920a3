import { expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { Fields } from '../../../src/engine/eql/field.ts'
import { Scope } from '../../../src/engine/eql/scope.ts'
import { Machine } from '../../../src/engine/eql/sequence/machine.ts'
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

function machineOf(text: string): Machine {
  const query = parseQuery(new Source('q', text))
  if (query.kind !== 'sequence') throw new Error(text)
  return new Machine(planSequence(query, 'kind', new Scope(new Fields([...stream(3)], {}))))
}

it('remembers what began within the last maxspan, however many keys there are', () => {
  const machine = machineOf('sequence by k with maxspan=50ms [any where kind == "a"] [any where kind == "b"]')
  let most = 0
  for (const event of stream(20_000)) {
    machine.take(event)
    most = Math.max(most, machine.live)
  }
  expect(most).toBeGreaterThan(30)
  expect(most).toBeLessThanOrEqual(51)
})

it('remembers one for each stage of a key, without a maxspan too', () => {
  const machine = machineOf('sequence [any where kind == "a"] [any where kind == "b"] [any where kind == "c"]')
  for (const event of stream(20_000)) {
    machine.take(event)
    expect(machine.live).toBeLessThanOrEqual(2)
  }
})
