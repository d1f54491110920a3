import { exactText, fieldReader } from '../event/field.ts'
import type { Alert } from '../event/alert.ts'
import type { EventRecord } from '../event/record.ts'
import { evaluate } from '../engine/stream/evaluate.ts'
import type { Program, Rule, RuleId } from '../ir/rule.ts'
import { programOf } from './rule-test.ts'

/** Alerts that there are with one set of rules and not with another. Rules of one id are the same, whatever they say. */
export function silenced(before: Program, after: Program, events: readonly EventRecord[]): readonly Alert[] {
  const left = new Set(evaluate(after, events).alerts.map(({ id }) => id))
  return evaluate(before, events).alerts.filter(({ id }) => !left.has(id))
}

/** An attack that was recorded: a rule of the pack fires on it, as its test says, and is silent on its good twins. */
export interface RecordedAttack {
  readonly recording: string
  readonly rule: Rule
  readonly events: readonly EventRecord[]
  readonly twins: readonly (readonly EventRecord[])[]
}

/**
 * The alerts that would be silenced on what makes a recorded attack one: the event that closes an alert of the rule which
 * fires there, unless a good twin of the attack does the same. What else a recording holds, such as a program that starts,
 * is the same in a good run. A rule that counts closes with an event that is no attack by itself: of it only correlations
 * are looked at.
 *
 * @param program the mapped rules of the pack, the attack's among them
 */
export function silencedAttack(
  before: Program,
  after: Program,
  program: Program,
  { rule, events, twins }: RecordedAttack,
): readonly Alert[] {
  const lost = silenced(before, after, events)
  if (lost.length === 0) return []
  const counts = rule.kind === 'correlation' && (rule.body.type === 'value' || rule.body.type === 'count')
  const found = evaluate(programOf(program, rule.id), events).alerts
  const closing = new Set(found.filter((alert) => alert.rule === rule.id).map((alert) => lastOf(alert)?.line))
  const own = lost.filter((alert) => {
    if (counts && before.rules.get(alert.rule as RuleId)?.kind !== 'correlation') return false
    return closing.has(lastOf(alert)?.line)
  })
  if (own.length === 0) return []
  const good = new Set(twins.flatMap((twin) => silenced(before, after, twin).map((alert) => deedOf(alert, before))))
  return own.filter((alert) => !good.has(deedOf(alert, before)))
}

function lastOf({ steps }: Alert): EventRecord | undefined {
  return steps.findLast(({ event }) => event !== null)?.event ?? undefined
}

const WHAT = ['file.path', 'detpack.object.class', 'destination.ip', 'destination.port', 'network.transport'].map(
  fieldReader,
)
const actionOf = fieldReader('event.action')

/** What was done, as far as the rule looks at it: one that asks for the capability alone looks at nothing else. */
function deedOf(alert: Alert, program: Program): string {
  const event = lastOf(alert)?.fields ?? {}
  const isOfCapability = program.rules.get(alert.rule as RuleId)?.name?.endsWith('.capability') === true
  const readers = isOfCapability ? [actionOf] : [actionOf, ...WHAT]
  return [alert.rule, ...readers.map((read) => read(event).map(exactText).join(','))].join('\n')
}
