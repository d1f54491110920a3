import { canonicalJson } from '../event/canonical.ts'
import { formatTime, type Time } from '../event/record.ts'
import { countIn, listIn, objectIn, parseObject, textIn, timeIn } from './json.ts'
import type { Period } from './period.ts'

/** The sensor says every minute that it works; a host that is silent for longer than this is not watched (contract §7). */
const PATIENCE = 180_000

/** A stretch of time in which the sensor of a host kept saying that it works. */
export interface Stretch {
  readonly host: string
  readonly from: Time
  readonly to: Time
  /** What the sensor told of events that were lost, each once however often its events are read. */
  readonly losses: readonly Loss[]
}

export interface Loss {
  readonly at: Time
  readonly count: number
}

/** A stretch of a period in which a host was not watched although it had been before. */
export interface Silence {
  readonly host: string
  readonly from: Time
  readonly to: Time
}

/** What one event says of the sensor of its host. */
export interface Sighting {
  readonly host: string
  readonly time: Time
  /** Events that were lost before it. */
  readonly lost: number
}

/** Joins what was seen to stretches, by host and time. What was known before is joined with what came since. */
export function joinSightings(sightings: Iterable<Sighting>, known: readonly Stretch[] = []): readonly Stretch[] {
  const all: Stretch[] = [...known]
  for (const { host, time, lost } of sightings)
    all.push({ host, from: time, to: time, losses: lost > 0 ? [{ at: time, count: lost }] : [] })
  all.sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.from - b.from || a.to - b.to))
  const joined: Stretch[] = []
  for (const next of all) {
    const last = joined.at(-1)
    if (last?.host !== next.host || next.from - last.to > PATIENCE) joined.push(next)
    else joined[joined.length - 1] = join(last, next)
  }
  return joined
}

function join(one: Stretch, next: Stretch): Stretch {
  const to = Math.max(one.to, next.to) as Time
  if (next.losses.length === 0) return { ...one, to }
  const losses = new Map([...one.losses, ...next.losses].map((loss) => [loss.at, loss]))
  return { ...one, to, losses: [...losses.values()].sort((a, b) => a.at - b.at) }
}

/** Where the hosts of a period were silent in it, from when each was first seen. */
export function silencesOf(stretches: readonly Stretch[], { from, to }: Period): readonly Silence[] {
  const silences: Silence[] = []
  const hosts = [...new Set(stretches.map(({ host }) => host))].sort()
  for (const host of hosts) {
    const own = stretches.filter((each) => each.host === host && each.from < to)
    let seen: Time | undefined
    for (const stretch of own) {
      const start = Math.max(seen ?? stretch.from, from) as Time
      if (seen !== undefined && stretch.from > start) silences.push({ host, from: start, to: stretch.from })
      seen = Math.max(seen ?? 0, stretch.to) as Time
    }
    const start = Math.max(seen ?? to, from) as Time
    if (to - start > PATIENCE) silences.push({ host, from: start, to })
  }
  return silences
}

export function renderStretch({ host, from, to, losses }: Stretch): string {
  const told = losses.map(({ at, count }) => ({ at: formatTime(at), count }))
  return canonicalJson({ host, from: formatTime(from), to: formatTime(to), losses: told })
}

export function parseStretch(line: string): Stretch | undefined {
  const json = parseObject(line)
  const [host, from, to] = [textIn(json, 'host'), timeIn(json, 'from'), timeIn(json, 'to')]
  const losses = listIn(json?.['losses']).map((each): Loss | undefined => {
    const [at, count] = [timeIn(objectIn(each), 'at'), countIn(objectIn(each), 'count')]
    return at === undefined || count === undefined ? undefined : { at, count }
  })
  if (host === undefined || from === undefined || to === undefined || losses.includes(undefined)) return undefined
  return { host, from, to, losses: losses as readonly Loss[] }
}
