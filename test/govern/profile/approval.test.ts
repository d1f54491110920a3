import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import type { Time } from '../../../src/event/record.ts'
import { approve, checkApproval } from '../../../src/govern/profile/approval.ts'
import { parseProfile } from '../../../src/govern/profile/profile.ts'
import { milliseconds } from '../../../src/ir/duration.ts'

const PROPOSED = `id: web.service
title: As it was seen
owner: IT
units: [web.service]
review_every: 180d
root: true
exposure: 3.0
linux_capabilities: {}
settings: {}
proposal:
  by: anna
`
const DAY = 86_400_000

function approved(by = 'bert', days = 180): ReturnType<typeof approve> {
  return approve(PROPOSED, 'anna', { by, at: 0 as Time, during: milliseconds(days * DAY) })
}

function check(text: string, now = DAY): readonly string[] {
  const { profile, diagnostics } = parseProfile(new Source('web.yml', text))
  if (profile === undefined) throw new Error(JSON.stringify(diagnostics.map((one) => one.message)))
  return checkApproval(profile, now as Time).map((one) => one.code)
}

describe('an approval', () => {
  it('holds until its end', () => {
    const { text = '' } = approved()
    expect(text.startsWith(PROPOSED)).toBe(true)
    expect(check(text)).toEqual([])
    expect(check(text, 181 * DAY)).toEqual(['govern/expired-approval'])
  })

  it.each([
    ['govern/own-approval', approved(' Anna')],
    ['govern/approval-too-long', approved('bert', 400)],
    [
      'govern/approved-already',
      approve(approved().text ?? '', 'anna', { by: 'carl', at: 0 as Time, during: milliseconds(DAY) }),
    ],
    ['govern/not-proposed', approve(PROPOSED, null, { by: 'bert', at: 0 as Time, during: milliseconds(DAY) })],
  ])('is refused: %s', (code, { text, diagnostics }) => {
    expect(text).toBeUndefined()
    expect(diagnostics.map((one) => one.code)).toEqual([code])
  })

  it('does not hold for what was changed afterwards, or was approved by who proposed it', () => {
    const { text = '' } = approved()
    expect(check(PROPOSED)).toEqual(['govern/not-approved'])
    expect(check(text.replace('exposure: 3.0', 'exposure: 9.0'))).toEqual(['govern/changed-since-approval'])
    expect(check(text.replace('by: "bert"', 'by: "anna"'))).toEqual(['govern/own-approval'])
  })

  it.each([
    ['its end', (text: string) => text.replace(/until: 1970/, 'until: 2970')],
    ['its author', (text: string) => text.replace('"bert"', '"carl"')],
    ['its reason', (text: string) => text.replace('"seen"', '"told"')],
    ['what stands behind it', (text: string) => `${text}\n`],
    ['its digest', (text: string) => text.replace(/digest: ./, 'digest: x')],
  ])('does not hold when somebody changes %s', (_, change) => {
    const review = { by: 'bert', at: 0 as Time, during: milliseconds(180 * DAY), why: 'seen' }
    const { text = '' } = approve(PROPOSED, 'anna', review)
    expect(check(text)).toEqual([])
    expect(change(text)).not.toBe(text)
    expect(check(change(text))).toEqual(['govern/changed-since-approval'])
  })

  it('does not hold where the clock says that it was not given yet', () => {
    const { text = '' } = approve(PROPOSED, 'anna', { by: 'bert', at: (9 * DAY) as Time, during: milliseconds(DAY) })
    expect(check(text, 9 * DAY)).toEqual([])
    expect(check(text, DAY)).toEqual(['govern/approval-from-the-future'])
  })
})
