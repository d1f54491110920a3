import type { UsePart } from '../use-event.ts'
import { timeText } from './time-text.ts'
import type { TracedProcess } from './traced-process.ts'

type ProcessPart = UsePart<'process'>

/** What the part was made of; it holds as long as these are the same. */
interface Made {
  readonly of: readonly unknown[]
  readonly part: ProcessPart
}

const made = new WeakMap<TracedProcess, Made>()

/**
 * What an event says of its process. Events of a process that did not change share the part, so that it is made and
 * written out once. A process without a seen exec is said to be `unknown`, so that a rule on the name does not match it
 * by accident.
 */
export function processPart(process: TracedProcess, thread: number | undefined): ProcessPart {
  const { parent } = process
  const of = [
    thread,
    process.pid,
    process.name,
    process.executable,
    process.user,
    process.userName,
    process.group,
    process.interactive,
    parent,
    parent?.name,
    parent?.executable,
  ]
  const last = made.get(process)
  if (last !== undefined && last.of.every((value, at) => value === of[at])) return last.part
  const part = makePart(process, thread)
  made.set(process, { of, part })
  return part
}

function makePart(process: TracedProcess, thread: number | undefined): ProcessPart {
  const { parent, user, userName, group, interactive } = process
  return {
    entity_id: process.entityId,
    pid: process.pid,
    name: process.name ?? 'unknown',
    executable: process.executable ?? 'unknown',
    ...(process.start !== undefined && { start: timeText(process.start) }),
    ...((user !== undefined || userName !== undefined) && {
      user: { ...(user !== undefined && { id: user }), ...(userName !== undefined && { name: userName }) },
    }),
    ...(group !== undefined && { group: { id: group } }),
    ...(interactive !== undefined && { interactive }),
    ...(thread !== undefined && { thread: { id: thread } }),
    ...(parent && {
      parent: {
        entity_id: parent.entityId,
        pid: parent.pid,
        ...(parent.name !== undefined && { name: parent.name }),
        ...(parent.executable !== undefined && { executable: parent.executable }),
        ...(parent.start !== undefined && { start: timeText(parent.start) }),
      },
    }),
  }
}
