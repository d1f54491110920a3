import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { Succession, type RuleSet } from '../../../src/engine/stream/succession.ts'
import type { Alert } from '../../../src/event/alert.ts'
import type { EventRecord, Time } from '../../../src/event/record.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import { anyOf } from '../../../src/ir/predicate.ts'
import type { Program, RuleId } from '../../../src/ir/rule.ts'
import { correlation, kindRule, ordered, programOf, programs, streams } from '../brute-force/program.ts'

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

/** A chain that does not see events of some kinds, and as it will be. */
function seeing(unseen: readonly (readonly string[])[]): RuleSet {
  const made = unseen.map((kinds) => {
    const seen = ['a', 'x', 'y'].filter((kind) => !kinds.includes(kind)).map((kind) => kindRule(kind).where)
    const steps = ordered([
      ['a', null],
      ['b', null],
    ])
    const program = programOf({ ...kindRule('a'), where: anyOf(...seen) }, kindRule('b'), correlation('rule', 6, steps))
    return { program, sights: new Map([['rule', kinds.join()]]) }
  })
  const [now, ...later] = made
  if (now === undefined) throw new Error('no rules')
  return { ...now, later, versions: new Map([...now.program.rules.keys()].map((id) => [id as string, 'same'])) }
}

test('a chain is judged by what its rule sees when it closes, however many exceptions end meanwhile', () => {
  const kinds = fc.constantFrom('a', 'x', 'y', 'b', 'c')
  const steps = fc.array(fc.tuple(kinds, fc.integer({ min: 1, max: 3 })), { minLength: 2, maxLength: 14 })
  const ends = fc.array(fc.nat(14), { maxLength: 3 })
  fc.assert(
    fc.property(steps, ends, (written, after) => {
      let now = 0
      const events = written.map(([kind, later], at): Timed => {
        now += later
        return { line: at + 1, time: now as Time, sequence: null, id: `e${at}`, fields: { kind } }
      })
      const covered = ['a', 'x', 'y'].slice(0, after.length)
      const due = after.map((at) => at % (events.length + 1)).sort((a, b) => a - b)
      const sets = [...due.keys(), due.length].map((ended) =>
        seeing(Array.from({ length: due.length - ended + 1 }, (_, more) => covered.slice(ended + more))),
      )
      const ids = (alerts: readonly Alert[]): readonly string[] =>
        alerts.filter(({ rule }) => rule === 'rule').map(({ id }) => id)
      const succession = new Succession(sets[0] ?? seeing([[]]), { heldBack: milliseconds(0) })
      const found: string[] = []
      for (let at = 0; at <= events.length; at++) {
        for (const [which, place] of due.entries()) if (place === at) succession.change(sets[which + 1] ?? seeing([[]]))
        const event = events[at]
        if (event !== undefined) succession.push(event)
        found.push(...ids(succession.drain()))
      }
      succession.end()
      found.push(...ids(succession.drain()))
      const expected = sets.flatMap(({ program }, stage) => {
        const [from, to] = [due[stage - 1] ?? 0, due[stage] ?? events.length]
        const closing = events.slice(from, to).map(({ time }) => time)
        const { alerts } = evaluate(program, events)
        return ids(alerts.filter(({ last }) => last !== null && closing.includes(last)))
      })
      expect(found.sort()).toEqual(expected.sort())
    }),
    { numRuns: 300 * Number(process.env.PROPERTY_RUNS ?? 1) },
  )
})
