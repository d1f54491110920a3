import type { UsePart } from '../use-event.ts'
import { timeText } from './time-text.ts'
import type { TracedProcess } from './traced-process.ts'

/** What events say of a process and of where it runs. */
export interface ProcessParts {
  readonly process: UsePart<'process'>
  readonly user: UsePart<'user'> | undefined
  readonly container: UsePart<'container'> | undefined
  readonly orchestrator: UsePart<'orchestrator'> | undefined
  /** `detpack.process`. */
  readonly own: NonNullable<UsePart<'detpack'>['process']>
}

/** What the parts were made of; they hold as long as these are the same. */
interface Made {
  readonly of: readonly unknown[]
  readonly parts: ProcessParts
}

const made = new WeakMap<TracedProcess, Made>()

/**
 * What an event says of its process. Events of a process that did not change share the parts, so that they are made and
 * written out once. A process without a seen exec is said to be `unknown`, so that a rule on the name does not match it
 * by accident.
 */
export function processParts(process: TracedProcess, thread: number | undefined): ProcessParts {
  const of = madeOf(process, thread)
  const last = made.get(process)
  if (last !== undefined && isSame(last.of, of)) return last.parts
  const parts = {
    process: processPart(process, thread),
    user: userPart(process),
    container: process.container === undefined ? undefined : { id: process.container },
    orchestrator: process.pod === undefined ? undefined : { resource: { id: process.pod } },
    own: ownPart(process),
  }
  made.set(process, { of, parts })
  return parts
}

function madeOf(process: TracedProcess, thread: number | undefined): readonly unknown[] {
  const { parent } = process
  return [
    thread,
    process.pid,
    process.name,
    process.executable,
    process.user,
    process.userName,
    process.group,
    process.interactive,
    process.container,
    process.pod,
    process.image,
    process.mountNamespace,
    parent,
    parent?.name,
    parent?.executable,
  ]
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}

function userPart({ user: id, userName: name }: TracedProcess): UsePart<'user'> | undefined {
  if (id === undefined && name === undefined) return undefined
  return { ...(id !== undefined && { id }), ...(name !== undefined && { name }) }
}

function ownPart({ image, mountNamespace }: TracedProcess): ProcessParts['own'] {
  return { image, ...(mountNamespace !== undefined && { namespace: { mount: mountNamespace } }) }
}

function processPart(process: TracedProcess, thread: number | undefined): UsePart<'process'> {
  const { parent, group, interactive } = process
  const user = userPart(process)
  return {
    entity_id: process.entityId,
    pid: process.pid,
    name: process.name ?? 'unknown',
    executable: process.executable ?? 'unknown',
    ...(process.start !== undefined && { start: timeText(process.start) }),
    ...(user !== undefined && { user }),
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
