import { describe, expect, it } from 'vitest'
import { decideApproximation } from '../../src/backend/acceptance.ts'
import { Source } from '../../src/diagnostic/source.ts'
import type { Acceptance, Governance } from '../../src/ir/rule.ts'

const source = new Source('rule.yml', 'accept: [...]')
const span = { source, start: 0, end: 6 }

function governance(...accept: readonly Partial<Acceptance>[]): { governance: Governance } {
  const filled = accept.map((one) => ({
    language: 'spl',
    node: 'value-count',
    why: 'far edge open',
    until: '2027-06-30',
    span,
    ...one,
  }))
  return { governance: { version: null, risk: [], grant: null, triage: [], accept: filled } }
}

function decide(rule: { governance: Governance }, today: string) {
  const approximation = { node: 'value-count', why: 'the window is open at its far edge' }
  return decideApproximation(approximation, 'spl', rule, { today }, span)
}

describe('an approximate translation', () => {
  it('is an error when the rule accepts nothing', () => {
    const decision = decide(governance(), '2027-01-01')
    expect(decision).toMatchObject({ code: 'backend/approximate', severity: 'error' })
    expect(decision.hint).toContain('node: value-count')
  })

  it.each([{ language: 'eql' }, { node: 'event-count' }])('is an error when the acceptance is for %o', (other) => {
    expect(decide(governance(other), '2027-01-01').code).toBe('backend/approximate')
  })

  it('is accepted up to and on the last day', () => {
    const decision = decide(governance({}), '2027-06-30')
    expect(decision).toMatchObject({ code: 'backend/accepted', severity: 'info' })
    expect(decision.notes?.[0]?.message).toContain('far edge open')
  })

  it('is an error after the last day', () => {
    expect(decide(governance({}), '2027-07-01')).toMatchObject({
      code: 'backend/acceptance-expired',
      severity: 'error',
    })
  })

  it('goes by the latest of several acceptances', () => {
    const rule = governance({ until: '2026-01-01' }, { until: '2028-01-01' })
    expect(decide(rule, '2027-07-01').code).toBe('backend/accepted')
  })
})
