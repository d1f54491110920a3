import { fieldReader } from '../../event/field.ts'
import type { Alert } from '../../event/alert.ts'
import { parseTime } from '../../event/record.ts'
import type { AlertState, RegisteredAlert } from './register.ts'
import { verdictNamed } from './verdict.ts'

/** What the local store has of a verdict. */
export interface GivenVerdict {
  readonly verdict: string
  readonly analyst: string
  readonly note: string | null
  readonly givenAt: string
}

const host = fieldReader('host.name')

/**
 * An alert of the local store with its verdicts, the oldest first. A verdict closes it. Undefined when its time of storing
 * cannot be read.
 */
export function localAlert(
  alert: Alert,
  storedAt: string,
  verdicts: readonly GivenVerdict[],
  target: string,
  rule: { readonly title: string; readonly version: number | null },
): RegisteredAlert | undefined {
  const raised = parseTime(storedAt)
  if (raised === undefined) return undefined
  const first = alert.steps.find(({ event }) => event !== null)?.event
  const states = verdicts.flatMap(({ verdict, analyst, note, givenAt }): readonly AlertState[] => {
    const [at, said] = [parseTime(givenAt), verdictNamed(verdict)]
    return at === undefined || said === undefined ? [] : [{ at, status: 'closed', verdict: said, by: analyst, note }]
  })
  return {
    ...{ id: alert.id, target, rule: alert.rule, title: rule.title, version: rule.version, raised, states },
    host: first ? (host(first.fields).map(String)[0] ?? null) : null,
    happened: alert.last,
  }
}
