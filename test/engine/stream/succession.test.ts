import { expect, test } from 'vitest'
import { Succession, type RuleSet } from '../../../src/engine/stream/succession.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import { anyOf } from '../../../src/ir/predicate.ts'
import { timeOf } from '../brute-force/judge.ts'
import { correlation, kindRule, ordered, programOf, use } from '../brute-force/program.ts'

const aThenB = ordered([
  ['a', null],
  ['b', null],
])

/** `a@5` is an event of kind a at 5 ms. */
function stream(written: string): readonly EventRecord[] {
  return written.split(' ').map((each, at) => {
    const [kind = '', time = ''] = each.split('@')
    return { line: at + 1, time: timeOf(Number(time)), sequence: null, id: null, fields: { kind } }
  })
}

/** Rules of which only the chain changes. */
function setOf(timespan: number): RuleSet {
  const program = programOf(kindRule('a'), kindRule('b'), correlation('rule', timespan, aThenB))
  return {
    program,
    versions: new Map([...program.rules.keys()].map((id) => [id, `${id} ${id === 'rule' ? timespan : ''}`])),
  }
}

function found(succession: Succession): readonly string[] {
  return succession.drain().map((alert) => alert.rule)
}

test('what was found before the oldest rules were let go is given all the same', () => {
  const succession = new Succession(setOf(1000))
  for (const event of stream('a@0 b@1')) succession.push(event)
  for (let at = 0; at < 9; at++) succession.change(setOf(1000 + at + 1))
  expect(found(succession)).toEqual(['a', 'b'])
})

test('rules that change more often than chains end are told of once, since chains may be lost', () => {
  const succession = new Succession(setOf(1000))
  for (const [at, event] of stream('a@0 b@1 a@2 b@3 a@4 b@5 a@6 b@7 a@8 b@9').entries()) {
    succession.push(event)
    succession.change(setOf(1001 + at))
  }
  expect(succession.diagnostics.map((one) => one.code)).toEqual(['engine/changed-often'])
})

test('events are looked at as they stand only while one set of rules runs', () => {
  const succession = new Succession(setOf(2))
  const [first, second] = stream('a@0 b@5000')
  if (first === undefined || second === undefined) throw new Error('no events')
  expect(succession.set).toBeDefined()
  succession.push(first)
  succession.change(setOf(3))
  expect(succession.set).toBeUndefined()
  succession.push(second)
  found(succession)
  expect(succession.set).toBeDefined()
})

test('what begins with an event that the new rules saw, and the old ones saw better, is given once', () => {
  const fewKinds = {
    type: 'unordered',
    of: ['a', 'b', 'x'].map((kind) => use(kind)),
    condition: { op: 'count', bounds: [{ operator: 'lte', value: 2 }] },
  } as const
  const program = programOf(kindRule('a'), kindRule('b'), kindRule('x'), correlation('rule', 6, fewKinds))
  const rules = { program, versions: new Map([...program.rules.keys()].map((id) => [id as string, 'same'])) }
  const events = stream('a@0 x@0 a@1 a@7').map((event, at) =>
    at === 2 ? { ...event, fields: { kind: ['a', 'b'] } } : event,
  )
  const alerts = (changedAt: number): readonly string[] => {
    const succession = new Succession(rules, { heldBack: milliseconds(0) })
    for (const [at, event] of events.entries()) {
      if (at === changedAt) succession.change(rules)
      succession.push(event)
    }
    succession.end()
    return succession
      .drain()
      .filter(({ rule }) => rule === 'rule')
      .map(({ last }) => `closed at ${String(last)}`)
  }
  expect(alerts(2)).toEqual(alerts(-1))
})

/** The chain, which does not see the first of its events, or sees all. */
function sighted(blind: boolean): RuleSet {
  const whole = setOf(10)
  if (!blind) return whole
  const unseen = { ...kindRule('a'), where: kindRule('nothing').where }
  const rules = new Map([...whole.program.rules].map(([id, rule]) => [id, id === unseen.id ? unseen : rule]))
  const later = [{ program: whole.program, sights: new Map([['rule', '']]) }]
  return { program: { rules }, versions: whole.versions, sights: new Map([['rule', 'blind']]), later }
}

test('a rule that sees more from a moment on judges what closes after it by all that it sees then', () => {
  const succession = new Succession(sighted(true), { heldBack: milliseconds(0) })
  for (const event of stream('a@1 b@2 a@3')) succession.push(event)
  expect(found(succession)).not.toContain('rule')
  succession.change(sighted(false))
  for (const event of stream('b@5 c@50 a@51 b@52')) succession.push({ ...event, line: event.line + 3 })
  succession.end()
  expect(found(succession).filter((rule) => rule === 'rule')).toHaveLength(2)
})

test('what was not foreseen is judged as when it began', () => {
  const blind = sighted(true)
  const succession = new Succession({
    ...blind,
    later: (blind.later ?? []).map((each) => ({ ...each, sights: new Map([['rule', 'other']]) })),
  })
  for (const event of stream('a@1')) succession.push(event)
  succession.change(sighted(false))
  for (const event of stream('b@5')) succession.push({ ...event, line: 2 })
  succession.end()
  expect(found(succession)).not.toContain('rule')
})

/** The chain of which the first step is any of some kinds, but for those that it does not see. */
function without(unseen: readonly string[], ...more: readonly (readonly string[])[]): RuleSet {
  const programWithout = (kinds: readonly string[]): RuleSet['program'] => {
    const seen = ['a', 'x', 'y'].filter((kind) => !kinds.includes(kind)).map((kind) => kindRule(kind).where)
    return programOf({ ...kindRule('a'), where: anyOf(...seen) }, kindRule('b'), correlation('rule', 10, aThenB))
  }
  const sightsOf = (kinds: readonly string[]): ReadonlyMap<string, string> => new Map([['rule', kinds.join()]])
  return {
    program: programWithout(unseen),
    versions: new Map(['a', 'b', 'rule'].map((id) => [id, 'same'])),
    sights: sightsOf(unseen),
    later: more.map((kinds) => ({ program: programWithout(kinds), sights: sightsOf(kinds) })),
  }
}

test.each(['a@1 ! ! b@5', 'x@1 ! ! b@5', 'x@1 ! c@2 ! b@5', 'c@0 ! x@1 ! b@5', 'a@1 x@2 ! c@3 ! b@5 c@30'])(
  'two exceptions that end within the reach of one chain: %s',
  (written) => {
    const sets = [without(['a', 'x'], ['x'], []), without(['x'], []), without([])]
    const succession = new Succession(sets[0] ?? without([]), { heldBack: milliseconds(0) })
    const alerts: string[] = []
    let at = 0
    for (const [line, each] of written.split(' ').entries())
      if (each === '!') succession.change(sets[++at] ?? without([]))
      else {
        for (const event of stream(each)) succession.push({ ...event, line: line + 1 })
        alerts.push(...found(succession))
      }
    succession.end()
    alerts.push(...found(succession))
    expect(alerts.filter((rule) => rule === 'rule')).toHaveLength(1)
  },
)

test('a chain that closes between two ends is judged without what the second still covers', () => {
  const succession = new Succession(without(['a', 'x'], ['x'], []), { heldBack: milliseconds(0) })
  for (const event of stream('x@1')) succession.push(event)
  succession.change(without(['x'], []))
  for (const event of stream('b@3')) succession.push({ ...event, line: 2 })
  succession.change(without([]))
  succession.end()
  expect(found(succession)).not.toContain('rule')
})
