import { describe, expect, it } from 'vitest'
import { reach } from '../../src/event/reach.ts'
import { SENSOR_REACH } from '../../src/event/sensor-reach.ts'
import { any, pattern, text } from '../../src/ir/pattern.ts'
import { all, anyOf, message, not, type Predicate } from '../../src/ir/predicate.ts'
import type { Presence, Rule } from '../../src/ir/rule.ts'
import { rulesReach } from '../../src/mapping/rule-reach.ts'
import { correlation, equals, eventRule, groupKey, ordered, program, ruleId, span, tested } from '../backend/program.ts'

/** A source that tells opens and reads, without a class and only what succeeded, and execs by their path. */
const small = reach({
  name: 'sysmon',
  purpose: 'a small source',
  fields: ['event.action', 'event.category', 'event.outcome', 'event.dataset', 'process.entity_id', 'detpack.task'],
  never: { 'process.group.id': 'it knows no groups' },
  asks: { 'detpack.task': '--task' },
  actions: {
    file_open: { fields: ['file.path', 'file.mode'] },
    file_read: {
      fields: ['file.path', 'detpack.use.bytes'],
      outcomes: ['success'],
      lacks: { 'detpack.object.class': 'it knows no classes' },
    },
    process_exec: { fields: ['process.executable'], needs: 'a setting' },
  },
  without: { network_send: 'it looks at no sockets' },
})

const action = (name: string): Predicate => equals('event.action', name)
const READ = all(action('file_read'), equals('file.path', '/k'))
const SEND = action('network_send')
const CLASSED = all(action('file_read'), equals('detpack.object.class', 'credential'))

function reached(...rules: readonly Rule[]) {
  const last = rules.at(-1)
  const [found] = last ? rulesReach(program(...rules), [last], small) : []
  if (found === undefined) throw new Error('no rule')
  return {
    verdict: found.verdict,
    lacks: found.lacks.map(({ step, actions, field, why, effect }) =>
      [step, actions.join('+'), field, why, effect].filter(Boolean).join(' | '),
    ),
    actions: [...found.actions],
    asked: [...found.asked],
  }
}

const of = (where: Predicate) => reached(eventRule('r', where))

