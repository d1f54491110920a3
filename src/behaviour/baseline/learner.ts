import type { EventValues } from '../../event/event-values.ts'
import type { NdjsonLine, LineTaker } from '../../event/ndjson.ts'
import { ObjectValues } from '../../event/object-values.ts'
import { recordReader, type RecordOptions } from '../../event/record-reader.ts'
import type { Time } from '../../event/record.ts'
import { EventScan } from '../../event/scan/event-scan.ts'
import { detached } from './detached.ts'
import { destinationOf, flowName, objectName, programName, type Classes } from './item.ts'
import { addSketch, emptyLearned, type Behaviour, type Entry, type Learned, type TableName } from './learned.ts'
import { RunTally } from './run-tally.ts'
import type { Shapes } from './shape.ts'
import type { SubjectName } from './subject.ts'
import { Tracker, type Step } from './tracker.ts'
import { USE_FIELDS } from './use.ts'

/** So many runs are open at once; the one that began first is closed when there are more. */
const MOST_RUNS = 1024

export interface LearnOptions extends RecordOptions {
  readonly shapes: Shapes
  readonly classes: Classes
}

/**
 * Learns from events, one after the other, in their order. Memory is bounded by the number of subjects, hosts and runs at a
 * time, each capped, and not by the number of events; what finds no room is counted in the whole and told apart from
 * what was never seen. What touches a class that must not be learned is counted apart.
 */
export class Learner implements LineTaker {
  readonly #learned: Learned = emptyLearned()
  readonly #tracker: Tracker
  readonly #classes: Classes
  readonly #scan: EventScan
  readonly #objects = new ObjectValues(USE_FIELDS, false)
  readonly #toRecord: ReturnType<typeof recordReader>
  readonly #runs = new Map<string, RunTally>()
  #lastKey: string | null = null
  #last: RunTally | undefined

  constructor({ shapes, classes, ...records }: LearnOptions) {
    this.#tracker = new Tracker(shapes)
    this.#classes = classes
    this.#scan = new EventScan({ fields: USE_FIELDS, every: false }, [], records)
    this.#toRecord = recordReader(records)
  }

  turn(bytes: Uint8Array): void {
    this.#scan.turn(bytes)
  }

  skim(start: number, _line: number, longest: number): number {
    const end = this.#scan.read(start, longest)
    if (end !== -1) this.#see(this.#scan.values, this.#scan.time())
    return end
  }

  take({ object, line }: NdjsonLine): void {
    this.#objects.turn(object)
    this.#see(this.#objects, this.#toRecord(object, line).time)
  }

  /** Nothing more comes. */
  end(): Learned {
    for (const run of this.#runs.values()) run.close()
    this.#runs.clear()
    this.#last = undefined
    this.#learned.jumps = this.#tracker.jumps
    return this.#learned
  }

  #see(values: EventValues, time: Time | null): void {
    this.#learned.events++
    if (!this.#tracker.read(values, time)) return
    const { step } = this.#tracker
    const { use } = step
    if (use.action === 'task_end') this.#close(runKey(use.subject, use.run))
    if (use.capability === null) return
    this.#host(use.host, use.hostName, use.time)
    const run = this.#runOf(use.subject, use.run)
    if (run === undefined) return
    const { behaviour } = run
    behaviour.events++
    if (use.time < behaviour.first) behaviour.first = use.time
    if (use.time > behaviour.last) behaviour.last = use.time
    this.#count(run, step)
  }

  #count(run: RunTally, { use, transition, gap, passages }: Step): void {
    const { tables } = run.behaviour
    const capability = use.capability === null ? undefined : tables.capability.entry(use.capability)
    if (capability !== undefined) run.countCapability(capability, use.count)
    const isOpen = use.objectClass === '' || this.#classes.learnable.has(use.objectClass)
    const object = objectName(use)
    if (object !== null) this.#add(run, isOpen ? 'object' : 'withheld', object, use.count)
    if (use.objectClass !== '' && use.object !== '') run.object(use.object)
    const program = programName(use)
    if (program !== null) this.#add(run, 'program', program, use.count)
    const destination = destinationOf(use)
    if (destination !== null) {
      run.destination(destination)
      this.#add(run, 'destination', destination, use.count)
      if (use.capability === 'network_send') run.bytes += use.bytes
    }
    if (transition?.classes.every((each) => this.#classes.learnable.has(each)) === true)
      for (const name of transition.names) {
        const entry = this.#add(run, 'chain', name, 1)
        // The gap before the last step is that of its pair.
        if (entry !== undefined && gap !== null && name === transition.names[1]) addSketch(entry, gap)
      }
    for (const passage of passages) {
      const table = this.#classes.learnable.has(passage.objectClass) ? 'flow' : 'withheld'
      const entry = this.#add(run, table, flowName(passage), use.count)
      if (entry !== undefined && passage.gap !== null) addSketch(entry, passage.gap)
    }
  }

  #add(run: RunTally, table: TableName, name: string, uses: number): Entry | undefined {
    const entry = run.behaviour.tables[table].entry(name)
    if (entry !== undefined) run.count(entry, uses)
    return entry
  }

  #host(id: string, name: string, time: Time): void {
    const host = id === '' ? undefined : this.#learned.hosts.entry(id)
    if (host === undefined) return
    if (name > host.name) host.name = name
    if (time < host.first) host.first = time
    if (time > host.last) host.last = time
  }

  #runOf(subject: SubjectName, run: string): RunTally | undefined {
    const key = runKey(subject, run)
    if (key === this.#lastKey && this.#last !== undefined) return this.#last
    let tally = this.#runs.get(key)
    if (tally === undefined) {
      const behaviour: Behaviour | undefined = this.#learned.subjects.entry(subject)
      if (behaviour === undefined) return undefined
      if (this.#runs.size >= MOST_RUNS) for (const [oldest] of this.#runs) if (this.#close(oldest)) break
      tally = new RunTally(behaviour)
      this.#runs.set(detached(key), tally)
    }
    this.#lastKey = key
    this.#last = tally
    return tally
  }

  #close(key: string): boolean {
    this.#runs.get(key)?.close()
    if (this.#lastKey === key) this.#last = undefined
    return this.#runs.delete(key)
  }
}

function runKey(subject: SubjectName, run: string): string {
  return `${subject} ${run}`
}
