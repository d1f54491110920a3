import { expect, it } from 'vitest'
import type { Alert, AlertId } from '../../../src/event/alert.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import type { EventRecord, Time } from '../../../src/event/record.ts'
import { feedbackOf } from '../../../src/govern/triage/feedback.ts'

function event(line: number, fields: JsonObject): EventRecord {
  return { line, time: line as Time, sequence: line, id: `e${line}`, fields }
}

it('drafts an exception of what the steps have in common, wherever the data went afterwards', () => {
  const read = event(1, { file: { path: '/home/a/key' } })
  const sent = event(2, { destination: { ip: '203.0.113.9', port: 443 } })
  const alert: Alert = {
    ...{ id: 'a1' as AlertId, rule: 'r1', group: {}, first: read.time, last: read.time },
    steps: [{ as: 'read', rule: 'r1', event: read }],
    hops: [sent],
  }
  const options = {
    rule: 'key-read',
    title: 'Key read',
    by: 'anna',
    now: 0 as Time,
    attack: null,
    baseline: () => null,
  }
  const files = feedbackOf(alert, 'benign_true_positive', options)?.files
  expect(files?.get('exception.yml')).toContain('scope:\n  file.path: /home/a/key\n')
  expect(files?.get('benign.ndjson')?.trimEnd().split('\n').length).toBe(2)
})