describe('a rule for single events', () => {
  it('is able when the source tells all that it names', () => {
    expect(of(READ)).toEqual({ verdict: 'able', lacks: [], actions: ['file_read'], asked: [] })
  })

  it('cannot run without its action', () => {
    expect(of(SEND)).toMatchObject({
      verdict: 'unable',
      lacks: ['network_send | it looks at no sockets | never'],
    })
  })

  it('cannot run without a field that it needs', () => {
    expect(of(CLASSED)).toMatchObject({
      verdict: 'unable',
      lacks: ['file_read | detpack.object.class | it knows no classes | never'],
    })
  })

  it('misses the actions that do not come, and those alternatives', () => {
    expect(of(anyOf(READ, SEND))).toMatchObject({
      verdict: 'partly',
      lacks: ['network_send | it looks at no sockets | missed'],
      actions: ['file_read'],
    })
    expect(of(all(action('file_read'), anyOf(equals('file.path', '/k'), CLASSED)))).toMatchObject({
      verdict: 'partly',
      lacks: ['file_read | detpack.object.class | it knows no classes | missed'],
    })
  })

  it('lets through what an exception cannot be told of', () => {
    expect(of(all(READ, not(equals('detpack.object.class', 'public'))))).toMatchObject({
      verdict: 'partly',
      lacks: ['file_read | detpack.object.class | it knows no classes | no exception'],
    })
  })

  it('is always true of a field that must be absent, and a refusal of it misses', () => {
    const absent = tested('detpack.object.class', { is: 'exists', present: false })
    expect(of(all(READ, absent)).lacks).toEqual(['file_read | detpack.object.class | it knows no classes | always'])
    expect(of(all(READ, not(tested('detpack.object.class', { is: 'null' }))))).toMatchObject({
      verdict: 'unable',
      lacks: ['file_read | detpack.object.class | it knows no classes | never'],
    })
  })

  it('cannot see failures where only success is told', () => {
    expect(of(all(READ, equals('event.outcome', 'failure')))).toMatchObject({
      verdict: 'unable',
      lacks: ['file_read | event.outcome | it tells only what ended in success | never'],
    })
    expect(of(all(READ, equals('event.outcome', 'success'))).verdict).toBe('able')
  })

  it('needs both fields of a comparison', () => {
    const compared = tested('file.path', { is: 'field', other: 'process.group.id', relation: 'equals', cased: true })
    expect(of(all(action('file_read'), compared)).lacks).toEqual([
      'file_read | process.group.id | it knows no groups | never',
    ])
  })

  it('joins the same lack of several actions', () => {
    const group = all(anyOf(action('file_read'), action('file_open')), equals('process.group.id', '0'))
    expect(of(group).lacks).toEqual(['file_open+file_read | process.group.id | it knows no groups | never'])
  })

  it('that names no action is about those that there are', () => {
    expect(of(equals('process.entity_id', 'x')).verdict).toBe('able')
    expect(of(message({ is: 'text', pattern: pattern(text('x')), cased: false })).verdict).toBe('able')
  })

  it('may name actions by a pattern, a category or an expression', () => {
    const files = tested('event.action', { is: 'text', pattern: pattern(text('FILE_'), any), cased: false })
    expect(of(all(files, equals('file.path', '/k'))).actions).toEqual(['file_open', 'file_read'])
    expect(of(equals('event.category', 'network'))).toMatchObject({ verdict: 'unable' })
    const expression = tested('event.action', { is: 'regex', source: 'file_r', flags: NO_FLAGS })
    expect(of(all(expression, equals('file.path', '/k'))).actions).toContain('file_read')
  })

  it('is not blamed for what the sensor does not tell either', () => {
    expect(of(all(READ, not(equals('detpack.signal', 'SIGKILL')))).verdict).toBe('able')
    expect(of(action('nothing_of_the_kind'))).toMatchObject({
      verdict: 'unable',
      lacks: ['no event of detpack can be what it asks for | never'],
    })
  })

  it('is asked for what the source tells only where somebody says so', () => {
    expect(of(all(READ, not(equals('detpack.task.name', 'x')))).asked).toEqual(['detpack.task'])
  })
})

const NO_FLAGS = { ignoreCase: false, multiline: false, dotAll: false }

describe('an ordered correlation', () => {
  const read = eventRule('read', READ)
  const open = eventRule('open', all(action('file_open'), equals('file.path', '/k')))
  const send = eventRule('send', SEND)
  const classed = eventRule('classed', CLASSED)
  const partly = eventRule('half', anyOf(READ, SEND))

  it('is able when each step is', () => {
    expect(reached(read, open, correlation('c', ordered(['read', 'open']))).verdict).toBe('able')
  })

  it('cannot run when one step cannot, and names it', () => {
    expect(reached(read, send, correlation('c', ordered(['read', 'send'])))).toMatchObject({
      verdict: 'unable',
      lacks: ['send1 | network_send | it looks at no sockets | never'],
    })
  })

  it('runs in part when a step does', () => {
    expect(reached(partly, open, correlation('c', ordered(['half', 'open'])))).toMatchObject({
      verdict: 'partly',
      lacks: ['half0 | network_send | it looks at no sockets | missed'],
    })
  })

  it('needs the keys of its group on each event', () => {
    const key = groupKey('object', { read: 'detpack.object.class' })
    expect(reached(read, correlation('c', ordered(['read']), { group: [key] }))).toMatchObject({
      verdict: 'unable',
      lacks: ['read0 | file_read | detpack.object.class | it knows no classes | never'],
    })
  })

  it('needs the fields of its joins on their steps only', () => {
    const joins = [{ left: { step: 0, field: 'file.mode' }, right: { step: 1, field: 'file.path' }, span }]
    expect(reached(open, read, correlation('c', ordered(['open', 'read'], { joins }))).verdict).toBe('able')
    expect(reached(read, open, correlation('c', ordered(['read', 'open'], { joins })))).toMatchObject({
      verdict: 'unable',
      lacks: [expect.stringContaining('file.mode')],
    })
  })

  it('needs its guard on the steps, not on what must not come', () => {
    const guard = equals('process.group.id', '0')
    expect(reached(read, correlation('c', ordered(['read']), { guard })).verdict).toBe('unable')
    const unless = [{ rule: ruleId('read'), where: 'after', within: null, span }] as const
    const free = correlation('c', ordered(['open'], { unless }), { guard: equals('file.mode', '0600') })
    expect(reached(read, open, free).verdict).toBe('able')
  })

  it('cannot tell that something did not come which never comes', () => {
    const unless = [{ rule: ruleId('send'), where: 'after', within: null, span }] as const
    const lacks = ['send | network_send | it looks at no sockets | no absence']
    expect(reached(read, send, correlation('c', ordered(['read'], { unless })))).toMatchObject({
      verdict: 'partly',
      lacks,
    })
    const until = { rule: ruleId('send'), span }
    expect(reached(read, send, correlation('c', ordered(['read'], { until })))).toMatchObject({
      verdict: 'partly',
      lacks,
    })
    const both = correlation('c', ordered(['classed'], { unless }))
    expect(reached(classed, send, both).verdict).toBe('unable')
  })
})

