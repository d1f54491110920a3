import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { Succession, type RuleSet } from '../../../src/engine/stream/succession.ts'
import type { EventRecord, Time } from '../../../src/event/record.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import type { Program, RuleId } from '../../../src/ir/rule.ts'
import { programs, streams } from '../brute-force/program.ts'

// Rules that change while events come, beside what each of them finds on the events since it came, as a whole.

type Timed = EventRecord & { readonly time: Time }

/** A rule means the same in sets that were made of one program. */
function setOf(program: Program, name: string, without: readonly string[]): RuleSet {
  const left = new Map([...program.rules].filter(([id]) => !without.includes(id)))
  const versions = new Map([...left].map(([id, rule]) => [id as string, rule.kind === 'event' ? 'same' : name]))
  return { program: { rules: left }, versions }
}

const sets = fc.tuple(programs, programs).map(([one, other]) => [
  setOf(one, 'one', []),
  // What names another rule goes before it.
  setOf(one, 'one', ['second']),
  setOf(other, 'other', []),
  setOf(other, 'other', ['first', 'second']),
])

/** In the order of time, each once. */
const inOrder = fc.tuple(streams, streams).map(([first, second]) =>
  [...first, ...second]
    .filter((event): event is Timed => event.time !== null)
    .sort((a, b) => a.time - b.time || (a.sequence ?? 0) - (b.sequence ?? 0))
    .map((event, at): Timed => ({ ...event, line: at + 1, id: `e${at}` })),
)

interface Stretch {
  readonly rules: RuleSet
  /** How many events came before. */
  readonly from: number
  /** The time of the newest of them. */
  readonly born: number
}

/** The ids of the alerts that each rule gives from when it came until it went or meant something else. */
function expected(events: readonly Timed[], stretches: readonly Stretch[], now: Time): readonly string[] {
  const found: string[] = []
  for (const [at, { rules, from, born }] of stretches.entries())
    for (const [id, version] of rules.versions) {
      if (stretches[at - 1]?.rules.versions.get(id) === version) continue
      let end = at + 1
      while (stretches[end]?.rules.versions.get(id) === version) end++
      const until = stretches[end]?.born ?? Infinity
      const { alerts } = evaluate(rules.program, events.slice(from), { now })
      for (const { rule, id: alert, last } of alerts)
        if (rule === (id as RuleId) && last !== null && last > born && last <= until) found.push(alert)
    }
  return found.sort()
}

test('no chain is lost, doubled or made up when rules change', () => {
  fc.assert(
    fc.property(inOrder, sets, fc.array(fc.tuple(fc.nat(30), fc.nat(3)), { maxLength: 5 }), (events, all, changes) => {
      const first = all[0]
      if (first === undefined) return
      const succession = new Succession(first, { heldBack: milliseconds(0) })
      const stretches: Stretch[] = [{ rules: first, from: 0, born: -Infinity }]
      const alerts: string[] = []
      const due = changes.map(([at, to]) => ({ at: at % (events.length + 1), to: all[to] ?? first }))
      for (let at = 0; at <= events.length; at++) {
        for (const { to } of due.filter((each) => each.at === at)) {
          const born = events[at - 1]?.time ?? -Infinity
          stretches.push({ rules: to, from: at, born })
          succession.change(to)
        }
        const event = events[at]
        if (event !== undefined) succession.push(event)
        alerts.push(...succession.drain().map((alert) => alert.id))
      }
      const now = ((events.at(-1)?.time ?? 0) + 100) as Time
      succession.end(now)
      alerts.push(...succession.drain().map((alert) => alert.id))
      expect(alerts.sort()).toEqual(expected(events, stretches, now))
      expect(succession.stats).toMatchObject({ events: events.length, duplicates: 0, late: 0 })
    }),
    { numRuns: 400 * Number(process.env.PROPERTY_RUNS ?? 1) },
  )
})
