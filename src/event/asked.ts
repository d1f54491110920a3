import { askedOf, toldTo } from './hop.ts'
import { compareMoments, type Moment, type Move } from './move.ts'
import type { Subject } from './subject.ts'

/**
 * What clients beyond this host asked for before a server took the steps of an alert: of each process of the steps the last
 * request before its first one. Where it has none it may do what its parent was asked for, as a session's does: then what the
 * parent received before it told its child so by a pipe, which is shown as well, or before it started it. None where a step or a
 * leaving answers that client, and says so itself.
 *
 * @param moves in order of time
 */
export function askedFor({ steps }: Subject, leavings: readonly Move[], moves: readonly Move[]): readonly Move[] {
  const answered = new Set([...steps, ...leavings].map(({ destination }) => destination))
  const first = new Map(steps.toReversed().map((step) => [step.process, step]))
  return [...first.values()].flatMap((step) => {
    const [asked, ...told] = requestOf(step, moves)
    return asked === undefined || answered.has(asked.client) ? [] : [asked, ...told]
  })
}

/** What may say why the processes of the steps took them: `movedBy` names it so. */
export function askedBefore({ steps }: Subject): readonly string[] {
  return steps.flatMap(({ process, parent }) => [askedOf(process), askedOf(parent), toldTo(process)])
}

function requestOf(step: Move, moves: readonly Move[]): readonly Move[] {
  const { process, parent, born } = step
  const own = lastBefore(step, moves, (move) => isAsked(move, process))
  if (own !== undefined) return [own]
  const told = lastBefore(step, moves, (move) => isTold(move, process))
  const asked = lastBefore(told ?? born, moves, (move) => isAsked(move, parent))
  if (asked === undefined) return []
  return told === undefined ? [asked] : [asked, told]
}

function isAsked({ client, process }: Move, of: string): boolean {
  return client !== '' && process === of
}

function isTold({ kind, isPipe, empty, process }: Move, to: string): boolean {
  return kind === 'taken' && isPipe && !empty && process === to
}

function lastBefore(end: Moment, moves: readonly Move[], is: (move: Move) => boolean): Move | undefined {
  return moves.findLast((move) => is(move) && compareMoments(move, end) < 0)
}
