import type { Time } from '../../event/record.ts'
import { detached } from './detached.ts'
import { flowName, objectName, objectTable, usesPath, type Classes } from './item.ts'
import { addSketch, emptyLearned, MOST_SUBJECTS, type Entry, type Learned, type TableName } from './learned.ts'
import type { Symbol } from './symbol.ts'
import type { SubjectName } from './subject.ts'
import { RunTally, SubjectTally } from './tally.ts'
import { Tracker, type Step } from './tracker.ts'
import { UseBatches, type UseBatch } from './use-batch.ts'
import { UseLines, type UseSearch } from './use-lines.ts'
import type { Use } from './use.ts'

/** So many runs are open at once; the one that began first is closed when there are more. */
const MOST_RUNS = 1024

export interface LearnOptions extends UseSearch {
  readonly classes: Classes
}

/**
 * Learns from events, one after the other, in their order: from `lines`, or from what somebody found in them. Memory is
 * bounded by the number of subjects, hosts and runs at a time, each capped, and not by the number of events; what finds
 * no room is counted in the whole and told apart from what was never seen. What touches a class that must not be learned
 * is counted apart.
 */
export class Learner {
  readonly lines: UseLines
  readonly #learned: Learned = emptyLearned()
  readonly #tracker = new Tracker()
  readonly #batches = new UseBatches()
  readonly #classes: Classes
  /** Those that go on, the oldest first. */
  readonly #runs = new Set<RunTally>()
  readonly #subjects = new Map<SubjectName, SubjectTally>()
  #last: RunTally | undefined

  constructor(options: LearnOptions) {
    this.#classes = options.classes
    this.lines = new UseLines(options, (use) => {
      this.#learned.events++
      if (use !== null) this.#see(use)
    })
  }

  /** Takes what somebody found in the lines that come next. */
  merge(batch: UseBatch): void {
    this.#learned.events += batch.events
    this.#batches.each(batch, (use) => {
      this.#see(use)
    })
  }

  /** Nothing more comes. */
  end(): Learned {
    for (const run of this.#runs) this.#close(run)
    this.#learned.jumps = this.#tracker.jumps
    return this.#learned
  }

  #see(use: Use): void {
    const step = this.#tracker.take(use)
    if (use.action === 'task_end') this.#endRun(use)
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

  #endRun({ subject, run }: Use): void {
    const tally = this.#subjects.get(subject)?.runs.get(run)
    if (tally !== undefined) this.#close(tally)
  }

  #count(run: RunTally, { use, symbol, transition, gap, destination, passages }: Step): void {
    const { subject } = run
    const capability = use.capability === null ? undefined : subject.entry('capability', use.capability)
    if (capability !== undefined) run.countCapability(capability, use.count)
    if (use.shape !== null && symbol !== null) this.#countPath(run, use, use.shape, symbol)
    if (use.objectClass !== '' && use.object !== '') run.object(use.object)
    if (destination !== null) {
      run.destination(destination)
      this.#add(run, 'destination', destination, use.count)
    }
    if (use.capability === 'network_send' && use.destination !== null) run.bytes += use.bytes
    if (transition !== null) this.#countChains(run, subject.chains(transition, this.#classes), gap)
    for (const passage of passages) {
      const table = this.#classes.learnable.has(passage.objectClass) ? 'flow' : 'withheld'
      const entry = this.#add(run, table, flowName(passage), use.count)
      if (entry !== undefined && passage.gap !== null) addSketch(entry, passage.gap)
    }
  }

  #countChains(run: RunTally, chains: readonly (Entry | undefined)[], gap: number | null): void {
    for (let at = 0; at < chains.length; at++) {
      const entry = chains[at]
      if (entry === undefined) continue
      run.count(entry, 1)
      // The gap before the last step is that of its pair.
      if (gap !== null && at === 1) addSketch(entry, gap)
    }
  }

  #countPath(run: RunTally, use: Use, shape: string, symbol: Symbol): void {
    const isProgram = use.capability === 'process_exec'
    if (!isProgram && !usesPath(use)) return
    const table = isProgram ? 'program' : objectTable(use, this.#classes)
    const entry = run.subject.object(shape, symbol, table, () => (isProgram ? shape : (objectName(use) ?? shape)))
    if (entry !== undefined) run.count(entry, use.count)
  }

  #add(run: RunTally, table: TableName, name: string, uses: number): Entry | undefined {
    const entry = run.subject.entry(table, name)
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

  #runOf(name: SubjectName, run: string): RunTally | undefined {
    const last = this.#last
    if (last?.run === run && last.subject.name === name) return last
    const subject = this.#subjects.get(name) ?? this.#begin(name)
    if (subject === undefined) return undefined
    let tally = subject.runs.get(run)
    if (tally === undefined) {
      if (this.#runs.size >= MOST_RUNS) for (const oldest of this.#runs) if (this.#close(oldest)) break
      tally = new RunTally(detached(run), subject)
      subject.runs.set(tally.run, tally)
      this.#runs.add(tally)
    }
    this.#last = tally
    return tally
  }

  /** Undefined for a subject that finds no room. One that is let go later is counted on for nothing. */
  #begin(name: SubjectName): SubjectTally | undefined {
    const behaviour = this.#learned.subjects.entry(name)
    if (behaviour === undefined) return undefined
    if (this.#subjects.size >= 2 * MOST_SUBJECTS)
      for (const [known] of this.#subjects)
        if (this.#learned.subjects.find(known) === undefined) this.#subjects.delete(known)
    const made = new SubjectTally(detached(name), behaviour)
    this.#subjects.set(made.name, made)
    return made
  }

  #close(run: RunTally): boolean {
    run.close()
    run.subject.runs.delete(run.run)
    if (this.#last === run) this.#last = undefined
    return this.#runs.delete(run)
  }
}
