import { compareMoments, type Moment, type Move } from './move.ts'
import type { Subject } from './subject.ts'

/** Where data of an alert went is told of the first so many destinations. */
const MOST = 4
/** Where it was put on this host is told of the first so many files. */
const MOST_FILES = 2
/** A copy may be opened so long before what goes into it, ms. */
const LATELY = 1000

/**
 * Whether by a step of the alert somebody has data of its objects, or a descriptor to take it by, and none sends or passes
 * something on: else nothing of it leaves later, or the alert says itself where to.
 */
export function mayLeave({ steps, objects, stays }: Subject): boolean {
  return stays && steps.some((step) => hasData(step, objects) || hasDescriptor(step, objects))
}

/**
 * The sends beyond this host by a process that holds data of the alert's objects since a step took it: to each destination the
 * first of who took the data itself, else of who was born with it. The data is followed forwards from who took it, or had it
 * opened and takes it then: into files, pipes and UNIX sockets, to who reads those, and into children. A process that holds the
 * same objects from elsewhere is not about this alert.
 *
 * @param moves in order of time, with those of the steps
 * @returns in order of time
 */
export function leavingsOf(subject: Subject, moves: readonly Move[]): readonly Move[] {
  if (!mayLeave(subject) || !moves.some(({ destination }) => destination !== '')) return []
  const spread = new Spread(subject, moves)
  const sends = moves.filter((move) => move.destination !== '' && spread.isOfHolder(move))
  const byTakers = sends.filter((move) => spread.isOfTaker(move))
  const first = new Map([...byTakers, ...sends].toReversed().map((move) => [move.destination, move]))
  return [...first.values()].sort(compareMoments).slice(0, MOST)
}

/**
 * The writes to files by a process that holds data of the alert's objects since a step took it, where nothing of it leaves this
 * host: the first to each of a few. None is what it had open before, as a log.
 *
 * @param moves in order of time, with those of the steps
 * @returns in order of time
 */
export function keepingsOf(subject: Subject, moves: readonly Move[]): readonly Move[] {
  if (!mayLeave(subject)) return []
  const spread = new Spread(subject, moves)
  const [start] = subject.steps
  const first = new Map<string, Move>()
  for (const move of moves)
    if (isKeeping(move, subject, start) && !first.has(move.object) && spread.isOfHolder(move))
      first.set(move.object, move)
  return [...first.values()].slice(0, MOST_FILES)
}

function isKeeping(
  { kind, empty, isFile, object, opened }: Move,
  { objects }: Subject,
  start: Move | undefined,
): boolean {
  return (
    kind === 'put' &&
    isFile &&
    !empty &&
    !objects.has(object) &&
    start !== undefined &&
    opened > start.began.time - LATELY
  )
}

/** Forwards from the steps: since when data, or a descriptor by which it can be had, is with a process or in an object. */
class Spread {
  readonly #objects: ReadonlySet<string>
  readonly #since = new Map<string, Moment>()
  #changes = 0

  constructor({ steps, objects }: Subject, moves: readonly Move[]) {
    this.#objects = objects
    for (const step of steps) this.#start(step)
    // What was folded overlaps: an earlier one may take what a later one says more of.
    let known = -1
    while (known !== this.#changes) {
      known = this.#changes
      for (const move of moves) this.#follow(move)
    }
  }

  /** The process has the data by then. */
  isOfHolder(move: Move): boolean {
    const since = this.#since.get(move.process)
    return this.#holds(move) && since !== undefined && compareMoments(since, move) < 0
  }

  /** The process took the data itself by then. */
  isOfTaker(move: Move): boolean {
    const since = this.#since.get(takerOf(move.process))
    return since !== undefined && compareMoments(since, move) < 0
  }

  #start(step: Move): void {
    if (hasDescriptor(step, this.#objects)) this.#set(descriptorOf(step.process), step.began)
    if (!hasData(step, this.#objects)) return
    this.#set(step.process, step.began)
    this.#set(takerOf(step.process), step.began)
    if (step.kind === 'put') this.#set(step.channel, step.began)
  }

  #follow(move: Move): void {
    this.#pass(move.parent, move.process, move.born, move.born)
    this.#pass(descriptorOf(move.parent), descriptorOf(move.process), move.born, move.born)
    if (move.empty) return
    if (move.kind === 'given') this.#pass(descriptorOf(move.process), descriptorOf(move.peer), move.began, move)
    if (!this.#holds(move)) return
    if (move.kind === 'put') {
      if (this.#objects.has(move.source)) this.#pass(descriptorOf(move.process), move.process, move.began, move)
      this.#pass(move.process, move.channel, move.began, move)
    }
    if (move.kind !== 'taken') return
    for (const to of [move.process, takerOf(move.process)]) {
      if (this.#objects.has(move.object)) this.#pass(descriptorOf(move.process), to, move.began, move)
      this.#pass(move.channel, to, move.began, move)
    }
  }

  #holds({ flow }: Move): boolean {
    return flow.some((id) => this.#objects.has(id))
  }

  /** What is at one place before the end of a use is at the other from its beginning on, at the earliest. */
  #pass(from: string, to: string, began: Moment, end: Moment): void {
    const there = this.#since.get(from)
    if (there !== undefined && compareMoments(there, end) < 0)
      this.#set(to, compareMoments(there, began) < 0 ? began : there)
  }

  #set(name: string, moment: Moment): void {
    const known = this.#since.get(name)
    if (name === '' || (known !== undefined && compareMoments(known, moment) <= 0)) return
    this.#since.set(name, moment)
    this.#changes++
  }
}

/** By what it took, or put elsewhere: who changes an object has none of its data for that. */
function hasData({ kind, empty, object, source, flow }: Move, objects: ReadonlySet<string>): boolean {
  if (empty) return false
  return kind === 'taken' || (kind === 'put' && [source, ...flow].some((id) => id !== object && objects.has(id)))
}

function hasDescriptor({ kind, empty, object }: Move, objects: ReadonlySet<string>): boolean {
  return !empty && objects.has(object) && (kind === 'taken' || kind === 'had')
}

/** The name of having taken the data oneself, which is more than being born with it. */
function takerOf(process: string): string {
  return process === '' ? '' : `taker ${process}`
}

/** The name of having a descriptor, which is not yet having the data. */
function descriptorOf(process: string): string {
  return process === '' ? '' : `descriptor ${process}`
}
