import { expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import type { Time } from '../../../src/event/record.ts'
import { approve } from '../../../src/govern/profile/approval.ts'
import { parseProfile } from '../../../src/govern/profile/profile.ts'
import { feedbackOf, type Feedback } from '../../../src/govern/triage/feedback.ts'
import type { Alert, AlertId } from '../../../src/event/alert.ts'
import { draftBaseline, driftIn, type DriftBeyond } from '../../../src/govern/triage/baseline-draft.ts'

const NOW = Date.parse('2026-03-01T00:00:00Z') as Time
const PROPOSED =
  '# kept\nid: web.service\ntitle: Web\nowner: us\nunits: [web.service]\nreview_every: 90d\nroot: true\nexposure: 9\n' +
  'linux_capabilities: {CAP_KILL: {why: it has to, risk: R-1}}\nsettings: {}\nproposal: {by: anna}\n'
const STANDING =
  approve(PROPOSED, 'anna', { by: 'bert', at: NOW, during: 86_400_000 as Parameters<typeof approve>[2]['during'] })
    .text ?? ''
const DRIFT: DriftBeyond = { baseline: 'web.service', linuxCapability: 'CAP_CHOWN' }

function drift(name: string, kind = 'linux_capability'): JsonObject {
  return { detpack: { linux_capability: name, drift: { kind, baseline: 'web.service' } } }
}

it('finds the drift that an alert is about', () => {
  expect(driftIn([drift('CAP_CHOWN'), {}, drift('CAP_CHOWN')])).toEqual(DRIFT)
  expect(driftIn([drift('CAP_CHOWN'), drift('CAP_KILL')])).toBeUndefined()
  expect(driftIn([drift('CAP_CHOWN', 'unit')])).toBeUndefined()
  expect(driftIn([{ event: { action: 'file_read' } }])).toBeUndefined()
})

it('widens the baseline by that, takes its approval out, and cannot be approved until somebody said why', () => {
  expect(STANDING).toContain('approval:')
  const draft = draftBaseline(STANDING, DRIFT, { by: 'carl', now: NOW, alert: 'a1' })
  expect(draft).not.toContain('approval:')
  expect(draft).toContain('alerts:\n    - a1')
  const read = parseProfile(new Source('baseline.yml', draft))
  expect(read.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    expect.stringMatching(/govern\/missing-key .*"why"/),
    expect.stringMatching(/govern\/missing-key .*"risk"/),
  ])
  const filled = parseProfile(
    new Source('baseline.yml', draft.replace('CAP_CHOWN: {}', 'CAP_CHOWN: {why: w, risk: R-1}')),
  )
  expect(filled.diagnostics).toEqual([])
  expect([...(filled.profile?.linuxCapabilities.keys() ?? [])]).toEqual(['CAP_KILL', 'CAP_CHOWN'])
  expect(filled.profile).toMatchObject({ proposedBy: 'carl', approval: null })
})

it('is what a benign alert of drift asks for where the pack has the baseline; else it is an exception', () => {
  const event = { fields: drift('CAP_CHOWN'), time: NOW, id: 'e-1', line: 1, sequence: 1 }
  const step: Alert['steps'][number] = { as: 'r', rule: 'r', event }
  const alert: Alert = { id: 'a1'.repeat(32) as AlertId, rule: 'r', group: {}, first: NOW, last: NOW, steps: [step] }
  const asked = (baseline: string | null): Feedback | undefined =>
    feedbackOf(alert, 'benign_true_positive', {
      ...{ rule: 'r', title: 'R', by: 'carl', now: NOW, attack: null },
      baseline: (id) => (id === 'web.service' ? baseline : null),
    })
  expect([...(asked(STANDING)?.files.keys() ?? [])]).toEqual(['baseline.yml', 'benign.ndjson'])
  expect(asked(STANDING)?.files.get('baseline.yml')).toContain('CAP_CHOWN: {}')
  expect(asked(null)?.kind).toBe('exception')
})
