import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import type { Allowed } from '../../../src/govern/risk/allowed.ts'
import { checkAllowed } from '../../../src/govern/risk/check.ts'
import { parseRisk, type Risk } from '../../../src/govern/risk/risk.ts'
import { at } from '../log/people.ts'

const GOOD = `id: R-1
title: A key leaves the host
owner: Head of security
why: It opens other systems.
capability: [file_read, CAP_CHOWN]
reason: It is needed to log in.
accepted_until: 2027-05-31
`

function parse(text: string): Risk {
  const { risk, diagnostics } = parseRisk(new Source('r.yml', text))
  if (risk === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return risk
}

describe('a risk', () => {
  it('says what brings it about, why that is taken, and until when', () => {
    expect(parse(GOOD)).toMatchObject({
      capabilities: ['file_read', 'CAP_CHOWN'],
      acceptance: { reason: 'It is needed to log in.', until: at('2027-06-01') - 1 },
    })
    const short = GOOD.split('\n').slice(0, 4).join('\n')
    expect(parse(`${short}\n`)).toMatchObject({ capabilities: null, acceptance: null })
  })

  it.each([
    ['pack/wrong-type', 'a list', '- a\n'],
    ['pack/missing-key', 'no owner', GOOD.replace('owner: Head of security\n', '')],
    ['pack/missing-key', 'a reason without an end', GOOD.replace('accepted_until: 2027-05-31\n', '')],
    ['pack/missing-key', 'an end without a reason', GOOD.replace('reason: It is needed to log in.\n', '')],
    ['govern/unknown-value', 'a capability there is not', GOOD.replace('CAP_CHOWN', 'CAP_CHWON')],
    ['govern/wrong-type', 'no day', GOOD.replace('2027-05-31', 'soon')],
  ])('is refused: %s (%s)', (code, _what, text) => {
    expect(parseRisk(new Source('r.yml', text)).diagnostics.map((one) => one.code)).toEqual([code])
  })
})

describe('what is allowed', () => {
  const check = (part: Partial<Allowed>, text = GOOD, now = '2026-12-01'): readonly string[] => {
    const { span } = parse(GOOD)
    const one: Allowed = {
      id: 't/g',
      by: 'task',
      holder: 't',
      capabilities: ['file_read'],
      risks: ['R-1'],
      span,
      ...part,
    }
    const risk = parse(text)
    return checkAllowed([one], new Map([[risk.id, risk]]), at(now)).map(({ severity, code }) => `${severity} ${code}`)
  }

  it('goes back to a risk that is about it and was accepted', () => {
    expect(check({})).toEqual([])
    expect(check({ capabilities: ['mount'] }, GOOD.replace('capability: [file_read, CAP_CHOWN]\n', ''))).toEqual([])
  })

  it.each([
    ['error govern/no-risk', { risks: [] }, GOOD, '2026-12-01'],
    ['error pack/unknown-risk', { risks: ['R-2'] }, GOOD, '2026-12-01'],
    ['error govern/other-risk', { capabilities: ['file_read', 'network_send'] }, GOOD, '2026-12-01'],
    ['warning govern/acceptance-ended', {}, GOOD, '2027-06-01'],
    ['warning govern/not-accepted', {}, GOOD.replace(/reason[^]*/, ''), '2026-12-01'],
  ])('is told: %s', (told, part, text, now) => {
    expect(check(part, text, now)).toEqual([told])
  })
})
