import type { Complaints } from '../recording/complaint.ts'
import type { AuditRecord } from './record.ts'
import { isOfDaemon, standsAlone } from './record-type.ts'

/** All records of one event. */
export interface AuditEvent {
  readonly node: string | undefined
  readonly time: number
  readonly serial: number
  readonly records: readonly AuditRecord[]
  /** Events whose numbers are missing right before this one. */
  readonly missing: number
  /** The numbers began anew: the host was started again. */
  readonly restarted: boolean
}

/** An event is whole when no record of it has come for this long, microseconds of the log's time. */
const WHOLE_AFTER = 2_000_000
/** Events that are whole wait for those with lower numbers, at most so many. */
const MOST_WAITING = 64
const MOST_OPEN = 1024
const MOST_NODES = 1024
/** More records than this belong to no event; the kernel writes at most some dozen. */
const MOST_RECORDS = 4096
/** A number that is so much lower than the last begins a new series. */
const RESTART = 1000

interface Open {
  readonly time: number
  readonly serial: number
  readonly records: AuditRecord[]
  /** The node's clock when its last record came. */
  seen: number
}

class Node {
  /** The latest time of its records. */
  clock = 0
  readonly open = new Map<string, Open>()
  /** Whole, by number. */
  readonly whole = new Map<number, Open>()
  last: number | undefined = undefined
}

/**
 * Joins records to events by node, time and number, also where those of several events are interleaved, and gives the
 * events of a node in the order of their numbers. An event is whole with its PROCTITLE or EOE, or when nothing came for
 * 2 s of the log's time. Memory is bounded by open events and nodes.
 */
export class Assembler {
  readonly #complaints: Complaints
  readonly #give: (event: AuditEvent) => void
  readonly #nodes = new Map<string | undefined, Node>()
  #toldOfOrder = false
  /** Numbers that never came, and in how many holes. */
  missing = 0
  holes = 0
  /** Nodes that found no room. */
  forgotten = 0

  constructor(complaints: Complaints, give: (event: AuditEvent) => void) {
    this.#complaints = complaints
    this.#give = give
  }

  take(record: AuditRecord): void {
    const node = this.#node(record.node)
    node.clock = Math.max(node.clock, record.time)
    this.#closeOld(node, record.node)
    if (isOfDaemon(record.type)) {
      this.#give({ ...record, records: [record], missing: 0, restarted: false })
      return
    }
    const key = `${record.time}:${record.serial}`
    let open = node.open.get(key)
    if (open === undefined) {
      open = { time: record.time, serial: record.serial, records: [], seen: node.clock }
      node.open.set(key, open)
      if (node.open.size > MOST_OPEN) this.#closeOldest(node, record.node)
    }
    open.seen = node.clock
    if (open.records.length < MOST_RECORDS && record.type !== 'EOE') open.records.push(record)
    if (record.type === 'PROCTITLE' || record.type === 'EOE' || standsAlone(record.type)) {
      node.open.delete(key)
      this.#whole(node, record.node, open)
    }
  }

  /** Nothing more comes, or not for a while: what is open is whole. */
  settle(): void {
    for (const [name, node] of this.#nodes) this.#finish(name, node)
  }

  #finish(name: string | undefined, node: Node): void {
    while (node.open.size > 0) this.#closeOldest(node, name)
    while (node.whole.size > 0) this.#release(node, name, lowest(node.whole))
  }

  #node(name: string | undefined): Node {
    let node = this.#nodes.get(name)
    if (node !== undefined) return node
    if (this.#nodes.size >= MOST_NODES) {
      const [oldest] = this.#nodes
      if (oldest !== undefined) {
        this.#finish(...oldest)
        this.#nodes.delete(oldest[0])
        this.forgotten++
      }
    }
    node = new Node()
    this.#nodes.set(name, node)
    return node
  }

  #closeOld(node: Node, name: string | undefined): void {
    for (const [key, open] of node.open) {
      if (node.clock - open.seen < WHOLE_AFTER) return
      node.open.delete(key)
      this.#whole(node, name, open)
    }
  }

  #closeOldest(node: Node, name: string | undefined): void {
    for (const [key, open] of node.open) {
      node.open.delete(key)
      this.#whole(node, name, open)
      return
    }
  }

  #whole(node: Node, name: string | undefined, event: Open): void {
    const { last } = node
    if (last !== undefined && event.serial <= last) return this.#backwards(node, name, event)
    if (last === undefined ? lowerIsOpen(node, event.serial) : event.serial > last + 1) {
      const same = node.whole.get(event.serial)
      if (same !== undefined) this.#release(node, name, same)
      node.whole.set(event.serial, event)
      if (node.whole.size > MOST_WAITING) this.#release(node, name, lowest(node.whole))
    } else this.#release(node, name, event)
    for (
      let next = node.whole.get((node.last ?? 0) + 1);
      next !== undefined;
      next = node.whole.get((node.last ?? 0) + 1)
    )
      this.#release(node, name, next)
  }

  /** A number at or below the last: late, twice, or of a new start of the host. */
  #backwards(node: Node, name: string | undefined, event: Open): void {
    const last = node.last ?? 0
    if (event.serial + RESTART < last && event.time >= node.clock) {
      while (node.whole.size > 0) this.#release(node, name, lowest(node.whole))
      node.last = event.serial
      return this.#give({ node: name, ...event, missing: 0, restarted: true })
    }
    // The rest of an event that was taken for whole, with nothing that matters.
    if (event.records.every((record) => record.type === 'PROCTITLE')) return
    const [first] = event.records
    if (!this.#toldOfOrder && first !== undefined) {
      this.#toldOfOrder = true
      const message = `event ${event.serial} comes after ${last}: late, or files of a log that was rotated in a wrong order`
      this.#complaints.warn('event/auditd-order', message, first.line, 'give the oldest file first')
    }
    this.#give({ node: name, ...event, missing: 0, restarted: false })
  }

  #release(node: Node, name: string | undefined, event: Open): void {
    node.whole.delete(event.serial)
    const missing = node.last === undefined || event.serial <= node.last ? 0 : event.serial - node.last - 1
    if (missing > 0) {
      this.missing += missing
      this.holes++
    }
    node.last = Math.max(node.last ?? 0, event.serial)
    this.#give({ node: name, ...event, missing, restarted: false })
  }
}

/** Whether an event that came before is not whole yet. */
function lowerIsOpen(node: Node, serial: number): boolean {
  for (const open of node.open.values()) if (open.serial < serial) return true
  return false
}

/** The event with the lowest number; there is one. */
function lowest(events: ReadonlyMap<number, Open>): Open {
  let found: Open | undefined
  for (const event of events.values()) if (found === undefined || event.serial < found.serial) found = event
  if (found === undefined) throw new RangeError('no event')
  return found
}
