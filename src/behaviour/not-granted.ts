import { all, anyOf, not, type Predicate } from '../ir/predicate.ts'
import type { Level, Rule } from '../ir/rule.ts'
import { eventRule, type Clause } from './clause-rule.ts'
import { notForOwnAddress, notForOwnQuestions, notOnOwnConnection } from './connection.ts'
import { beyondLoopback, onNetwork } from './destination.ts'
import { exists, isOne } from './field-test.ts'
import { compileHanded } from './handed.ts'
import { sentAfter } from './sent.ts'
import type { Surroundings } from './surroundings.ts'
import { deniesOthers, ONLY_TO_WITHIN, type Capability, type Task } from './task.ts'
import { isOfTask, isOn, isRenamedWithin, isUse, mayUse } from './use.ts'
import { grantedInWords } from './words.ts'

/**
 * Uses that need a grant, by what they endanger. Everything else a task may do unless its file denies it: programs read
 * hundreds of files that are nobody's secret, and start others.
 *
 * - read: data or descriptor of an object of a class that is followed, by whatever call
 * - change: an object of any class, or its name
 * - emptied: such an object, by an open that cuts it off: nothing is written then
 * - network: connecting, sending and listening beyond loopback; of services also listening on it, for whoever is on this host
 * - system: the kernel, its auditing, and memory and descriptors of other processes. A mount is not: to unshare is to mount
 * - denied: what the task names under `deny`
 */
interface Area {
  readonly name: string
  readonly title: string
  readonly level: Level
  readonly capabilities: readonly Capability[]
  /** Capabilities of which a grant also covers these uses: who may read an object may be given its descriptor. */
  readonly coveredBy: readonly Capability[]
  /** Only objects of a class are told: no grant of those of none covers one. */
  readonly isOfClass: boolean
  /** Which uses of these capabilities. */
  readonly of: (around: Surroundings, capability: Capability, task: Task) => Predicate
}

const CHANGES = ['file_write', 'file_create', 'file_delete', 'file_rename', 'file_attribute'] as const
const TAKINGS = ['file_read', 'file_map', 'descriptor_receive', 'descriptor_take'] as const

const READ: Area = {
  name: 'read',
  title: 'took data that no grant covers',
  level: 'medium',
  capabilities: TAKINGS,
  coveredBy: ['file_read'],
  isOfClass: true,
  of: ({ followed }) => isOne('detpack.object.class', followed),
}

const AREAS: readonly Area[] = [
  READ,
  {
    name: 'change',
    title: 'changed an object that no grant covers',
    level: 'medium',
    capabilities: CHANGES,
    coveredBy: [],
    isOfClass: true,
    of: () => exists('detpack.object.class'),
  },
  {
    name: 'emptied',
    title: 'emptied an object that no grant covers',
    level: 'medium',
    capabilities: ['file_open'],
    coveredBy: ['file_write'],
    isOfClass: true,
    of: () => all(exists('detpack.object.class'), isOne('detpack.descriptor.flags', ['O_TRUNC'])),
  },
  {
    name: 'network',
    title: 'used the network where no grant covers it',
    level: 'medium',
    capabilities: ['network_connect', 'network_send', 'network_listen'],
    coveredBy: [],
    isOfClass: false,
    of: (_, capability, { holder }) => {
      if (capability === 'network_send') return all(beyondLoopback, notOnOwnConnection)
      if (capability !== 'network_listen') return all(beyondLoopback, notForOwnAddress)
      return all(holder.kind === 'unit' ? onNetwork : beyondLoopback, notForOwnQuestions(holder))
    },
  },
  {
    name: 'system',
    title: 'reached into the system without a grant',
    level: 'high',
    capabilities: ['module_load', 'bpf_use', 'audit_change', 'process_inspect', 'descriptor_take'],
    coveredBy: [],
    isOfClass: false,
    of: () => all(),
  },
]

/** By which capabilities a grant may be about such a use: whoever may read an object may be given its descriptor. */
export function coveringCapabilities(capability: Capability): Capability[] {
  const areas = AREAS.filter(({ capabilities }) => capabilities.includes(capability))
  return [...new Set([capability, ...areas.flatMap(({ coveredBy }) => coveredBy)])]
}

const HANDING = { capabilities: ['network_send'], coveredBy: [], isOfClass: false } as const

