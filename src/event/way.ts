import type { Action } from './action.ts'
import { askedFor } from './asked.ts'
import { keepingsOf, leavingsOf } from './leaving.ts'
import { compareMoments, Until, type Moment, type Move, type MoveKind } from './move.ts'
import { connectedBefore, passedOn } from './passed-on.ts'
import { asClientsTell } from './served.ts'
import type { Subject } from './subject.ts'

/**
 * The uses by which what an alert is about came to its steps, and left this host afterwards: each lies on a path in time from
 * such an object to one of these ends. They are looked for backwards from the ends, what could still come to one, and then
 * forwards, what did come so far:
 *
 * - *taken*: a process on the way reads, maps or receives the object, or that to which its data was put;
 * - *put*: a process that holds its data writes it to a file, a pipe or a UNIX socket, from which it is taken later;
 * - *named*: a file that a step uses was renamed or linked to that, or written under the name that it had before;
 * - *changed*: an object of the alert is written before a step uses it;
 * - *had*: a process that takes nothing itself opened it, or got a descriptor of it (`passedOn`), which went on;
 * - *left*: a process that holds its data since a step sends beyond this host (`leavingsOf`) or, where none does, writes it to
 *   a file (`keepingsOf`);
 * - *connected*: the UNIX socket by which a descriptor was passed (`connectedBefore`);
 * - *asked*: a client beyond this host had asked the process of a step for something (`askedFor`).
 *
 * No hop is what a process that holds data writes elsewhere, what it read before the source was taken, what an earlier line
 * says of the same process and object, and an opening by who then reads: the reading says so.
 *
 * @param moves of the stream that the alert is from; those of its steps may be among them
 * @returns in order of time
 */
export function wayOf(subject: Subject, moves: readonly Move[]): readonly Move[] {
  const all = asClientsTell(withoutNotes([...subject.steps, ...moves].sort(compareMoments)))
  const steps = new Set(subject.steps.map(({ event }) => event))
  const left = leavingsOf(subject, all)
  const leavings = left.length > 0 ? left : keepingsOf(subject, all)
  const way = withoutReturns(subject, arrived(subject, leading(subject, leavings, all)))
  const uses = [...subject.steps, ...way, ...leavings]
  const takers = new Set(uses.flatMap((use) => (use.kind === 'taken' ? [`${use.process} ${use.object}`] : [])))
  const told = way.filter((move) => move.kind !== 'had' || !takers.has(`${move.process} ${move.object}`))
  const passed = passedOn(uses, all)
  const connected = connectedBefore([...subject.steps, ...passed], all)
  const asked = askedFor(subject, leavings, all)
  const hops = [...told, ...leavings, ...passed, ...connected, ...asked].filter(({ event }) => !steps.has(event))
  return once(subject.steps, hops.sort(compareMoments))
}

const PASSING: ReadonlySet<string> = new Set<Action>(['descriptor_send', 'descriptor_receive'])

/** The message that a descriptor was passed with is told as the passing. */
function withoutNotes(moves: readonly Move[]): readonly Move[] {
  const passing = new Set(moves.flatMap(({ action, call }) => (PASSING.has(action) ? [call] : [])))
  return moves.filter(({ action, call }) => call === '' || !action.startsWith('network_') || !passing.has(call))
}

/** Those that could still come to an end. */
function leading(subject: Subject, leavings: readonly Move[], moves: readonly Move[]): readonly Move[] {
  const back = new Backwards(subject, leavings, moves)
  let known = -1
  let found: readonly Move[] = []
  // What was folded overlaps: a later one may say more of one that was looked at.
  while (known !== back.changes) {
    known = back.changes
    found = moves.toReversed().filter((move) => back.leads(move))
  }
  return found.toReversed()
}

/** Backwards from the ends: until when a process, an object or a name could still hand something on to one. */
class Backwards {
  readonly #subject: Subject
  readonly #until = new Until()
  readonly #source: Move | undefined
  /** Of each process one of its moves: they all say whose child it is. */
  readonly #births: ReadonlyMap<string, Move>

  constructor(subject: Subject, leavings: readonly Move[], moves: readonly Move[]) {
    this.#subject = subject
    this.#source = sourceOf(subject, moves)
    this.#births = new Map(moves.map((move) => [move.process, move]))
    for (const step of subject.steps) {
      if (subject.moves) this.#process(step, step)
      for (const id of [
        step.object,
        step.source,
        nameTo(step.path),
        nameTo(step.previousPath),
        nameBefore(step.previousPath),
      ])
        this.#until.set(id, step)
    }
    for (const leaving of leavings) {
      this.#process(leaving, leaving)
      this.#until.set(leaving.source, leaving)
    }
  }

  get changes(): number {
    return this.#until.changes
  }

