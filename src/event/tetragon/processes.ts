import { redactArguments } from '../recording/argument.ts'
import { parseMicros } from '../recording/told-time.ts'
import type { ToldHost } from '../recording/told-host.ts'
import { toldList, toldNumber, toldObject, toldText, type ToldObject } from '../recording/told-json.ts'
import type { TracedProcess } from '../recording/traced-process.ts'
import type { UsePart } from '../use-event.ts'

/**
 * The process of an event. Tetragon knows each image of a process by an `exec_id` of its own; a process keeps the first
 * one as its identity, since exec makes no new process.
 */
export function processOf(host: ToldHost, process: ToldObject, parent: ToldObject | undefined): TracedProcess {
  const key = keyOf(process)
  const known = host.find(key)
  if (known !== undefined) {
    update(known, process)
    return known
  }
  const pid = toldNumber(process, 'pid') ?? 0
  const parentKey = parent === undefined ? toldText(process, 'parent_exec_id') : keyOf(parent)
  const parentKnown = parent === undefined ? host.find(parentKey ?? '') : processOf(host, parent, undefined)
  // Without a clone the new image is the same process: its "parent" is the image before it.
  if (parentKnown?.pid === pid && parentKnown.parent !== undefined && hasNotCloned(process)) {
    host.alias(key, parentKnown)
    update(parentKnown, process)
    return parentKnown
  }
  const start = parseMicros(toldText(process, 'start_time'))
  const met = host.meet(key, { entityId: key, pid, start, parent: parentKnown })
  met.image = 0
  update(met, process)
  return met
}

/** The image before this one is the same process, where Tetragon saw an exec without a clone. */
export function execsAgain(host: ToldHost, process: ToldObject, parent: ToldObject | undefined): void {
  if (host.find(keyOf(process)) !== undefined || !hasNotCloned(process)) return
  const before = parent && host.find(keyOf(parent))
  if (before !== undefined && before.pid === toldNumber(process, 'pid')) host.alias(keyOf(process), before)
}

function hasNotCloned(process: ToldObject): boolean {
  const flags = toldText(process, 'flags')?.split(' ') ?? []
  return flags.includes('execve') && !flags.includes('clone')
}

/** Stands for the identity where an export has no `exec_id`. */
export function keyOf(process: ToldObject): string {
  const id = toldText(process, 'exec_id')
  if (id !== undefined) return id
  return `pid-${toldNumber(process, 'pid') ?? 0}-${toldText(process, 'start_time') ?? ''}`
}

/** What was told last of a process: told again it changes nothing. */
const latest = new WeakMap<TracedProcess, ToldObject>()

function update(process: TracedProcess, from: ToldObject): void {
  if (latest.get(process) === from) return
  latest.set(process, from)
  const binary = toldText(from, 'binary')
  if (binary !== undefined && binary !== process.executable) {
    process.executable = binary
    process.name = binary.slice(binary.lastIndexOf('/') + 1).slice(0, 15)
  }
  process.cwd = toldText(from, 'cwd') ?? process.cwd
  const credentials = toldObject(from, 'process_credentials')
  const user = toldNumber(credentials, 'euid') ?? toldNumber(from, 'uid')
  if (user !== undefined) process.user = String(user)
  const group = toldNumber(credentials, 'egid')
  if (group !== undefined) process.group = String(group)
  process.userName = toldText(toldObject(from, 'user'), 'name') ?? process.userName
  const pod = toldObject(from, 'pod')
  const container = toldText(toldObject(pod, 'container'), 'id')?.replace(/^[a-z-]{1,20}:\/\//, '')
  process.container = container ?? toldText(from, 'docker') ?? process.container
  process.pod = toldText(pod, 'uid') ?? process.pod
  const namespace = toldNumber(toldObject(toldObject(from, 'ns'), 'mnt'), 'inum')
  if (namespace !== undefined) process.mountNamespace = String(namespace)
}

/** Of an exec: one text is all that Tetragon tells of the arguments, and the program's own name is not in it. */
export function commandOf(process: ToldObject): Partial<UsePart<'process'>> {
  const binary = toldText(process, 'binary')
  const rest = toldText(process, 'arguments')
  const cwd = toldText(process, 'cwd')
  const words = redactArguments([...(binary === undefined ? [] : [binary]), ...(rest?.split(' ') ?? [])])
  return {
    ...(words.length > 0 && { command_line: words.join(' ') }),
    ...(cwd !== undefined && { working_directory: cwd }),
  }
}

/** The Linux capabilities of a set, as `CAP_…`. Tetragon once named one without the prefix. */
export function capabilitySet(set: ToldObject | undefined, name: string): readonly string[] | undefined {
  const list = toldList(set, name)
  if (list.length === 0) return undefined
  return list.flatMap((one) => (typeof one === 'string' ? [one.startsWith('CAP_') ? one : `CAP_${one}`] : []))
}
