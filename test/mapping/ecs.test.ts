import { describe, expect, it } from 'vitest'
import { ecs } from '../../src/mapping/ecs.ts'
import { all, anyOf, field, not } from '../../src/ir/predicate.ts'
import { pattern, text } from '../../src/ir/pattern.ts'
import type { Rule } from '../../src/ir/rule.ts'
import { correlation, equals, eventRule, groupKey, ordered, program, ruleId, span, tested } from '../backend/program.ts'

const exactly = (name: string, value: string) => field(name, { is: 'text', pattern: pattern(text(value)), cased: true })

const execution = { product: 'linux', category: 'process_creation' }
const connection = { product: 'linux', category: 'network_connection' }

function mapped(...rules: readonly Rule[]) {
  const result = ecs.mapProgram(program(...rules))
  return { ...result, codes: result.diagnostics.map((one) => one.code) }
}

describe('a rule for detpack events', () => {
  it('keeps its fields and is narrowed to the data set', () => {
    const rule = eventRule('r', equals('file.path', '/etc/shadow'))
    const { program: after, codes } = mapped(rule)
    expect(codes).toEqual([])
    expect(after.rules.get(rule.id)).toMatchObject({
      where: all(exactly('event.dataset', 'detpack.use'), equals('file.path', '/etc/shadow')),
    })
  })

  it('is left out for a field that events do not have, with the name that was meant', () => {
    const { program: after, diagnostics } = mapped(eventRule('r', not(equals('file.pth', 'x'))))
    expect(after.rules.size).toBe(0)
    expect(diagnostics).toMatchObject([
      { code: 'mapping/unknown-field', severity: 'error', span, hint: 'did you mean "file.path"?' },
    ])
  })

  it('is warned of a value that its field never has, and kept', () => {
    const { program: after, diagnostics } = mapped(eventRule('r', equals('event.action', 'file_raed')))
    expect(after.rules.size).toBe(1)
    expect(diagnostics).toMatchObject([
      { code: 'mapping/impossible-value', severity: 'warning', hint: 'did you mean "file_read"?' },
    ])
    expect(mapped(eventRule('r', equals('event.action', 'File_Read'))).codes).toEqual([])
  })
})

describe("a rule for one of Sigma's Linux categories", () => {
  it('is narrowed to the action and gets the names of the events', () => {
    const rule = eventRule('r', all(equals('Image', '/bin/sh'), equals('ParentImage', '/bin/cat')), execution)
    const { program: after, codes } = mapped({ ...rule, fields: ['Image', 'Hashes'] })
    expect(codes).toEqual([])
    expect(after.rules.get(rule.id)).toMatchObject({
      where: all(
        exactly('event.dataset', 'detpack.use'),
        exactly('event.action', 'process_exec'),
        equals('process.executable', '/bin/sh'),
        equals('process.parent.executable', '/bin/cat'),
      ),
      fields: ['process.executable', 'Hashes'],
    })
  })

  it('gets both names of a comparison of two fields', () => {
    const test = { is: 'field', other: 'ParentImage', relation: 'equals', cased: false } as const
    const { program: after } = mapped(eventRule('r', tested('Image', test), execution))
    const where = JSON.stringify([...after.rules.values()].map((rule) => rule.kind === 'event' && rule.where))
    expect(where).toContain('"name":"process.executable"')
    expect(where).toContain('"other":"process.parent.executable"')
  })

  it('says by the action who opened a connection', () => {
    const { program: after } = mapped(
      eventRule('r', tested('Initiated', { is: 'boolean', value: false }), connection),
      eventRule('t', equals('Initiated', 'TRUE'), connection),
    )
    const where = (id: string) => {
      const rule = after.rules.get(ruleId(id))
      return rule?.kind === 'event' && rule.where.op === 'all' ? rule.where.of.at(-1) : undefined
    }
    expect(where('r')).toMatchObject(exactly('event.action', 'network_accept'))
    expect(where('t')).toMatchObject(exactly('event.action', 'network_connect'))
    const either = anyOf(exactly('event.action', 'network_connect'), exactly('event.action', 'network_accept'))
    const rule = after.rules.get(ruleId('r'))
    expect(rule?.kind === 'event' && rule.where.op === 'all' && rule.where.of[1]).toEqual(either)
  })

  it('is left out when it asks more of that than true or false', () => {
    expect(mapped(eventRule('r', equals('Initiated', 'perhaps'), connection)).codes).toEqual(['mapping/unknown-field'])
  })

  it('is left out for a field that the events do not have, which is told once', () => {
    const where = all(equals('Hashes', 'x'), not(equals('Hashes', 'y')))
    expect(mapped(eventRule('r', where, execution)).codes).toEqual(['mapping/unknown-field'])
  })

  it('is answered by the command line that an exec event carries', () => {
    const { program: after, diagnostics } = mapped(eventRule('r', equals('CommandLine', 'id'), execution))
    expect(diagnostics).toEqual([])
    expect(JSON.stringify(after.rules.get(ruleId('r')))).toContain('process.command_line')
  })
})

