import { expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import type { Time } from '../../../src/event/record.ts'
import { judgeService, type RunningSets } from '../../../src/govern/host/service.ts'
import { checkUnit } from '../../../src/govern/profile/check-unit.ts'
import { parseProfile, type ServiceProfile } from '../../../src/govern/profile/profile.ts'
import { readSettings } from '../../../src/govern/systemd/read-setting.ts'
import { parseUnit } from '../../../src/govern/systemd/unit-text.ts'

const GENERAL = parseProfile(
  new Source(
    'web.yml',
    'id: web\ntitle: Web\nowner: us\nunits: [web.service]\nreview_every: 90d\nroot: true\nexposure: 10\n' +
      'linux_capabilities: {CAP_KILL: {why: it has to, risk: R-1}}\nsettings: {}\n',
  ),
).profile as ServiceProfile
const UNTIL = Date.parse('2027-01-01T00:00:00Z') as Time
const APPROVED: ServiceProfile = {
  ...GENERAL,
  approval: { by: 'bert', at: 0 as Time, until: UNTIL, why: null, digest: '', span: GENERAL.span },
}

function judge(
  lines: string,
  profile = APPROVED,
  running: RunningSets | null = new Map(),
): readonly (readonly [string, string])[] {
  const source = new Source('web.service', `[Service]\nExecStart=/bin/web\n${lines}`)
  const { assignments, diagnostics } = parseUnit(source)
  const unit = { name: 'web.service', files: ['web.service'], assignments, diagnostics }
  const checked = checkUnit('web.service', { kind: 'unit', unit }, [profile], { asked: false })
  const { boundingSet } = readSettings(assignments).settings
  return judgeService(checked, boundingSet, running).map(({ result, evidence }) => [result, evidence.join('; ')])
}

const BOUND = 'CapabilityBoundingSet=CAP_KILL\n'
const KILL = 1n << 5n

it('passes a service with an approved baseline, a unit that keeps to it and processes that keep to the unit', () => {
  expect(judge(BOUND, APPROVED, new Map([[7, KILL]]))).toEqual([
    ['pass', '"web" is approved by "bert" until 2027-01-01'],
    ['pass', expect.stringContaining('exposure')],
    ['pass', 'processes that hold what the unit says or less: 1'],
  ])
})

it('says which process holds more than its unit, which was changed since', () => {
  const [, , processes] = judge(
    BOUND,
    APPROVED,
    new Map([
      [7, KILL],
      [8, KILL | 1n],
    ]),
  )
  expect(processes).toEqual(['fail', 'process 8 may also use CAP_CHOWN'])
})

it('does not take a general profile for a baseline, nor a wide unit for a narrow one', () => {
  const [baseline, unit] = judge('', GENERAL)
  expect(baseline).toEqual(['fail', 'only the general profile "web" names it'])
  expect(unit).toEqual(['fail', expect.stringContaining('that the profile "web" does not allow')])
})

it('says what it cannot tell, and what does not run', () => {
  expect(judge(BOUND, APPROVED, null)[2]?.[0]).toBe('unknown')
  expect(judge(BOUND)[2]?.[0]).toBe('not-applicable')
})

it('judges no service of which nobody said that it is in scope', () => {
  expect(judge(BOUND, { ...GENERAL, units: ['other.service'] })).toEqual([])
})
