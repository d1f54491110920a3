import { canonicalJson } from '../../event/canonical.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { formatTime, type Time } from '../../event/record.ts'
import { countIn, listIn, objectIn, parseObject, textIn, timeIn } from '../json.ts'
import { verdictNamed, type Verdict } from './verdict.ts'

/** An alert in the register: what became of it, wherever it is kept. */
export interface RegisteredAlert {
  readonly id: string
  /** The name of the target that it came from. */
  readonly target: string
  /** The id of the rule, and its version when it fired. */
  readonly rule: string
  readonly title: string
  readonly version: number | null
  readonly host: string | null
  /** When the last event of it happened; null where that is not told. */
  readonly happened: Time | null
  readonly raised: Time
  /** What is known of it now, and all that was known before, the oldest first. */
  readonly states: readonly AlertState[]
}

/** What was said of an alert at one time. */
export interface AlertState {
  readonly at: Time
  readonly status: AlertStatus
  readonly verdict: Verdict | null
  readonly by: string | null
  /** The analyst's words, the cases and tickets. */
  readonly note: string | null
}

export const ALERT_STATUSES = ['open', 'acknowledged', 'closed'] as const
export type AlertStatus = (typeof ALERT_STATUSES)[number]

/** The state of an alert at a time, by default the last: of what came later nothing counts. */
export function stateAt({ states, raised }: RegisteredAlert, time = Infinity): AlertState {
  const known = states.filter((state) => state.at < time)
  return known.at(-1) ?? { at: raised, status: 'open', verdict: null, by: null, note: null }
}

/** When it was first acknowledged or closed before that time; null: not yet. */
export function acknowledgedAt({ states }: RegisteredAlert, time = Infinity): Time | null {
  return states.find(({ status, at }) => status !== 'open' && at < time)?.at ?? null
}

/** When it was closed, if it is closed then. */
export function closedAt(alert: RegisteredAlert, time = Infinity): Time | null {
  const known = alert.states.filter(({ at }) => at < time)
  const since = known.findLastIndex(({ status }) => status !== 'closed') + 1
  return known[since]?.at ?? null
}

/** One alert as a line. */
export function renderAlert(alert: RegisteredAlert): string {
  const { states, happened, raised } = alert
  return canonicalJson({
    ...alert,
    happened: happened === null ? null : formatTime(happened),
    raised: formatTime(raised),
    states: states.map((state) => ({ ...state, at: formatTime(state.at) })),
  })
}

/** Reads a line that `renderAlert` wrote; undefined for anything else. */
export function parseAlert(line: string): RegisteredAlert | undefined {
  const json = parseObject(line)
  const [id, target, rule] = [textIn(json, 'id'), textIn(json, 'target'), textIn(json, 'rule')]
  const [title, raised] = [textIn(json, 'title'), timeIn(json, 'raised')]
  const states = listIn(json?.['states']).map(stateOf)
  if (id === undefined || target === undefined || rule === undefined || title === undefined) return undefined
  if (raised === undefined || states.includes(undefined)) return undefined
  return {
    ...{ id, target, rule, title, raised },
    version: countIn(json, 'version') ?? null,
    host: textIn(json, 'host') ?? null,
    happened: timeIn(json, 'happened') ?? null,
    states: states as readonly AlertState[],
  }
}

function stateOf(value: Json): AlertState | undefined {
  const json: JsonObject | undefined = objectIn(value)
  const at = timeIn(json, 'at')
  const status = ALERT_STATUSES.find((each) => each === textIn(json, 'status'))
  const said = textIn(json, 'verdict')
  const verdict = said === undefined ? null : verdictNamed(said)
  if (at === undefined || status === undefined || verdict === undefined) return undefined
  return { at, status, verdict, by: textIn(json, 'by') ?? null, note: textIn(json, 'note') ?? null }
}

/**
 * Adds what was pulled to what the register has: an alert that is known keeps its states, and gets a new one where the
 * target says something else than the last. What a target forgets when an alert is opened again stays.
 *
 * @returns how many were new, and how many had changed
 */
export function mergeAlerts(
  register: Map<string, RegisteredAlert>,
  pulled: Iterable<RegisteredAlert>,
): { readonly added: number; readonly changed: number } {
  let [added, changed] = [0, 0]
  for (const alert of pulled) {
    const known = register.get(alert.id)
    if (known === undefined) {
      register.set(alert.id, alert)
      added += 1
      continue
    }
    const fresh = alert.states.filter((state) => !known.states.some((one) => sameState(one, state)))
    const last = stateAt(known)
    const later = fresh.filter((state) => state.at >= last.at && !sameSaying(last, state))
    if (later.length === 0) continue
    register.set(alert.id, { ...known, states: [...known.states, ...later] })
    changed += 1
  }
  return { added, changed }
}

function sameSaying(a: AlertState, b: AlertState): boolean {
  return a.status === b.status && a.verdict === b.verdict && a.by === b.by && a.note === b.note
}

function sameState(a: AlertState, b: AlertState): boolean {
  return a.at === b.at && sameSaying(a, b)
}
