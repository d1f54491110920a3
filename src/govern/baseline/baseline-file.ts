import { renderYaml } from '../../diagnostic/yaml-text.ts'
import { entriesOf, SETS, type Baseline } from '../../behaviour/baseline/baseline.ts'
import { RATE_WORDS } from '../../behaviour/baseline/baseline-change.ts'
import type { Proposed } from '../../behaviour/baseline/propose-baseline.ts'
import { formatTime, type Time } from '../../event/record.ts'
import { formatDuration } from '../../ir/duration.ts'

/** What a proposal rests on, for the reviewer. */
export interface ProposalEvidence {
  readonly by: string
  readonly at: Time
  readonly uses: number
  readonly from: Time
  readonly to: Time
  readonly hosts: number
  /** Alerts on the events that were given, which it would silence: the rule, and how many. */
  readonly silences: Readonly<Record<string, number>>
  readonly events: number
}

/** A proposal as a file, in the form of rules/baselines/behaviour; a reviewer may change it before it is approved. */
export function renderBaseline({ baseline, seldom, withheld }: Proposed, evidence: ProposalEvidence): string {
  const { subject, title, owner, gaps, runs } = baseline
  const { by, at, uses, from, to, hosts, silences, events } = evidence
  const file = {
    subject,
    title,
    owner,
    ...Object.fromEntries(SETS.map((set) => [set, entriesOf(baseline, set)])),
    gaps: gaps.map(({ objectClass, usual }) => ({ class: objectClass, usual: formatDuration(usual) })),
    rates: ratesOf(baseline),
    proposal: {
      by,
      at: formatTime(at),
      window: { from: formatTime(from), to: formatTime(to) },
      runs,
      uses,
      hosts,
      seen_seldom: seldom,
      withheld,
      silences: { on_events: events, alerts: silences },
    },
  }
  return renderYaml(file)
}

function ratesOf({ rates }: Baseline): Readonly<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const [name, word] of Object.entries(RATE_WORDS)) {
    const most = rates[name as keyof typeof rates]
    if (most !== null) found[word] = most
  }
  return found
}
