import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts'
import type { ShipTarget } from '../../src/ship/delivery/target.ts'
import { EVERY_EVENT } from '../../src/event/event-filter.ts'
import { elasticTarget } from '../../src/ship/elastic/elastic-target.ts'
import { prepareDestination, type Destination, type ReadyDestination } from '../../src/target/destination.ts'
import { Shipper, type ShipperOptions } from '../../src/ship/shipper.ts'
import type { Source } from '../../src/ship/source/source.ts'
import { LineFeed } from '../../src/ship/source/source.ts'
import { hecTarget } from '../../src/ship/splunk/hec-target.ts'
import { openSpool, type Budget, type Spool } from '../../src/ship/spool/spool.ts'
import { HEC_TOKEN } from './hec-stand-in.ts'

export const ROOMY: Budget = { rare: 8e6, bulk: 32e6 }

export async function spoolIn(folder: string, budget: Budget = ROOMY): Promise<Spool> {
  const opening = await openSpool(folder, budget)
  if (opening.kind === 'open') return opening.spool
  throw new Error(opening.diagnostics.map((one) => one.message).join('; '))
}

export async function readyDestination(destination: Destination): Promise<ReadyDestination> {
  const prepared = await prepareDestination(destination, 'it')
  if (prepared.kind === 'ready') return prepared.destination
  throw new Error(prepared.diagnostics.map((one) => one.message).join('; '))
}

export async function elasticAt(url: string, stream = 'logs', timeout = 5000): Promise<ShipTarget> {
  return elasticTarget({ destination: await readyDestination({ url, login: { kind: 'none' } }), stream, timeout })
}

export async function hecAt(
  url: string,
  more: { requireAck?: boolean; patience?: number; index?: string } = {},
): Promise<ShipTarget> {
  const destination = await readyDestination({ url, login: { kind: 'hec-token', token: HEC_TOKEN } })
  const ackPace = { pause: 10, longestPause: 50, patience: more.patience ?? 5000 }
  return hecTarget({
    destination,
    index: more.index ?? null,
    requireAck: more.requireAck ?? false,
    timeout: 5000,
    ackPace,
  })
}

export interface Pieces {
  /** False: it drops, as a socket does. */
  readonly waits?: boolean
  /** It does not end before it is stopped. */
  readonly endless?: boolean
}

/** A source that brings these pieces, one after the other. */
export function pieces(all: readonly string[], { waits = true, endless = false }: Pieces = {}): Source {
  let end = (): void => undefined
  const stopped = new Promise<void>((resolve) => (end = resolve))
  return {
    ...{ name: 'pieces', waits, remembers: false },
    run: async (sink) => {
      const feed = new LineFeed('pieces', sink)
      for (const piece of all) await feed.push(Buffer.from(piece))
      await feed.end()
      if (endless) await stopped
    },
    stop: () => end(),
  }
}

export interface Shipping extends Partial<ShipperOptions> {
  readonly spool: Spool
  readonly source: Source
  readonly target: ShipTarget
}

/** A shipper that loses no time, and what it told. */
export function shipperOf(options: Shipping): { shipper: Shipper; told: Diagnostic[] } {
  const told: Diagnostic[] = []
  const shipper = new Shipper({
    ...{ filter: EVERY_EVENT, packDigest: null, flush: 20, grace: 2000, attempts: 8 },
    limit: { bytes: 64_000, count: 500 },
    pace: { pause: 5, longestPause: 20, heldPause: 20 },
    ...{ tolerance: 3_600_000_000_000, retention: 3_600_000_000_000, healthEvery: 3_600_000 },
    tell: (diagnostics) => told.push(...diagnostics),
    ...options,
  })
  return { shipper, told }
}
