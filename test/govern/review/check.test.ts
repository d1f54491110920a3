import { expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import type { Time } from '../../../src/event/record.ts'
import { checkSigned } from '../../../src/govern/review/check.ts'
import { makeQuarter } from '../evidence/quarter.ts'
import { at } from '../log/people.ts'

const span = { source: new Source('b.yml', ''), start: 0, end: 0 }
const { history } = makeQuarter(20, new Set(['exception-not-approved', 'baseline-overdue']))

function told(now: Time, approver = 'bert', author = 'anna'): readonly string[] {
  const { exceptions, baselines, reviews } = history
  const named = exceptions.map((each) => ({ ...each, exception: { ...each.exception, approver, author } }))
  const placed = baselines.map((each) => ({ ...each, proposedBy: author, span }))
  return checkSigned(named, placed, reviews.approvals, now).map(
    ({ severity, code, message }) => `${severity} ${code} ${/"([^"]+)" /.exec(message)?.[1] ?? ''}`,
  )
}

it('wants exceptions and baselines signed by who they name, and in time', () => {
  expect(told(at('2026-10-01'))).toEqual(['warning govern/not-signed X-3'])
  expect(told(at('2026-12-31'))).toEqual(['warning govern/not-signed X-3', 'warning govern/review-due old.service'])
  expect(told(at('2026-10-01'), 'carla')).toEqual(['error govern/other-approver bert', 'warning govern/not-signed X-3'])
})

it('takes no approval of who wrote it, be it that a colleague signed the proposal', () => {
  expect(told(at('2026-10-01'), 'bert', 'Bert@web-1')).toEqual([
    'error govern/own-approval bert',
    'warning govern/not-signed X-3',
    ...history.baselines.map(() => 'error govern/own-approval bert'),
  ])
})

it('wants the approval that a baseline names signed: the name is not more than a name', () => {
  const [baseline] = history.baselines
  if (baseline === undefined) throw new Error('no baseline')
  const approved = { by: 'bert', at: at('2026-09-01'), until: at('2027-09-01') }
  const named = { ...baseline, approved, span }
  const check = (digest: string): readonly string[] =>
    checkSigned([], [{ ...named, digest }], history.reviews.approvals, at('2026-10-01')).map(({ message }) => message)
  expect(check(baseline.digest)).toEqual([])
  expect(check('ab'.repeat(32))).toEqual([
    `nobody signed that they approve the baseline "${baseline.id}", which names "bert" (DP-1)`,
  ])
})
