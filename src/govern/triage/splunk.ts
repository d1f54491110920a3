import type { JsonObject } from '../../event/field.ts'
import { parseTime, type Time } from '../../event/record.ts'
import { textIn } from '../json.ts'
import type { AlertState, AlertStatus, RegisteredAlert } from './register.ts'
import type { Verdict } from './verdict.ts'

/** Dispositions of Enterprise Security (disposition:0 to :6). */
const DISPOSITIONS: ReadonlyMap<string, Verdict | null> = new Map([
  ['0', null],
  ['1', 'true_positive'],
  ['2', 'benign_true_positive'],
  ['3', 'false_positive_logic'],
  ['4', 'false_positive_data'],
  ['5', 'other'],
  ['6', 'undetermined'],
])

/** Statuses of Enterprise Security: 0 unassigned, 1 new, 2 in progress, 3 pending, 4 resolved, 5 closed. */
const STATUSES: ReadonlyMap<string, AlertStatus> = new Map([
  ['0', 'open'],
  ['1', 'open'],
  ['2', 'acknowledged'],
  ['3', 'acknowledged'],
  ['4', 'closed'],
  ['5', 'closed'],
])

/**
 * A notable of the macro `notable`, or a finding of Enterprise Security 8, as an alert of the register.
 *
 * @param rules the ids of rules by the name of their search or their title; a notable of another search is not ours
 */
export function splunkAlert(
  row: JsonObject,
  target: string,
  rules: ReadonlyMap<string, { readonly id: string; readonly title: string; readonly version: number | null }>,
): RegisteredAlert | undefined {
  const text = (...names: readonly string[]): string | undefined =>
    names.map((name) => textIn(row, name)).find((each) => each !== undefined && each !== '')
  const id = text('event_id', 'finding_id')
  const rule = ['search_name', 'rule_name', 'rule_title'].map((name) => rules.get(text(name) ?? '')).find(Boolean)
  const raised = timeOf(text('_time', 'time'))
  if (id === undefined || rule === undefined || raised === undefined) return undefined
  const status = STATUSES.get(text('status') ?? '') ?? 'open'
  const disposition = text('disposition')?.replace(/^disposition:/, '')
  // A disposition that a site added itself is none of the scale.
  const verdict =
    disposition === undefined
      ? null
      : (DISPOSITIONS.get(disposition) ?? (DISPOSITIONS.has(disposition) ? null : 'other'))
  const state: AlertState = {
    at: timeOf(text('review_time')) ?? raised,
    ...{ status, verdict, by: text('reviewer', 'owner') ?? null, note: text('comment') ?? null },
  }
  const untouched = status === 'open' && verdict === null && state.note === null
  return {
    ...{ id, target, raised, rule: rule.id, title: rule.title, version: rule.version },
    host: text('dest', 'host_name', 'orig_host', 'host') ?? null,
    happened: timeOf(text('orig_time', 'event_time')) ?? null,
    states: untouched ? [] : [state],
  }
}

/** Seconds since 1970 with or without decimals, as Splunk writes times; or ISO 8601. */
function timeOf(text: string | undefined): Time | undefined {
  if (text === undefined) return undefined
  return /^\d{9,11}(?:\.\d+)?$/.test(text) ? (Math.floor(Number(text) * 1000) as Time) : parseTime(text)
}
