import { describe, expect, it } from 'vitest'
import { localRule, type LocalRule } from '../../../src/artifact/local/local-rule.ts'
import { storedProgram, type KeptRule } from '../../../src/artifact/local/stored-rule.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../../src/pack/configuration.ts'
import { loadRules } from '../../../src/pack/rules.ts'
import type { Correlation, Program, Rule, RuleId } from '../../../src/ir/rule.ts'
import { correlation, duration, eventRule, ordered, programOf } from '../rule-fixture.ts'

function kept(rule: Rule, program: Program, enabled = true): KeptRule {
  const artifact = localRule(rule, program, 'ecs', enabled)
  if (artifact.kind === 'refused') throw new Error('refused')
  // Through a file, as in the store.
  return { rule: rule.id, enabled, content: JSON.parse(JSON.stringify(artifact.rule)) as LocalRule }
}

const meaningOf = (rule: Rule, program: Program): unknown => kept(rule, program).content['meaning']

const rule = correlation(ordered(), { id: 'chain' as RuleId })
const chain = kept(rule, programOf(rule))

describe('rules of the store', () => {
  it('mean what they meant when they were deployed, every rule of the pack', () => {
    const { program } = ecs.mapProgram(loadRules([], loadConfiguration('.').configuration).program)
    const rules = [...program.rules.values()].filter(
      (each) => each.alone && each.status !== 'deprecated' && each.status !== 'unsupported',
    )
    const stored = storedProgram(
      rules.map((each) => kept(each, program)),
      'local.db',
      0,
    )
    expect(stored.diagnostics).toEqual([])
    expect(stored.versions.size).toBe(rules.length)
    for (const each of rules) {
      const back = stored.program.rules.get(each.id)
      if (back === undefined) throw new Error(`no ${each.id}`)
      const whole = (meaning: unknown): unknown =>
        (meaning as JsonObject[]).map((part) => ({ ...part, alone: part['id'] === each.id }))
      expect(whole(meaningOf(back, stored.program))).toEqual(whole(meaningOf(each, program)))
    }
    expect(rules.length).toBeGreaterThan(10)
  })

  it('that are switched off are not in it, nor what only they stand on', () => {
    const { program, versions } = storedProgram([{ ...chain, enabled: false }], 'local.db', 0)
    expect([program.rules.size, versions.size]).toEqual([0, 0])
  })

  it('alert themselves; what they stand on does not, unless it is deployed as well', () => {
    const alone = (stored: readonly KeptRule[]): string[] =>
      [...storedProgram(stored, 'local.db', 0).program.rules.values()].filter((each) => each.alone).map(({ id }) => id)
    expect(alone([chain])).toEqual(['chain'])
    const read = eventRule('file_read')
    expect(alone([chain, kept(read, programOf(read))]).sort()).toEqual(['chain', 'file_read'])
  })

  it('keep each their own, where two of one id do not mean the same', () => {
    const other = { ...correlation(ordered(), { id: 'other' as RuleId }) } satisfies Correlation
    const read = eventRule('file_read', { where: { op: 'any', of: [] }, alone: false })
    const { program } = storedProgram([chain, kept(other, programOf(read, other))], 'local.db', 0)
    expect([...program.rules.keys()]).toEqual(['file_read', 'network_send', 'chain', 'file_read of other', 'other'])
    const steps = (id: string): readonly string[] => {
      const found = program.rules.get(id as RuleId)
      return found?.kind === 'correlation' && found.body.type === 'ordered' ? found.body.steps.map((s) => s.rule) : []
    }
    expect(steps('chain')).toEqual(['file_read', 'network_send'])
    expect(steps('other')).toEqual(['file_read of other', 'network_send'])
  })

  it('are another version when what they stand on means something else', () => {
    const versionOf = (...rules: readonly Rule[]): unknown =>
      storedProgram([kept(rule, programOf(...rules, rule))], 'local.db', 0).versions.get('chain')
    expect(versionOf()).toBe(versionOf())
    expect(versionOf(eventRule('file_read', { where: { op: 'any', of: [] }, alone: false }))).not.toBe(versionOf())
    const slower = correlation(ordered(), { id: 'chain' as RuleId, timespan: duration('11s') })
    expect(storedProgram([kept(slower, programOf(slower))], 'local.db', 0).versions.get('chain')).not.toBe(versionOf())
  })

  it.each([
    ['of a rule that is not there', { rule: 'elsewhere' }, 'its meaning is that of another rule'],
    ['without a meaning', { content: {} }, 'meaning is no list'],
    ['in words of a newer detpack', changed((own) => (own['body'] = { type: 'graph' })), 'type is none of ordered'],
    ['that lacks what it stands on', withMeaning((all) => all.slice(1)), 'stands on "file_read", which is not there'],
  ])('%s are left out and told, and the others run', (_, change, words) => {
    const two = [{ ...chain, ...change }, kept(eventRule('memory_exec'), programOf(eventRule('memory_exec')))]
    const { versions, diagnostics } = storedProgram(two, 'local.db', 0)
    expect(diagnostics).toMatchObject([{ code: 'artifact/unreadable-meaning' }])
    expect(diagnostics[0]?.message).toContain(words)
    expect([...versions.keys()]).toEqual(['memory_exec'])
  })
})

describe('exceptions that end', () => {
  const excepted = (...ends: readonly number[]): KeptRule => {
    const who = { reason: 'r', owner: 'o', author: 'a', approver: 'b', ticket: 't', span: rule.span }
    const exceptions = ends.map((until, at) => {
      const scope = [{ field: 'file.path', test: 'is' as const, values: [`/etc/${at}`], span: rule.span }]
      return { id: `X-${at}`, title: 'x', ...who, scope, until }
    })
    const made = localRule(rule, programOf(rule), 'ecs', true, exceptions)
    if (made.kind === 'refused') throw new Error('refused')
    return { rule: rule.id, enabled: true, content: made.rule }
  }
  const reach = rule.timespan

  it('are foreseen one by one as far as a chain reaches from the first end on', () => {
    const { later, sights } = storedProgram([excepted(10, 10 + reach, 11 + reach)], 'local.db', 0)
    expect(later.map((each) => [...each.sights.keys()])).toEqual([['chain'], ['chain']])
    expect(new Set([...later, { sights }].map((each) => each.sights.get('chain'))).size).toBe(3)
  })

  it('are foreseen as what is there when they have ended', () => {
    const { later } = storedProgram([excepted(10, 11)], 'local.db', 0)
    expect(later.map((each) => each.sights.get('chain'))).toEqual([
      storedProgram([excepted(10, 11)], 'local.db', 11).sights.get('chain'),
      '',
    ])
  })
})

function withMeaning(change: (all: readonly JsonObject[]) => readonly JsonObject[]): Partial<KeptRule> {
  return { content: { ...chain.content, meaning: change(chain.content['meaning'] as unknown as JsonObject[]) } }
}

function changed(change: (own: Record<string, unknown>) => void): Partial<KeptRule> {
  return withMeaning((all) => {
    const copy = structuredClone(all) as Record<string, unknown>[]
    change(copy.at(-1) ?? {})
    return copy as unknown as JsonObject[]
  })
}
