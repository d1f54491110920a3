import type { Alert } from './alert.ts'
import { moveOf, type Move } from './move.ts'

/** What an alert is about: how it came to the alert's steps is what hops tell. */
export interface Subject {
  /** In the order of the alert. */
  readonly steps: readonly Move[]
  /** Ids of the objects whose data, descriptor or name is looked for. */
  readonly objects: ReadonlySet<string>
  /** Whether something came to a process or left it; else only what became of objects is told. */
  readonly moves: boolean
  /** Whether a process has what it was forked with; else only what it took in, from its source on. */
  readonly inherits: boolean
  /** No step sends anything or passes a descriptor on: whether its data then left the host is looked for. */
  readonly stays: boolean
}

/**
 * An alert is about the object that its group names; else about the files that its steps use; else, where they send or write to a pipe,
 * about what the process holds. The processes of a daemon hold from their birth on what it read at its start, and an alert on one
 * that connects somewhere is not about that: of what is merely held, only what the process took in itself counts.
 */
export function subjectOf(alert: Alert): Subject {
  const steps = alert.steps.flatMap(({ event }) => (event === null || event.time === null ? [] : [moveOf(event)]))
  const moves = steps.some((step) => isMoving(step) || isHandingOn(step))
  const about = { steps, moves, inherits: true, stays: !steps.some(isLeaving) }
  const names = new Set(Object.values(alert.group))
  const named = steps.flatMap((step) => [...step.flow, ...filesOf(step)]).filter((id) => names.has(id))
  if (named.length > 0) return { ...about, objects: new Set(named) }
  const used = steps.flatMap(filesOf)
  if (used.length > 0) return { ...about, objects: new Set(used) }
  const held = steps.flatMap((step) => (isHandingOn(step) ? step.flow : []))
  return { ...about, objects: new Set(held), inherits: false }
}

function isMoving({ kind, action }: Move): boolean {
  return kind === 'taken' || kind === 'given' || (kind === 'had' && action.startsWith('descriptor_'))
}

/** What the process holds may go to another, or leave the host: a pipe with a name is no file that it is kept in. */
function isHandingOn(step: Move): boolean {
  return isLeaving(step) || (step.kind === 'put' && step.isPipe)
}

function isLeaving({ action }: Move): boolean {
  return action === 'network_send' || action === 'network_connect' || action === 'descriptor_send'
}

function filesOf({ object, isFile, source, sourceIsFile }: Move): readonly string[] {
  return [...(isFile ? [object] : []), ...(sourceIsFile ? [source] : [])]
}