  leads(move: Move): boolean {
    if (move.empty || move.kind === 'other' || move.kind === 'given') return false
    const { objects } = this.#subject
    const own = objects.has(move.object)
    if (this.#isNamed(move) || (own && move.kind === 'put' && this.#has(move.channel, move))) return true
    if (!own && !move.flow.some((id) => objects.has(id))) return false
    if (this.#source !== undefined && compareMoments(move, this.#source) < 0) return false
    const to = move.kind === 'put' ? move.channel : move.process
    const until = this.#untilAt(to, move)
    if (until === undefined) return false
    if (move.kind === 'put') {
      this.#process(move, until)
      this.#until.set(move.source, until)
    } else if (!own) this.#until.set(move.channel, until)
    return true
  }

  #untilAt(to: string, move: Move): Moment | undefined {
    if (move.kind === 'named') return undefined
    const until = this.#until.within(to, move.began, move)
    if (until !== undefined || move.kind !== 'taken' || !move.isPipe) return until
    return this.#until.within(saidTo(move.process), move.began, move)
  }

  /** It gives the name under which a step finds a file, or writes the file under the name that it had. */
  #isNamed(move: Move): boolean {
    if (move.kind === 'named' && this.#has(nameTo(move.path), move)) {
      this.#until.set(nameTo(move.previousPath), move)
      this.#until.set(nameBefore(move.previousPath), move)
      return true
    }
    return move.kind === 'put' && move.path !== '' && this.#has(nameBefore(move.path), move)
  }

  #has(name: string, move: Move): boolean {
    return this.#until.within(name, move.began, move) !== undefined
  }

  #process(move: Move, until: Moment): void {
    this.#until.set(move.process, until)
    // Of what its parent has, a process was started for what the parent was told by a pipe, as a shell is by `$(…)`.
    if (!this.#subject.inherits) {
      this.#until.set(saidTo(move.parent), move.born)
      return
    }
    let child: Move | undefined = move
    while (child !== undefined && this.#until.set(child.parent, child.born)) child = this.#births.get(child.parent)
  }
}

/** The name of being told something by a pipe. */
function saidTo(process: string): string {
  return process === '' ? '' : `said to ${process}`
}

function nameTo(path: string): string {
  return path === '' ? '' : `to ${path}`
}

function nameBefore(path: string): string {
  return path === '' ? '' : `before ${path}`
}

/** When the process that a step says took an object of the alert took it first: none of its data moved before. */
function sourceOf({ steps, objects }: Subject, moves: readonly Move[]): Move | undefined {
  const takes = ({ kind, object }: Move): boolean => kind === 'taken' && objects.has(object)
  const takers = new Set(steps.filter(takes).map(({ process, object }) => `${process} ${object}`))
  return moves.find((move) => takes(move) && takers.has(`${move.process} ${move.object}`))
}

/** Those whose data is there: put before it is taken and, of what is merely held, taken before it is put. */
function arrived({ objects, inherits }: Subject, moves: readonly Move[]): readonly Move[] {
  const since = new Map<string, Moment>([...objects].map((id) => [id, { time: -Infinity, order: 0 }]))
  const holds = ({ flow }: Move): boolean => flow.some((id) => objects.has(id))
  let changed = true
  const arrives = (move: Move): boolean => {
    if (move.kind === 'named') return true
    const [from, to] = move.kind === 'put' ? [move.process, move.channel] : [move.channel, move.process]
    const isGiven = move.kind === 'put' && (inherits || !holds(move))
    const there = isGiven ? move.began : since.get(from)
    if (there === undefined || (!isGiven && compareMoments(there, move) >= 0)) return false
    const then = compareMoments(there, move.began) < 0 ? move.began : there
    const known = since.get(to)
    if (known === undefined || compareMoments(then, known) < 0) {
      since.set(to, then)
      changed = true
    }
    return true
  }
  let found = moves
  while (changed) {
    changed = false
    found = moves.filter(arrives)
  }
  return found
}

/** After the last step without what a process wrote and none but itself read again: it held that before. */
function withoutReturns({ steps, objects }: Subject, way: readonly Move[]): readonly Move[] {
  const last = Math.max(...steps.map(({ time }) => time))
  const uses = [...steps, ...way]
  const [writers, readers] = [processesOf(uses, 'put'), processesOf(uses, 'taken')]
  const isByOther = (ends: ReadonlyMap<string, ReadonlySet<string>>, { channel, process }: Move): boolean =>
    [...(ends.get(channel) ?? [])].some((other) => other !== process)
  return way.filter((move) => {
    if (move.time <= last) return true
    if (move.kind === 'put') return isByOther(readers, move)
    return move.kind !== 'taken' || objects.has(move.object) || isByOther(writers, move)
  })
}

/** By channel, who put something there, or took it. */
function processesOf(moves: readonly Move[], kind: MoveKind): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const move of moves)
    if (move.kind === kind) found.set(move.channel, (found.get(move.channel) ?? new Set()).add(move.process))
  return found
}

/** Of what a process did to an object again and again the first, where no step says so. */
function once(steps: readonly Move[], moves: readonly Move[]): readonly Move[] {
  const key = ({ action, process, object, path, source, peer, destination }: Move): string =>
    [action, process, object === '' ? path : object, source, peer, destination].join(' ')
  const told = new Set(steps.filter(({ empty }) => !empty).map(key))
  return moves.filter((move) => {
    const known = told.has(key(move))
    told.add(key(move))
    return !known
  })
}
