import { expect, it } from 'vitest'
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