describe('other correlations', () => {
  const read = eventRule('read', READ)
  const send = eventRule('send', SEND)
  const uses = ['read', 'send'].map((rule) => ({ rule: ruleId(rule), span }))
  const atLeast = [{ operator: 'gte', value: 3 }] as const

  it('count what comes', () => {
    const some = correlation('c', { type: 'count', of: uses, bounds: atLeast })
    expect(reached(read, send, some).verdict).toBe('partly')
    const none = correlation('c', { type: 'count', of: uses.slice(1), bounds: atLeast })
    expect(reached(read, send, none).verdict).toBe('unable')
  })

  it('need the fields that they measure', () => {
    const measured = (field: string) =>
      correlation('c', {
        type: 'value',
        of: uses.slice(0, 1),
        measure: { of: 'sum' },
        fields: [field],
        bounds: atLeast,
      })
    expect(reached(read, measured('detpack.use.bytes')).verdict).toBe('able')
    expect(reached(read, measured('detpack.object.class')).verdict).toBe('unable')
  })

  const rule = (id: string): Presence => ({ op: 'rule', rule: ruleId(id) })
  it.each<[Presence, string]>([
    [{ op: 'all', of: [rule('read'), rule('send')] }, 'unable'],
    [{ op: 'any', of: [rule('read'), rule('send')] }, 'partly'],
    [{ op: 'all', of: [rule('read'), { op: 'not', of: rule('send') }] }, 'partly'],
    [{ op: 'count', bounds: [{ operator: 'gte', value: 2 }] }, 'unable'],
    [{ op: 'count', bounds: [{ operator: 'gt', value: 1 }] }, 'unable'],
    [{ op: 'count', bounds: [{ operator: 'gte', value: 1 }] }, 'partly'],
    [{ op: 'count', bounds: [{ operator: 'lt', value: 1 }] }, 'partly'],
  ])('hold a condition with the rules that can match: %j', (condition, verdict) => {
    expect(reached(read, send, correlation('c', { type: 'unordered', of: uses, condition })).verdict).toBe(verdict)
  })

  it('are looked into where one names another', () => {
    const inner = correlation('inner', ordered(['read', 'send']))
    const outer = correlation('outer', ordered(['inner', 'read']))
    expect(reached(read, send, inner, outer)).toMatchObject({
      verdict: 'unable',
      lacks: ['inner0 | network_send | it looks at no sockets | never'],
    })
  })
})

it('of the sensor nothing is missing', () => {
  const rules = [eventRule('a', CLASSED), eventRule('b', SEND)]
  expect(rulesReach(program(...rules), rules, SENSOR_REACH).map((one) => one.verdict)).toEqual(['able', 'able'])
})
