import { renderYaml } from '../../diagnostic/yaml-text.ts'
import type { Alert } from '../../event/alert.ts'
import { exactText, fieldReader } from '../../event/field.ts'
import type { EventRecord, Time } from '../../event/record.ts'
import { DAY, formatDay } from '../day.ts'
import { draftBaseline, driftIn } from './baseline-draft.ts'
import type { Verdict } from './verdict.ts'

/** What a verdict leads to; nothing of it is applied by itself. */
export interface Feedback {
  readonly kind: 'baseline' | 'exception' | 'rule-change'
  /** Texts by the name of their file, in a folder of their own. */
  readonly files: ReadonlyMap<string, string>
}

export interface FeedbackOptions {
  /** The rule by its name, or its id where it has none. */
  readonly rule: string
  readonly title: string
  readonly by: string
  readonly now: Time
  /** A recording on which the rule fires, as seen from the folder; null: the pack has none. */
  readonly attack: string | null
  /** The text of a baseline of a service by its id; null: the pack has none of its own. */
  readonly baseline: (id: string) => string | null
}

/** An exception that nobody thought about longer is asked again after half a year. */
const TERM = 180 * DAY

/** Fields that say what was used and by what: an exception is narrowed to those that were the same in every step. */
const SCOPED = [
  'process.executable',
  'service.name',
  'detpack.task.name',
  'file.path',
  'destination.ip',
  'destination.port',
]

/**
 * What a verdict asks for: a benign true alert for a wider baseline where it tells of drift from one, else for an exception,
 * narrowed to what its events have in common; a false one for a
 * change of the rule, with its own events as a test on which the rule must stay silent. Undefined for verdicts that ask for
 * nothing.
 */
export function feedbackOf(alert: Alert, verdict: Verdict, options: FeedbackOptions): Feedback | undefined {
  const steps = alert.steps.flatMap(({ event }) => event ?? [])
  const events = [...steps, ...(alert.hops ?? [])]
  const own = [...new Map(events.map((event) => [event.id ?? `line ${event.line}`, event])).values()]
  const recording = own
    .sort((a, b) => (a.time ?? 0) - (b.time ?? 0) || (a.sequence ?? 0) - (b.sequence ?? 0))
    .map(({ fields }) => `${JSON.stringify(fields)}\n`)
    .join('')
  switch (verdict) {
    case 'benign_true_positive': {
      const drift = driftIn(own.map(({ fields }) => fields))
      const standing = drift === undefined ? null : options.baseline(drift.baseline)
      if (drift !== undefined && standing !== null) {
        const draft = draftBaseline(standing, drift, { by: options.by, now: options.now, alert: alert.id })
        return {
          kind: 'baseline',
          files: new Map([
            ['baseline.yml', draft],
            ['benign.ndjson', recording],
          ]),
        }
      }
      return {
        kind: 'exception',
        files: new Map([
          [
            'exception.yml',
            draftException(
              alert,
              options,
              // Of hops the rule knows nothing, and they go to other objects and places.
              steps.map(({ fields }) => fields),
            ),
          ],
          ['benign.ndjson', recording],
        ]),
      }
    }
    case 'false_positive_logic':
    case 'false_positive_data':
      return {
        kind: 'rule-change',
        files: new Map([
          ['silent.test.yml', silentTest(alert, options)],
          ['false-alert.ndjson', recording],
        ]),
      }
    case 'true_positive':
    case 'duplicate':
    case 'undetermined':
    case 'other':
      return undefined
  }
}

type Fields = EventRecord['fields']

/** What is left empty is for people to fill in: as it is, the file does not pass the check. */
function draftException(
  alert: Alert,
  { rule, title, by, now, attack }: FeedbackOptions,
  events: readonly Fields[],
): string {
  const scope = SCOPED.flatMap((field): readonly (readonly [string, string | readonly string[]])[] => {
    const read = fieldReader(field)
    const values = events.map((event) => read(event).map(exactText))
    const all = [...new Set(values.flat())].sort()
    // In the scope, every event has to have it.
    if (all.length === 0 || all.length > 5 || values.some((each) => each.length === 0)) return []
    return [[field, all.length === 1 ? (all[0] ?? '') : all]]
  })
  const draft = {
    id: `X-${alert.id.slice(0, 12)}`,
    title: `${title}: as it was in alert ${alert.id.slice(0, 12)}`,
    rule,
    reason: '',
    owner: '',
    author: by,
    approver: '',
    ticket: '',
    scope: Object.fromEntries(scope),
    from: formatDay(now),
    until: formatDay((now + TERM) as Time),
    alerts: [alert.id],
    residual: [],
    tests: { fires: attack ?? '', silent: 'benign.ndjson' },
  }
  const head =
    '# Drafted from a benign alert: fill in what is empty, make the scope as narrow as it can be, and move it with its\n' +
    '# recording to rules/exceptions. Events in the scope are not there for the rule.\n'
  return `${head}${renderYaml(draft)}`
}

function silentTest(alert: Alert, { rule }: FeedbackOptions): string {
  const test = {
    rule,
    cases: [
      {
        name: `was no ${rule}: alert ${alert.id.slice(0, 12)}`,
        events: 'false-alert.ndjson',
        alerts: 0,
        differs: 'say what the rule has to tell apart',
      },
    ],
  }
  const head =
    '# The rule fired on these events and should not have. It fails until the rule is changed; then move both files to the\n' +
    '# tests of the pack.\n'
  return `${head}${renderYaml(test)}`
}
