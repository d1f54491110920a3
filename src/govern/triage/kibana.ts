import { fieldReader, type JsonObject } from '../../event/field.ts'
import { parseTime, type Time } from '../../event/record.ts'
import type { AlertState, AlertStatus, RegisteredAlert } from './register.ts'
import { verdictNamed, type Verdict } from './verdict.ts'

/** What is asked of each alert; Kibana's names (kibana.alert.*) and ECS. */
export const KIBANA_FIELDS = [
  '@timestamp',
  'kibana.alert.uuid',
  'kibana.alert.rule.rule_id',
  'kibana.alert.rule.name',
  'kibana.alert.rule.version',
  'kibana.alert.original_time',
  'kibana.alert.workflow_status',
  'kibana.alert.workflow_status_updated_at',
  'kibana.alert.workflow_user',
  'kibana.alert.workflow_reason',
  'kibana.alert.workflow_tags',
  'kibana.alert.case_ids',
  'host.name',
] as const

/** The reasons that Kibana has for closing an alert, from 9.2 on. One that a team added itself is `other`. */
const REASONS: ReadonlyMap<string, Verdict | null> = new Map([
  ['true_positive', 'true_positive'],
  ['benign_positive', 'benign_true_positive'],
  // Kibana does not say which; a tag does. A rule that fired wrongly is one of its logic until shown otherwise.
  ['false_positive', 'false_positive_logic'],
  ['duplicate', 'duplicate'],
  ['other', 'other'],
  // Nobody looked.
  ['automated_closure', null],
])

const read = new Map(KIBANA_FIELDS.map((name) => [name as string, fieldReader(name)]))

/** What is kept of a case that an alert is in. */
export interface KibanaCase {
  readonly tags: readonly string[]
  readonly title: string
}

/**
 * An alert as Kibana gives it. The verdict is that of a tag with a word of the scale (`verdict:WORD` or the word alone), else of
 * the reason it was closed for, else of a tag of its cases: a tag can say more than a reason, and a case is about several.
 * Undefined for a document without an id, a rule or a time.
 */
export function kibanaAlert(
  source: JsonObject,
  target: string,
  cases: ReadonlyMap<string, KibanaCase>,
): RegisteredAlert | undefined {
  const texts = (name: (typeof KIBANA_FIELDS)[number]): readonly string[] =>
    (read.get(name)?.(source) ?? []).map((each) => String(each))
  const time = (name: (typeof KIBANA_FIELDS)[number]): Time | null => parseTime(texts(name)[0]) ?? null
  const [id] = texts('kibana.alert.uuid')
  const [rule] = texts('kibana.alert.rule.rule_id')
  const raised = time('@timestamp')
  if (id === undefined || rule === undefined || raised === null) return undefined
  const status = statusOf(texts('kibana.alert.workflow_status')[0])
  const [reason] = texts('kibana.alert.workflow_reason')
  const [by] = texts('kibana.alert.workflow_user')
  const tags = texts('kibana.alert.workflow_tags')
  const ofCases = texts('kibana.alert.case_ids').flatMap((each) => cases.get(each) ?? [])
  const caseTags = ofCases.flatMap((each) => each.tags)
  const verdict = tagged(tags) ?? verdictOfReason(reason) ?? tagged(caseTags) ?? null
  const unknown = reason !== undefined && !REASONS.has(reason) ? [`reason: ${reason}`] : []
  const note = [...unknown, ...ofCases.map(({ title }) => `case: ${title}`)].join('; ')
  const state: AlertState = {
    at: time('kibana.alert.workflow_status_updated_at') ?? raised,
    ...{ status, verdict, by: by ?? null },
    note: note === '' ? null : note,
  }
  const untouched = status === 'open' && verdict === null && note === ''
  const version = Number(texts('kibana.alert.rule.version')[0])
  return {
    ...{ id, target, rule, raised },
    title: texts('kibana.alert.rule.name')[0] ?? rule,
    version: Number.isSafeInteger(version) ? version : null,
    host: texts('host.name')[0] ?? null,
    happened: time('kibana.alert.original_time'),
    states: untouched ? [] : [state],
  }
}

/** The cases that an alert is in. */
export function kibanaCaseIds(source: JsonObject): readonly string[] {
  return (read.get('kibana.alert.case_ids')?.(source) ?? []).map(String)
}

/** `in-progress` is what older versions call acknowledged. */
function statusOf(text: string | undefined): AlertStatus {
  if (text === 'closed') return 'closed'
  return text === 'acknowledged' || text === 'in-progress' ? 'acknowledged' : 'open'
}

function verdictOfReason(reason: string | undefined): Verdict | null | undefined {
  if (reason === undefined) return undefined
  return REASONS.has(reason) ? REASONS.get(reason) : 'other'
}

function tagged(tags: readonly string[]): Verdict | undefined {
  return tags.map((tag) => verdictNamed(tag.replace(/^verdict:/, ''))).find((each) => each !== undefined)
}
