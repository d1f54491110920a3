import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileMatcher } from '../../../src/engine/stream/matcher.ts'
import { PredicateSet } from '../../../src/engine/stream/predicate-set.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { LineScan } from '../../../src/event/scan/line-scan.ts'
import type { Predicate } from '../../../src/ir/predicate.ts'
import { isTrue } from '../brute-force/naive-predicate.ts'
import { flatEvents, predicates } from '../brute-force/predicate.ts'
import { eventRule } from '../brute-force/program.ts'

function matchesOf(wheres: readonly Predicate[], event: JsonObject): number[] {
  return wheres.flatMap((where, place) => (isTrue(where, event) ? [place] : []))
}

function matchLines(wheres: readonly Predicate[], lines: readonly Uint8Array[]): (readonly number[])[] {
  const set = new PredicateSet(wheres)
  const scan = new LineScan(set.fields, set.every)
  scan.turn(Uint8Array.from(lines.flatMap((line) => [...line])))
  let start = 0
  return lines.map((line) => {
    const end = scan.read(start, 1000)
    expect(end).toBe(start + line.length - 1)
    start = end + 1
    return set.match(scan.values)
  })
}

it('many rules matched at once give what each gives alone, and equal letters are those of simple folding', () => {
  fc.assert(
    fc.property(fc.array(predicates, { maxLength: 6 }), fc.array(flatEvents, { maxLength: 4 }), (wheres, stream) => {
      const rules = wheres.map((where, i) => eventRule(`rule-${i}`, where))
      const matcher = compileMatcher(rules)
      expect(matcher.diagnostics).toEqual([])
      // The same events as lines, with the bytes of one behind those of the other.
      const lines = [...stream, ...stream].map((event) => new TextEncoder().encode(`${JSON.stringify(event)}\n`))
      expect(matchLines(wheres, lines)).toEqual([...stream, ...stream].map((event) => matchesOf(wheres, event)))
      for (const event of stream) {
        expect(matcher.match(event).map((rule) => rule.id)).toEqual(
          rules.filter((rule) => isTrue(rule.where, event)).map((rule) => rule.id),
        )
      }
    }),
    { numRuns: 3000 * Number(process.env.PROPERTY_RUNS ?? 1) },
  )
})