/** The rules that tell of uses which need a grant of the task and have none. */
export function compileNotGranted(task: Task, around: Surroundings): Rule[] {
  if (!deniesOthers(task)) return []
  const denied: Area = {
    name: 'denied',
    title: 'used a capability that it is denied',
    level: 'medium',
    capabilities: task.deny,
    coveredBy: [],
    isOfClass: false,
    of: () => all(),
  }
  return [
    ...[...AREAS, ...(task.deny.length > 0 ? [denied] : [])].map((area) => compileArea(area, task, around)),
    ...compileSent(task, around),
    ...compileHanded((name, title) => clauseOf({ name, title, level: 'medium' }, HANDING, task), task, around),
  ]
}

function compileArea(area: Area, task: Task, around: Surroundings): Rule {
  const uses = ungrantedUses(area, task, around)
  const where = anyOf(...uses, ...(area.name === 'read' ? [takenAtOnce(task, around)] : []))
  return eventRule(clauseOf(area, area, task), all(isOfTask(task, around), where))
}

/** What was taken without a grant leaves the host, be it to a host that is declared. */
function compileSent(task: Task, around: Surroundings): Rule[] {
  const [read, copied] = [
    { name: 'read.sent', title: 'sent data that no grant covers', level: 'high' },
    { name: 'copied.sent', title: 'sent what it copied, which no grant covers', level: 'high' },
  ] as const
  const asked = limitedSends(task, around)
  const to = asked.length === 0 ? beyondLoopback : all(beyondLoopback, not(anyOf(...asked)))
  const within = ONLY_TO_WITHIN
  const taken = anyOf(...ungrantedUses(READ, task, around))
  return [
    ...sentAfter(clauseOf(read, READ, task), { taken, as: 'detpack.object.id', to, within }, around),
    ...sentAfter(
      clauseOf(copied, READ, task),
      { taken: takenAtOnce(task, around), as: 'detpack.source.object.id', to, within },
      around,
    ),
  ]
}

/** Bytes that names are asked for in, and that say little else. */
const FEW = 4096

/**
 * Sends that a grant allows in few bytes, as looking up a name before each connection: an alert would show the lookup as
 * where the data went. What goes there beyond the limit that grant tells.
 */
function limitedSends(task: Task, around: Surroundings): Predicate[] {
  return task.grants
    .filter(({ capabilities }) => capabilities.includes('network_send'))
    .filter(({ conditions }) =>
      conditions.some((one) => one.kind === 'at_most' && one.of === 'bytes' && one.per !== 'use' && one.count <= FEW),
    )
    .map(({ on }) => isOn(on, task, around))
}

/** Of each capability of the area the uses that no grant covers. */
function ungrantedUses(area: Area, task: Task, around: Surroundings): Predicate[] {
  return area.capabilities.map((capability) => {
    const used = all(isUse([capability]), area.of(around, capability, task))
    const covered = coverage(
      [capability, ...area.coveredBy],
      task,
      around,
      capability === 'file_rename' ? 'both names' : 'object',
    )
    return covered.length === 0 ? used : all(used, not(anyOf(...covered)))
  })
}

function clauseOf(
  { name, title, level }: Pick<Area, 'name' | 'title' | 'level'>,
  { capabilities, coveredBy, isOfClass }: Pick<Area, 'capabilities' | 'coveredBy' | 'isOfClass'>,
  task: Task,
): Clause {
  const kind = [...capabilities, ...coveredBy]
  const granted = task.grants
    .filter((grant) => kind.some((each) => mayUse(grant, each)))
    .filter(({ on }) => !isOfClass || on.classes?.length !== 0)
  const instead = granted.length === 0 ? 'It is granted nothing of the kind.' : `It may ${grantedInWords(granted)}.`
  return {
    task,
    grant: null,
    name: `not-granted.${name}`,
    title: `${task.name} ${title}`,
    description: `No grant of ${task.name} covers it. ${instead}`,
    level,
    span: task.span,
  }
}

/** What sendfile, splice and copy_file_range took; no read is told. */
function takenAtOnce(task: Task, around: Surroundings): Predicate {
  const taken = all(isOne('detpack.source.object.class', around.followed), isOne('event.outcome', ['success']))
  const covered = coverage(['file_read'], task, around, 'source')
  return covered.length === 0 ? taken : all(taken, not(anyOf(...covered)))
}

function coverage(
  capabilities: readonly Capability[],
  task: Task,
  around: Surroundings,
  place: 'object' | 'source' | 'both names',
): Predicate[] {
  return task.grants
    .filter((grant) => capabilities.some((each) => mayUse(grant, each)))
    .map(({ on }) =>
      place === 'both names' && on.paths !== null
        ? isRenamedWithin(on, task, around)
        : isOn(on, task, around, place === 'source' ? 'source' : 'object'),
    )
}
