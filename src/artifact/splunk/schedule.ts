import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { latenessOf, reachOf } from '../../backend/spl/window.ts'
import { formatDuration, milliseconds, type Duration } from '../../ir/duration.ts'
import type { Program, Rule } from '../../ir/rule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A search over more than this holds much at once. */
const LONG = milliseconds(6 * HOUR)

export interface SplunkSchedule {
  readonly cron: string
  /** Relative times, on whole minutes. */
  readonly earliest: string
  readonly latest: string
  /** For how long an alert can be found again, in seconds. */
  readonly overlap: number
}

/**
 * When a search runs and what it looks at. It looks at what is older than `lag`, so that everything of that time has
 * arrived: an event that comes later than that is missed, and could have been the one whose absence was asked for. It
 * looks back over one period, over all that an alert may hang on, and over the time that an absence keeps it open. Runs
 * overlap, so that each alert lies whole in one of them; those found twice are suppressed by their identity.
 *
 * - `artifact/splunk-period` (error): the period is not a number of minutes that divides an hour, or of hours that
 *   divides a day, which cron needs.
 * - `artifact/splunk-period` (warning): it runs every minute, which Splunk's own check of apps warns of.
 * - `artifact/splunk-span` (warning): the search covers more than six hours at every run.
 */
export function splunkSchedule(
  rule: Rule,
  program: Program,
  period: Duration,
  lag: Duration,
): { readonly schedule: SplunkSchedule; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const cron = cronOf(period)
  if (cron === undefined)
    diagnostics.push(
      error('artifact/splunk-period', `cron cannot say a period of ${formatDuration(period)}`, rule.span, {
        hint: 'take a number of minutes that divides an hour, or of hours that divides a day',
      }),
    )
  else if (period < 2 * MINUTE)
    diagnostics.push(
      warning('artifact/splunk-period', 'it runs every minute, and a busy Splunk falls behind', rule.span, {
        hint: 'take a period of some minutes; detpack watch tells at once on one machine',
      }),
    )
  const latest = Math.ceil(lag / MINUTE)
  const reach = reachOf(rule, program)
  const back = latest + Math.ceil((period + reach + latenessOf(rule, program)) / MINUTE)
  if (reach > LONG)
    diagnostics.push(
      warning(
        'artifact/splunk-span',
        `each run reads ${formatDuration(milliseconds(back * MINUTE))} of events and sorts those that the rule matches`,
        rule.span,
        { hint: 'run it less often, or shorten its timespan' },
      ),
    )
  return {
    schedule: { cron: cron ?? '', earliest: `-${back}m@m`, latest: `-${latest}m@m`, overlap: back * 60 },
    diagnostics,
  }
}

function cronOf(period: Duration): string | undefined {
  if (period % HOUR === 0) {
    const hours = period / HOUR
    if (hours === 24) return '0 0 * * *'
    if (hours === 1) return '0 * * * *'
    return 24 % hours === 0 ? `0 */${hours} * * *` : undefined
  }
  const minutes = period / MINUTE
  if (!Number.isInteger(minutes) || 60 % minutes !== 0) return undefined
  return minutes === 1 ? '* * * * *' : `*/${minutes} * * * *`
}