describe('a log source that the events cannot answer', () => {
  it.each([
    { product: 'linux', service: 'auditd' },
    { product: 'windows', category: 'process_creation' },
    { product: 'linux', service: 'detpack', category: 'process_creation' },
    { product: 'linux' },
    {},
  ])('leaves the rule out: %o', (logsource) => {
    const { program: after, diagnostics } = mapped(eventRule('r', equals('a', 'b'), logsource))
    expect(after.rules.size).toBe(0)
    expect(diagnostics).toMatchObject([{ code: 'mapping/unknown-logsource', severity: 'error', span }])
  })

  it('is suggested the one that was meant', () => {
    const { diagnostics } = mapped(eventRule('r', equals('a', 'b'), { product: 'linux', category: 'process_creaton' }))
    expect(diagnostics[0]?.hint).toContain('process_creation')
  })

  it('takes the correlations along that need the rule', () => {
    const { program: after, codes } = mapped(
      eventRule('good', equals('file.path', 'x')),
      eventRule('bad', equals('a', 'b'), { product: 'windows' }),
      correlation('c', ordered(['good', 'bad'])),
      correlation('d', ordered(['good', 'c'])),
    )
    expect([...after.rules.keys()]).toEqual(['good'])
    expect(codes).toEqual(['mapping/unknown-logsource', 'mapping/left-out', 'mapping/left-out'])
  })
})

describe('a correlation', () => {
  const exec = eventRule('exec', equals('Image', '/bin/sh'), execution)
  const connect = eventRule('connect', equals('DestinationPort', '443'), connection)
  const own = eventRule('own', equals('file.path', 'x'))

  it('keeps the names of its keys, which are part of the identity, and reads them from the fields of each rule', () => {
    const group = [groupKey('who', { exec: 'User', own: 'user.name' })]
    const { program: after, codes } = mapped(exec, own, correlation('c', ordered(['exec', 'own']), { group }))
    expect(codes).toEqual([])
    const rule = after.rules.get(ruleId('c'))
    expect(rule?.kind === 'correlation' && rule.group[0]).toMatchObject({
      name: 'who',
      fieldOf: new Map([
        [ruleId('exec'), 'user.name'],
        [ruleId('own'), 'user.name'],
      ]),
    })
  })

  it('translates joins by the rule of each step', () => {
    const body = ordered(['exec', 'own'], {
      joins: [{ left: { step: 0, field: 'Image' }, right: { step: 1, field: 'process.executable' }, span }],
    })
    const rule = mapped(exec, own, correlation('c', body)).program.rules.get(ruleId('c'))
    expect(rule?.kind === 'correlation' && rule.body.type === 'ordered' && rule.body.joins[0]?.left.field).toBe(
      'process.executable',
    )
  })

  it('translates what it measures', () => {
    const of = [{ rule: ruleId('connect'), span }]
    const bounds = [{ operator: 'gte', value: 3 }] as const
    const body = { type: 'value', of, measure: { of: 'distinct' }, fields: ['DestinationIp'], bounds } as const
    const rule = mapped(connect, correlation('c', body)).program.rules.get(ruleId('c'))
    expect(rule?.kind === 'correlation' && rule.body.type === 'value' && rule.body.fields).toEqual(['destination.ip'])
  })

  it('is left out when what it measures is called differently in the alerts and in the events it counts', () => {
    const inner = correlation('inner', ordered(['exec', 'exec']), { group: ['User'] })
    const of = ['inner', 'exec'].map((id) => ({ rule: ruleId(id), span }))
    const bounds = [{ operator: 'gte', value: 3 }] as const
    const body = { type: 'value', of, measure: { of: 'distinct' }, fields: ['User'], bounds } as const
    const { program: after, codes } = mapped(exec, inner, correlation('c', body))
    expect([...after.rules.keys()]).toEqual(['exec', 'inner'])
    expect(codes).toEqual(['mapping/ambiguous-field'])
  })

  it('is left out for a key that the events of one rule do not have', () => {
    const { program: after, codes } = mapped(
      exec,
      own,
      correlation('c', ordered(['exec', 'own']), { group: ['Image'] }),
    )
    expect([...after.rules.keys()]).toEqual(['exec', 'own'])
    expect(codes).toEqual(['mapping/unknown-field'])
  })
})

it('knows the type of every field of the events, and nothing of others', () => {
  expect(ecs.field('destination.ip')).toEqual({ type: 'ip', multi: false })
  expect(ecs.field('detpack.flow.object.id')).toEqual({ type: 'keyword', multi: true })
  expect(ecs.field('event.outcome')?.values).toContain('failure')
  expect(ecs.field('no.such')).toBeUndefined()
})
