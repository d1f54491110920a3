import { fieldReader, type JsonObject } from '../../../event/field.ts'
import { formatTime, parseTime, type Time } from '../../../event/record.ts'
import { joinSightings, type Sighting } from '../../../govern/coverage.ts'
import type { Configuration } from '../../../pack/configuration.ts'
import { readEvents } from '../../../target/elastic/event-search.ts'
import { openElasticsearch, type ElasticsearchOptions } from '../../elasticsearch.ts'
import { EventFile } from '../../events.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { readStretches, REGISTERS, writeStretches } from '../../registers.ts'
import { stretchOf, type StretchOptions } from '../../period.ts'
import { plural } from '../../render/plural.ts'
import { report } from '../../report.ts'
import { reviewFile } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { TargetProblem } from '../../target-problem.ts'
import { say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'

export interface EvidenceCoverageOptions extends ElasticsearchOptions, StretchOptions {
  /** A target of the kind elastic. */
  readonly from?: string
}

/** What says that a sensor works, or counts what it lost. */
const SAYING = ['sensor_start', 'sensor_health', 'sensor_stop', 'sensor_loss'] as const

const FIELDS = ['event.action', 'event.provider', 'host.name', 'detpack.loss.count'] as const
const action = fieldReader(FIELDS[0])
const provider = fieldReader(FIELDS[1])
const host = fieldReader(FIELDS[2])
const lost = fieldReader(FIELDS[3])

/** Puts on the register when hosts were watched, from the sensor's own events. The same events twice change nothing but losses. */
export async function evidenceCoverage(
  shared: Shared,
  files: readonly string[],
  options: EvidenceCoverageOptions,
): Promise<ExitCode> {
  const { from } = options
  if (files.length === 0 && from === undefined) throw new Unusable('name files of events, or a target with --from')
  const configuration = loadUsableConfiguration('.')
  const known = await readStretches(configuration)
  const seen = [...files.flatMap((file) => sightingsIn(file, shared))]
  if (from !== undefined) for await (const each of sightingsAt(configuration, from, options)) seen.push(each)
  const stretches = joinSightings(seen, known)
  writeStretches(configuration, stretches)
  const hosts = new Set(stretches.map((each) => each.host)).size
  say(
    `${plural(seen.length, 'sign')} of sensors read; ${plural(stretches.length, 'stretch', 'stretches')} of ${plural(hosts, 'host')} in ${reviewFile(configuration, REGISTERS.coverage)}`,
  )
  return ExitCode.ok
}

function sightingsIn(file: string, shared: Shared): readonly Sighting[] {
  const events = new EventFile(file)
  const seen: Sighting[] = []
  for (const { fields, time } of events.records())
    if (SAYING.some((one) => one === action(fields)[0])) seen.push(...sightingOf(fields, time))
  report(events.diagnostics, shared.color)
  return seen
}

/** Page by page: a fleet says that it works a million times a day. What Elasticsearch refuses is a `TargetProblem`. */
async function* sightingsAt(
  all: Configuration,
  from: string,
  options: EvidenceCoverageOptions,
): AsyncGenerator<Sighting> {
  const period = stretchOf(options)
  const { client, configuration } = await openElasticsearch(all, '--from', from, options)
  const asked = { actions: SAYING, from: formatTime(period.from), to: formatTime(period.to) }
  const fields = ['@timestamp', ...FIELDS]
  try {
    for await (const page of readEvents(client, configuration.elastic.index, { ...asked, fields })) {
      if (page.kind === 'failed') throw new TargetProblem([page.diagnostic])
      for (const source of page.value) yield* sightingOf(source, parseTime(source['@timestamp']) ?? null)
    }
  } finally {
    await client.close()
  }
}

/** That a shipper is well says nothing of the sensor; what it lost is lost. */
function sightingOf(fields: JsonObject, time: Time | null): readonly Sighting[] {
  if (time === null || (provider(fields)[0] === 'shipper' && action(fields)[0] !== 'sensor_loss')) return []
  return [{ host: String(host(fields)[0] ?? 'unknown'), time, lost: Number(lost(fields)[0] ?? 0) }]
}
