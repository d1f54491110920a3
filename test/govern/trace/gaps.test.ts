import { describe, expect, it } from 'vitest'
import type { History } from '../../../src/govern/history.ts'
import { findGaps } from '../../../src/govern/trace/find-gaps.ts'
import { GAP_KINDS, type GapKind } from '../../../src/govern/trace/gap.ts'
import { makeQuarter, QUARTER, type Planted } from '../evidence/quarter.ts'

function found(kinds: readonly GapKind[]): { readonly planted: readonly Planted[]; readonly gaps: readonly Planted[] } {
  const { history, planted } = makeQuarter(500, new Set(kinds))
  const gaps = findGaps(history, QUARTER).map(({ kind, subject }) => ({ kind, subject }))
  return { planted: inOrder(planted), gaps: inOrder(gaps) }
}

function inOrder(gaps: readonly Planted[]): readonly Planted[] {
  return [...gaps].sort((a, b) => (a.kind + a.subject < b.kind + b.subject ? -1 : 1))
}

it('finds nothing where nothing is missing', () => {
  expect(found([]).gaps).toEqual([])
})

it.each(GAP_KINDS.filter((kind) => kind !== 'allowed-without-rule'))('finds %s, and nothing else', (kind) => {
  const { planted, gaps } = found(kind === 'allowed-without-risk' ? [kind, 'allowed-without-rule'] : [kind])
  expect(planted.map((each) => each.kind)).toContain(kind)
  expect(gaps).toEqual(planted)
})

describe('an approval', () => {
  const { history } = makeQuarter(20)
  const gaps = (change: Partial<History>): readonly string[] =>
    findGaps({ ...history, ...change }, QUARTER).map(({ kind, subject, detail }) => `${kind} ${subject}: ${detail}`)

  it('is none where its author signed it under the proposal of a colleague', () => {
    const baselines = history.baselines.map((each) => ({ ...each, proposedBy: 'bert@web-1' }))
    expect(gaps({ baselines })).toEqual([
      'baseline-not-approved db.service: by its author alone: bert',
      'baseline-not-approved web.service: by its author alone: bert',
    ])
    const exceptions = history.exceptions.map((each) => ({ ...each, exception: { ...each.exception, author: 'bert' } }))
    expect(gaps({ exceptions })).toEqual(['exception-not-approved X-1: OPS-1; by its author alone: bert'])
  })

  it('is none where somebody else signed it than the exception names', () => {
    const exceptions = history.exceptions.map((each) => ({
      ...each,
      exception: { ...each.exception, approver: 'carl' },
    }))
    expect(gaps({ exceptions })).toEqual(['exception-not-approved X-1: OPS-1; by bert, and it names carl'])
  })
})

it('tells nothing twice of a population that is lost: what it had cannot be known', () => {
  const { history } = makeQuarter(500)
  const populations = new Map([...history.populations].filter(([name]) => name === '2026-W40'))
  const found = findGaps({ ...history, populations }, QUARTER)
  expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['population-lost']))
  expect(found).toHaveLength(history.populations.size - 1)
})
