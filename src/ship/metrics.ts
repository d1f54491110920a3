import type { Counts } from './counts.ts'
import { LANES } from './spool/chunk.ts'
import type { ByLane } from './spool/room.ts'

/** What a shipper is like at one moment. */
export interface Status {
  readonly counts: Counts
  readonly spoolEvents: ByLane
  readonly spoolBytes: ByLane
  readonly budget: ByLane
  /** The disk has no room for the budget. */
  readonly short: boolean
  /** How long the oldest event of the spool has been there, ms. */
  readonly waited: number
  /** The target takes events, as far as is known. */
  readonly up: boolean
  /** Why it does not; null when it does. */
  readonly trouble: string | null
  readonly target: string
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

/** The status in the text format of Prometheus (version 0.0.4). */
export function renderMetrics({ counts, spoolEvents, spoolBytes, budget, short, waited, up }: Status): string {
  const one = (value: number): readonly Sample[] => [[{}, value]]
  const byLane = (values: ByLane): readonly Sample[] => LANES.map((lane) => [{ lane }, values[lane]])
  return [
    counter('taken', 'Events read from the source', one(counts.taken)),
    counter('rejected', 'Lines that were no event', one(counts.rejected)),
    counter(
      'filtered',
      'Events that no rule needs',
      Array.from(counts.filtered, ([action, count]) => [{ action }, count]),
    ),
    counter('delivered', 'Events that the target has', one(counts.delivered)),
    counter('repeated', 'Events sent again that may have been there', one(counts.repeated)),
    counter('duplicates', 'Events known to be there twice', one(counts.duplicates)),
    counter('dead_letters', 'Events that the target will never take', one(counts.deadLetters)),
    counter(
      'lost',
      'Events dropped, by action and class',
      Array.from(counts.lost.values(), (tally) => [{ action: tally.action, class: tally.class }, tally.count]),
    ),
    counter('batches', 'Batches delivered', one(counts.batches)),
    counter('retries', 'Batches that had to be sent again', one(counts.retries)),
    counter('sent_bytes', 'Bytes of events delivered, before compression', one(counts.bytesSent)),
    gauge('spool_events', 'Events in the spool', byLane(spoolEvents)),
    gauge('spool_bytes', 'Bytes of events in the spool', byLane(spoolBytes)),
    gauge('spool_budget_bytes', 'What the spool may hold', byLane(budget)),
    gauge('spool_disk_full', 'Whether the disk has no room for the spool', one(Number(short))),
    gauge('spool_oldest_seconds', 'How long the oldest event has been in the spool', one(waited / 1000)),
    gauge('lag_seconds', 'From the time of an event to its delivery, of the last batch', one(counts.lag / 1000)),
    gauge('up', 'Whether the target takes events', one(Number(up))),
    gauge('resident_memory_bytes', 'Resident memory', one(process.memoryUsage.rss())),
  ].join('')
}

function counter(name: string, help: string, samples: readonly Sample[]): string {
  return metric(`detpack_ship_${name}_total`, 'counter', help, samples)
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return metric(`detpack_ship_${name}`, 'gauge', help, samples)
}

function metric(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${renderLabels(labels)} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`))
}

/** One line for people, with what is not as it should be at its end. */
export function healthLine({ counts, spoolEvents, spoolBytes, short, waited, trouble }: Status): string {
  const count = (value: number): string => value.toLocaleString('en-US')
  const inSpool = spoolEvents.rare + spoolEvents.bulk
  const megabytes = ((spoolBytes.rare + spoolBytes.bulk) / 1e6).toFixed(1)
  const notes: readonly (readonly [number, string])[] = [
    [counts.allFiltered, 'not needed by a rule'],
    [counts.rejected, 'lines that are no event'],
    [counts.repeated, 'sent again'],
    [counts.duplicates, 'there twice'],
    [counts.deadLetters, 'dead letters'],
    [counts.allLost, 'LOST'],
  ]
  return [
    `${count(counts.taken)} events taken, ${count(counts.delivered)} delivered`,
    ...notes.flatMap(([value, text]) => (value > 0 ? [`${count(value)} ${text}`] : [])),
    inSpool === 0
      ? 'spool empty'
      : `${count(inSpool)} in the spool (${megabytes} MB, the oldest for ${Math.round(waited / 1000)} s)`,
    ...(short ? ['NO ROOM ON THE DISK of the spool'] : []),
    ...(trouble === null ? [] : [`waiting for the target: ${trouble}`]),
  ].join(', ')
}
