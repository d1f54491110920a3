import { fieldReader } from '../../../event/field.ts'
import { joinSightings, type Sighting } from '../../../govern/coverage.ts'
import { EventFile } from '../../events.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { readStretches, REGISTERS, writeStretches } from '../../registers.ts'
import { plural } from '../../render/plural.ts'
import { report } from '../../report.ts'
import { reviewFile } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'

/** What says that a sensor works, or counts what it lost. */
const SAYING: ReadonlySet<unknown> = new Set(['sensor_start', 'sensor_health', 'sensor_stop', 'sensor_loss'])

/** Puts on the register when hosts were watched, from the sensor's own events. The same events twice change nothing but losses. */
export async function evidenceCoverage(shared: Shared, files: readonly string[]): Promise<ExitCode> {
  const configuration = loadUsableConfiguration('.')
  const known = await readStretches(configuration)
  let seen = 0
  function* sightings(): Generator<Sighting> {
    const [action, host, lost] = ['event.action', 'host.name', 'detpack.loss.count'].map(fieldReader)
    for (const each of files) {
      const events = new EventFile(each)
      for (const { fields, time } of events.records()) {
        if (time === null || !SAYING.has(action?.(fields)[0])) continue
        seen += 1
        yield { host: String(host?.(fields)[0] ?? 'unknown'), time, lost: Number(lost?.(fields)[0] ?? 0) }
      }
      report(events.diagnostics, shared.color)
    }
  }
  const stretches = joinSightings(sightings(), known)
  writeStretches(configuration, stretches)
  const hosts = new Set(stretches.map(({ host }) => host)).size
  say(
    `${plural(seen, 'sign')} of sensors read; ${plural(stretches.length, 'stretch', 'stretches')} of ${plural(hosts, 'host')} in ${reviewFile(configuration, REGISTERS.coverage)}`,
  )
  return ExitCode.ok
}
