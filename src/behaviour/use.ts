import type { Action } from '../event/action.ts'
import type { PathPattern } from '../event/path-pattern.ts'
import { all, always, anyOf, field, not, type FieldName, type Predicate } from '../ir/predicate.ts'
import { isAmong } from './destination.ts'
import { endsWith, exists, isOne, startsWith } from './field-test.ts'
import type { Surroundings } from './surroundings.ts'
import type { Capability, Grant, Target, TargetPath, Task } from './task.ts'

/** By which actions a capability is used: data is taken from a file by a read or by a map. */
const WAYS: { readonly [capability in Capability]?: readonly Action[] } = { file_read: ['file_read', 'file_map'] }

export function waysOf(capabilities: readonly Capability[]): Action[] {
  return [...new Set(capabilities.flatMap((each) => WAYS[each] ?? [each]))]
}

/** Who may send to a host may connect to it, unless what is sent on has to be there already. */
export function mayUse({ capabilities, conditions }: Grant, capability: Capability): boolean {
  if (waysOf(capabilities).includes(capability)) return true
  const isGiven = conditions.some((one) => one.kind === 'only_from' && !one.origins.includes('opened'))
  return capability === 'network_connect' && capabilities.includes('network_send') && !isGiven
}

/** The process is of the task. */
export function isOfTask({ name, holder }: Task, { tasks, units }: Surroundings): Predicate {
  const labelled = exists('detpack.task.name')
  switch (holder.kind) {
    case 'label':
      return isOne('detpack.task.name', [name])
    case 'unit':
      return anyOf(isOne('detpack.task.name', [name]), all(not(labelled), isOne('service.name', [holder.unit])))
    case 'undeclared': {
      const others = tasks.filter((each) => each !== name)
      const declared = [
        ...(others.length > 0 ? [isOne('detpack.task.name', others)] : []),
        ...(units.length > 0 ? [all(not(labelled), isOne('service.name', units))] : []),
      ]
      return declared.length === 0 ? always : not(anyOf(...declared))
    }
  }
}

/** A capability was used, successfully; whether a connection that is under way succeeds is told later. */
export function isUse(actions: readonly Action[]): Predicate {
  const done = isOne('event.outcome', ['success'])
  const connects = actions.includes('network_connect')
  const others = actions.filter((action) => action !== 'network_connect')
  return anyOf(
    ...(others.length > 0 ? [all(isOne('event.action', others), done)] : []),
    ...(connects
      ? [all(isOne('event.action', ['network_connect']), isOne('event.outcome', ['success', 'unknown']))]
      : []),
  )
}

/** Where an event says what was used: as its object, or as what sendfile, splice and copy_file_range took from. */
const PLACES = {
  object: {
    class: 'detpack.object.class',
    path: 'file.path',
    kind: 'detpack.object.kind',
    binding: 'detpack.object.binding',
  },
  source: {
    class: 'detpack.source.object.class',
    path: 'detpack.source.object.path',
    kind: 'detpack.source.object.kind',
    binding: 'detpack.source.object.binding',
  },
  /** The name that a renamed object had. */
  previous: {
    class: 'detpack.object.class',
    path: 'detpack.file.previous_path',
    kind: 'detpack.object.kind',
    binding: 'detpack.object.binding',
  },
} as const

/** What is used is what a target means. */
export function isOn(
  target: Target,
  task: Task,
  around: Surroundings,
  place: keyof typeof PLACES = 'object',
): Predicate {
  const fields = PLACES[place]
  const { classes, paths, parameters, hosts, kinds, linkOf, except } = target
  const parts: Predicate[] = []
  if (classes !== null) {
    const names = classes.map((each) => each.text)
    parts.push(names.length === 0 ? not(exists(fields.class)) : isOne(fields.class, names))
  }
  if (paths !== null) parts.push(isAt(fields.path, paths, around))
  if (linkOf !== null)
    parts.push(anyOf(isAt('file.target_path', linkOf, around), isAt(PLACES.previous.path, linkOf, around)))
  if (parameters !== null)
    parts.push(
      isOne(
        fields.binding,
        parameters.map((each) => each.text),
      ),
    )
  if (kinds !== null) parts.push(isOne(fields.kind, kinds))
  if (hosts !== null)
    parts.push(
      isAmong(
        hosts.map((each) => each.text),
        task,
      ),
    )
  for (const other of except ?? []) parts.push(not(isOn(other, task, around, place)))
  return all(...parts)
}

/**
 * What is renamed is what a target means, before and after: else a file could be moved to where it may be used. What it
 * was called before may be told by `link_of`.
 */
export function isRenamedWithin(target: Target, task: Task, around: Surroundings): Predicate {
  if (target.linkOf !== null) return isOn(target, task, around)
  const before = anyOf(not(exists('detpack.file.previous_path')), isOn(target, task, around, 'previous'))
  return all(isOn(target, task, around), before)
}

function isAt(name: FieldName, paths: readonly TargetPath[], { homes }: Surroundings): Predicate {
  return anyOf(...paths.map(({ pattern }) => hasPath(name, pattern, homes)))
}

function hasPath(name: FieldName, pattern: PathPattern, homes: readonly string[]): Predicate {
  if (pattern.kind === 'exact') return inEachHome(name, pattern.path, homes, 'exact')
  const base =
    pattern.name === null ? always : endsWith(name, `${pattern.name.kind === 'name' ? '/' : ''}${pattern.name.text}`)
  if (pattern.directory === null) return base
  return all(inEachHome(name, pattern.directory, homes, 'start'), base)
}

/** A path, or the start of one, where `~/` stands for each home directory. */
function inEachHome(name: FieldName, path: string, homes: readonly string[], extent: 'exact' | 'start'): Predicate {
  const whole = (written: string): Predicate => {
    if (!written.includes('*')) return extent === 'exact' ? isOne(name, [written]) : startsWith(name, written)
    const source = `^${written.split('*').map(escaped).join('[^/]+')}${extent === 'exact' ? '$' : ''}`
    return field(name, { is: 'regex', source, flags: { ignoreCase: false, multiline: false, dotAll: false } })
  }
  if (!path.startsWith('~/')) return whole(path)
  return anyOf(...homes.map((home) => whole(home + path.slice(1))))
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
