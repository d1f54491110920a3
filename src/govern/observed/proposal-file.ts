import { renderYaml } from '../../diagnostic/yaml-text.ts'
import { formatTime, type Time } from '../../event/record.ts'
import { formatDuration, type Duration } from '../../ir/duration.ts'
import type { Evidence } from './evidence.ts'
import type { MadeCall } from './made-calls.ts'
import type { Proposal } from './proposal.ts'

export interface ProposedBy {
  readonly by: string
  readonly at: Time
  readonly owner: string
  readonly reviewEvery: Duration
}

/**
 * A proposal as a file: a profile for one unit, in the form of rules/baselines/profiles, and below `proposal` what it rests
 * on. A reviewer may change it before it is approved.
 */
export function renderProposal(proposal: Proposal, { by, at, owner, reviewEvery }: ProposedBy): string {
  const { observation, linuxCapabilities, lines } = proposal
  const { unit, window, phases, hosts, refused } = observation
  const keys = [...new Set(lines.map(({ key }) => key))]
  const file = {
    id: unit,
    title: `${unit} as it was seen`,
    owner,
    units: [unit],
    review_every: formatDuration(reviewEvery),
    root: proposal.root,
    exposure: proposal.exposure,
    linux_capabilities: Object.fromEntries(
      linuxCapabilities.map(({ name, why, risk, evidence }) => [
        name,
        { why, risk, ...(evidence === null && { optional: true }) },
      ]),
    ),
    settings: Object.fromEntries(
      keys.map((key) => {
        const own = lines.filter((line) => line.key === key)
        const values = own.map(({ value }) => value)
        return [key, { value: values.length === 1 ? values[0] : values, why: own[0]?.why }]
      }),
    ),
    proposal: {
      by,
      at: formatTime(at),
      window: window && { from: formatTime(window.from), to: formatTime(window.to) },
      hosts,
      starts: phases.starts,
      reloads: phases.reloads,
      rotations: phases.rotations,
      without: proposal.without,
      doubts: proposal.doubts,
      used: evidenceOf(observation.granted),
      refused_but_succeeded: evidenceOf(refused.succeeded),
      refused_and_failed: evidenceOf(refused.denied),
      refused_and_unseen: evidenceOf(refused.unseen),
      not_seen: linuxCapabilities.filter(({ evidence }) => evidence === null).map(({ name }) => name),
      address_families: evidenceOf(observation.addressFamilies),
      ...(observation.made !== null && { system_calls: spansOf(observation.made) }),
    },
  }
  const head = '# yaml-language-server: $schema=../../../mappings/service-profile.schema.json\n'
  return `${head}${renderYaml(file)}`
}

/** To a minute: the sensor tells of system calls that often. */
function spansOf(all: ReadonlyMap<string, MadeCall>): Readonly<Record<string, object>> {
  return Object.fromEntries(
    [...all].map(([name, { first, last }]) => [name, { first: formatTime(first), last: formatTime(last) }]),
  )
}

function evidenceOf(all: ReadonlyMap<string, Evidence>): Readonly<Record<string, object>> {
  const entries = [...all].map(([name, { count, first, last, calls, programs, hosts }]) => [
    name,
    { count, first: formatTime(first), last: formatTime(last), calls, programs, hosts },
  ])
  return Object.fromEntries(entries) as Readonly<Record<string, object>>
}
