import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Call } from '../../../src/event/join/claim.ts'
import { RunCalls } from '../../../src/event/join/run-calls.ts'

const span = fc.tuple(fc.nat(100), fc.oneof(fc.nat(40), fc.constant(Infinity)))

test('finds the calls that ran at a time, as a look at each of them does', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 20 }), fc.nat(140), fc.nat(10), (spans, time, slack) => {
      const calls = spans.map(([began, length], at) => ({ key: String(at), began, ended: began + length }) as Call)
      const run = new RunCalls()
      for (const call of calls) run.add(call)
      const found = [...run.at(time, slack)].map((call) => call.key).sort()
      const wanted = calls.filter((call) => call.began - slack <= time && time <= call.ended + slack)
      expect(found).toEqual(wanted.map((call) => call.key).sort())
    }),
  )
})
