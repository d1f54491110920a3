import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { kibanaAlert } from '../../../src/govern/triage/kibana.ts'
import {
  closedAt,
  mergeAlerts,
  parseAlert,
  renderAlert,
  stateAt,
  type RegisteredAlert,
} from '../../../src/govern/triage/register.ts'
import { splunkAlert } from '../../../src/govern/triage/splunk.ts'
import { at } from '../log/people.ts'

const RAISED = '2026-11-02T10:00:00.000Z'

function kibana(fields: JsonObject, cases: Parameters<typeof kibanaAlert>[2] = new Map()): RegisteredAlert | undefined {
  const source = {
    '@timestamp': RAISED,
    'kibana.alert.uuid': 'a1',
    'kibana.alert.rule.rule_id': 'r1',
    'kibana.alert.rule.name': 'Key read',
    'kibana.alert.rule.version': 3,
    'kibana.alert.original_time': '2026-11-02T09:58:00.000Z',
    host: { name: 'web-1' },
    ...fields,
  }
  return kibanaAlert(source, 'elastic', cases)
}

const CLOSED = {
  'kibana.alert.workflow_status': 'closed',
  'kibana.alert.workflow_status_updated_at': '2026-11-02T12:00:00.000Z',
  'kibana.alert.workflow_user': 'u_anna',
}

describe('an alert of Kibana', () => {
  it('is open and unjudged when nobody touched it', () => {
    expect(kibana({ 'kibana.alert.workflow_status': 'open' })).toEqual({
      ...{ id: 'a1', target: 'elastic', rule: 'r1', title: 'Key read', version: 3, host: 'web-1', states: [] },
      ...{ happened: at('2026-11-02T09:58:00Z'), raised: at(RAISED) },
    })
  })

  it.each([
    ['true_positive', 'true_positive'],
    ['benign_positive', 'benign_true_positive'],
    ['false_positive', 'false_positive_logic'],
    ['duplicate', 'duplicate'],
    ['other', 'other'],
    ['automated_closure', null],
    ['known scanner', 'other'],
  ])('was closed as %s: %s', (reason, verdict) => {
    const alert = kibana({ ...CLOSED, 'kibana.alert.workflow_reason': reason })
    expect(alert && stateAt(alert)).toMatchObject({
      status: 'closed',
      verdict,
      by: 'u_anna',
      at: at('2026-11-02T12:00:00Z'),
    })
  })

  it('says more by a tag than by its reason, and by its reason than by its cases', () => {
    const cases = new Map([['c1', { title: 'Case one', tags: ['verdict:undetermined'] }]])
    const tagged = { ...CLOSED, 'kibana.alert.workflow_tags': ['night', 'verdict:false_positive_data'] }
    const of = (fields: JsonObject): unknown => {
      const alert = kibana(fields, cases)
      return alert && stateAt(alert).verdict
    }
    expect(of({ ...tagged, 'kibana.alert.workflow_reason': 'false_positive' })).toBe('false_positive_data')
    expect(of({ ...CLOSED, 'kibana.alert.case_ids': ['c1'], 'kibana.alert.workflow_reason': 'duplicate' })).toBe(
      'duplicate',
    )
    expect(of({ ...CLOSED, 'kibana.alert.case_ids': ['c1'] })).toBe('undetermined')
    expect(of(CLOSED)).toBeNull()
  })

  it('of an older Kibana is acknowledged when it is in progress', () => {
    const alert = kibana({ ...CLOSED, 'kibana.alert.workflow_status': 'in-progress' })
    expect(alert && stateAt(alert).status).toBe('acknowledged')
  })

  it('is none without an id, a rule or a time', () => {
    for (const key of ['@timestamp', 'kibana.alert.uuid', 'kibana.alert.rule.rule_id'])
      expect(kibana({ [key]: null })).toBeUndefined()
  })
})

describe('a notable of Splunk', () => {
  const rules = new Map([['Key read', { id: 'r1', title: 'Key read', version: 2 }]])
  const row = {
    event_id: 'n1',
    search_name: 'Key read',
    _time: '1793613600.5',
    status: '5',
    dest: 'web-1',
    owner: 'anna',
  }

  it.each([
    ['disposition:0', null],
    ['disposition:1', 'true_positive'],
    ['disposition:2', 'benign_true_positive'],
    ['disposition:3', 'false_positive_logic'],
    ['disposition:4', 'false_positive_data'],
    ['disposition:5', 'other'],
    ['disposition:6', 'undetermined'],
    ['disposition:17', 'other'],
  ])('is of %s: %s', (disposition, verdict) => {
    const alert = splunkAlert({ ...row, disposition, review_time: '1793617200' }, 'splunk', rules)
    expect(alert).toMatchObject({ id: 'n1', rule: 'r1', version: 2, host: 'web-1', raised: 1_793_613_600_500 })
    expect(alert && stateAt(alert)).toMatchObject({ status: 'closed', verdict, by: 'anna', at: 1_793_617_200_000 })
  })

  it('may be a finding of Enterprise Security 8', () => {
    const finding = {
      finding_id: 'f@@notable@@time1',
      rule_title: 'Key read',
      time: '2026-11-02T10:00:00Z',
      status: '2',
    }
    const alert = splunkAlert(finding, 'splunk', rules)
    expect(alert && stateAt(alert)).toMatchObject({ status: 'acknowledged', verdict: null })
  })

  it('of another search is not ours', () => {
    expect(splunkAlert({ ...row, search_name: 'Other' }, 'splunk', rules)).toBeUndefined()
  })
})

describe('the register', () => {
  const one = kibana({}) as RegisteredAlert
  const closed = kibana({ ...CLOSED, 'kibana.alert.workflow_reason': 'duplicate' }) as RegisteredAlert
  const again = {
    ...one,
    states: [{ at: at('2026-11-03'), status: 'open', verdict: null, by: 'bert', note: null }],
  } as const

  it('keeps what a target forgets when an alert is opened again', () => {
    const register = new Map<string, RegisteredAlert>()
    expect(mergeAlerts(register, [one])).toEqual({ added: 1, changed: 0 })
    expect(mergeAlerts(register, [closed])).toEqual({ added: 0, changed: 1 })
    expect(mergeAlerts(register, [closed])).toEqual({ added: 0, changed: 0 })
    expect(mergeAlerts(register, [again])).toEqual({ added: 0, changed: 1 })
    const kept = register.get('a1') as RegisteredAlert
    expect(kept.states.map(({ status, verdict }) => [status, verdict])).toEqual([
      ['closed', 'duplicate'],
      ['open', null],
    ])
    expect(stateAt(kept, at('2026-11-02T23:00:00Z')).verdict).toBe('duplicate')
    expect([closedAt(kept), closedAt(kept, at('2026-11-03'))]).toEqual([null, at('2026-11-02T12:00:00Z')])
  })

  it('reads what it wrote, and nothing else', () => {
    for (const alert of [one, closed, again]) expect(parseAlert(renderAlert(alert))).toEqual(alert)
    for (const line of ['', '[]', '{}', renderAlert(closed).replace('"duplicate"', '"guilty"')])
      expect(parseAlert(line)).toBeUndefined()
  })
})
