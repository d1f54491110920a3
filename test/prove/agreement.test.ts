import { describe, expect, it } from 'vitest'
import type { Backend } from '../../src/backend/backend.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { toRecord } from '../../src/event/record-reader.ts'
import { backends } from '../../src/cli/backends.ts'
import type { Rule } from '../../src/ir/rule.ts'
import { isFailure, proveRule, type Verdict } from '../../src/prove/agreement.ts'
import { readSigma } from '../../src/sigma/index.ts'
import { context } from '../backend/context.ts'

const RULES = `title: read
name: read
logsource: {category: test}
detection: {selection: {event.action: read}, condition: selection}
---
title: send
name: send
logsource: {category: test}
detection: {selection: {event.action: send}, condition: selection}
---
title: Pair
name: pair
correlation: {type: temporal_ordered, rules: [read, send], group-by: [host.id], timespan: 5s}
---
title: Twice
name: twice
correlation: {type: temporal_ordered, rules: [read, read], group-by: [host.id], timespan: 5s}
detpack: {accept: [{language: eql, node: duplicates, why: the stream holds none, until: 2099-01-01}]}
---
title: Triple
name: triple
correlation: {type: value_count, rules: [read], group-by: [host.id], timespan: 5s, condition: {gte: 3, field: process.name}}
`
const { program, diagnostics } = readSigma([new Source('rules.yml', RULES)])
const events = ['read', 'send', 'read', 'stat', 'send'].map((action, at) =>
  toRecord(
    {
      '@timestamp': `2026-01-01T00:00:0${at}Z`,
      event: { id: `e${at}`, action, sequence: at },
      host: { id: 'h' },
      process: { name: `p${at}` },
    },
    at + 1,
  ),
)

function verdicts(name: string, of: readonly Backend[] = backends): readonly Verdict[] {
  const rule = [...program.rules.values()].find((one) => one.name === name) as Rule
  return proveRule(program, rule, of, events, context())
}

/** A backend whose text is changed after it was compiled. */
function spoilt(language: string, change: (text: string) => string): readonly Backend[] {
  return backends
    .filter((backend) => backend.language === language)
    .map((backend) => ({
      language: backend.language,
      compile: (...given) => {
        const compiled = backend.compile(...given)
        if (compiled.kind === 'refused') return compiled
        return { ...compiled, query: { ...compiled.query, text: change(compiled.query.text) } }
      },
    }))
}

describe('a rule, held against its compiled texts', () => {
  it('is read without a mistake', () => expect(diagnostics).toEqual([]))

  it('agrees where each text finds the same alerts, every event once and twice', () => {
    expect(verdicts('pair').map(({ kind }) => kind)).toEqual(verdicts('pair').map(() => 'agrees'))
    expect(verdicts('pair').map(({ language }) => language)).toEqual(expect.arrayContaining(['eql', 'spl']))
  })

  it('says why a language does not say it, which is no failure', () => {
    const [eql] = verdicts('triple').filter(({ language }) => language === 'eql')
    expect(eql).toMatchObject({ kind: 'refused', diagnostics: [{ code: 'backend/refused' }] })
    expect(eql && isFailure(eql)).toBe(false)
  })

  it('fails for alerts that the text does not find', () => {
    const [verdict] = verdicts(
      'pair',
      spoilt('eql', (text) => text.replace(/maxspan=\w+/, 'maxspan=500ms')),
    )
    expect(verdict).toMatchObject({ kind: 'differs', doubled: false, extra: [] })
    expect(verdict?.kind === 'differs' && verdict.missing).toHaveLength(2)
    expect(verdict && isFailure(verdict)).toBe(true)
  })

  it('fails for alerts that only the text finds', () => {
    const [verdict] = verdicts(
      'read',
      spoilt('eql', (text) => text.replace(/"read"/, '"s*"')),
    )
    expect(verdict?.kind === 'differs' && verdict.extra.map(({ steps }) => steps[0]?.event?.line)).toEqual([2, 4, 5])
  })

  it('fails for a text that cannot be run', () => {
    const [verdict] = verdicts(
      'pair',
      spoilt('spl', (text) => `${text}\n| nonsense`),
    )
    expect(verdict).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'spl/unknown-command' }] })
    expect(verdict && isFailure(verdict)).toBe(true)
  })

  it('tells a difference that comes of doubled events, and forgives it where the rule accepts that', () => {
    const [verdict] = verdicts('twice').filter(({ language }) => language === 'eql')
    expect(verdict).toMatchObject({ kind: 'differs', doubled: true, accepted: [{ node: 'duplicates' }], missing: [] })
    expect(verdict && isFailure(verdict)).toBe(false)
  })

  it('forgives no other difference for that', () => {
    const [verdict] = verdicts(
      'twice',
      spoilt('eql', (text) => text.replace(/maxspan=\w+/, 'maxspan=500ms')),
    )
    expect(verdict).toMatchObject({ kind: 'differs', doubled: false, accepted: [{ node: 'duplicates' }] })
    expect(verdict && isFailure(verdict)).toBe(true)
  })
})
