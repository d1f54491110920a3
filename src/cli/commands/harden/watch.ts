import { createReadStream, existsSync, readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { hasErrors } from '../../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../../event/field.ts'
import { NdjsonReader, renderNdjson } from '../../../event/ndjson.ts'
import { parseTime } from '../../../event/record.ts'
import { DriftEvents } from '../../../govern/drift/drift-event.ts'
import { DriftWatcher } from '../../../govern/drift/drift.ts'
import { compareUnits, type UnitDigests } from '../../../govern/drift/unit-drift.ts'
import type { ServiceProfile } from '../../../govern/profile/profile.ts'
import { reason } from '../../../pack/system-reason.ts'
import { hostOf } from '../../../ship/own-event.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { loadProfiles } from '../../profiles.ts'
import { plural } from '../../render/plural.ts'
import { report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { produce, say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import { writeWhole } from '../../whole-file.ts'
import { durationOf } from './propose.ts'

export interface HardenWatchOptions {
  readonly root: string
  readonly every: string
  readonly state?: string
  readonly once?: boolean
}

/**
 * Tells as events (NDJSON) when a service uses a Linux capability beyond its baseline, and when its unit is not what it was.
 * Ends with the stream, or at a signal; with `--once` after one look at the units and the end of the stream.
 */
export async function hardenWatch(
  shared: Shared,
  events: string | undefined,
  options: HardenWatchOptions,
): Promise<ExitCode> {
  const { profiles, diagnostics } = loadProfiles(loadUsableConfiguration('.'))
  report(diagnostics, shared.color)
  if (hasErrors(diagnostics)) return ExitCode.no
  const every = durationOf(options.every)
  const watching = new Watching(profiles, options)
  const stopped = new AbortController()
  const stop = (): void => stopped.abort()
  process.on('SIGINT', stop).on('SIGTERM', stop)
  await watching.units()
  const timer = options.once === true ? undefined : setInterval(() => void watching.units(), every)
  try {
    if (events !== undefined) await watching.stream(streamOf(events, stopped.signal), events)
    else if (options.once !== true) await new Promise((resolve) => stopped.signal.addEventListener('abort', resolve))
  } finally {
    clearInterval(timer)
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
  say(`${plural(watching.told, 'drift')} told of ${plural(watching.watched, 'unit')} with a baseline`)
  return watching.told > 0 ? ExitCode.no : ExitCode.ok
}

class Watching {
  told = 0
  watched = 0
  readonly #profiles: readonly ServiceProfile[]
  readonly #options: HardenWatchOptions
  readonly #watcher: DriftWatcher
  readonly #made = new DriftEvents(hostOf(undefined), new Date())
  #digests: UnitDigests

  constructor(profiles: readonly ServiceProfile[], options: HardenWatchOptions) {
    this.#profiles = profiles
    this.#options = options
    this.#watcher = new DriftWatcher(profiles)
    this.#digests = options.state === undefined ? {} : readState(options.state)
  }

  async units(): Promise<void> {
    const { drifts, digests } = compareUnits(this.#options.root, this.#profiles, this.#digests)
    for (const drift of drifts) await this.#tell(this.#made.ofUnit(drift, new Date()))
    const changed = JSON.stringify(digests) !== JSON.stringify(this.#digests)
    this.watched = Object.keys(digests).length
    this.#digests = digests
    if (changed && this.#options.state !== undefined)
      writeWhole(this.#options.state, `${JSON.stringify(digests, null, 2)}\n`)
  }

  async stream(stream: Readable, name: string): Promise<void> {
    const reader = new NdjsonReader({ name: name === '-' ? '<stdin>' : name })
    try {
      for await (const chunk of stream)
        for (const { object } of reader.push(chunk as Uint8Array)) await this.#take(object)
      for (const { object } of reader.end()) await this.#take(object)
    } catch (problem) {
      if (problem instanceof Error && problem.name === 'AbortError') return
      if (!(problem instanceof Error && 'syscall' in problem)) throw problem
      throw new Unusable(`"${name}" cannot be read: ${reason(problem)}`)
    }
  }

  async #take(event: JsonObject): Promise<void> {
    const time = parseTime(event['@timestamp'])
    const drift = time === undefined ? undefined : this.#watcher.take(event, time)
    if (drift !== undefined) await this.#tell(this.#made.ofCapability(drift))
  }

  async #tell(event: JsonObject): Promise<void> {
    this.told++
    await produce(renderNdjson(event))
  }
}

function streamOf(events: string, signal: AbortSignal): Readable {
  if (events !== '-') return createReadStream(events, { signal })
  signal.addEventListener('abort', () => process.stdin.destroy())
  return process.stdin
}

/** What is known of units from the last time; nothing the first time. */
function readState(file: string): UnitDigests {
  if (!existsSync(file)) return {}
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof read === 'object' && read !== null && Object.values(read).every((one) => typeof one === 'string'))
      return read as UnitDigests
  } catch (problem) {
    throw new Unusable(`cannot read "${file}": ${reason(problem)}`)
  }
  throw new Unusable(`"${file}" is no state of "harden watch"`)
}
