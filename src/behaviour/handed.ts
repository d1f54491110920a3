import { FIRST_OF_CLIENTS } from '../event/destination.ts'
import { all, anyOf, field, not, type FieldName, type Predicate } from '../ir/predicate.ts'
import { milliseconds } from '../ir/duration.ts'
import type { Rule, RuleId } from '../ir/rule.ts'
import { eventRule, inOrder, withoutBefore, type Clause } from './clause-rule.ts'
import { isAmong, loopback } from './destination.ts'
import { exists, isOne, startsWith } from './field-test.ts'
import type { Surroundings } from './surroundings.ts'
import type { Task } from './task.ts'
import { isOfTask, isUse } from './use.ts'

/** How long before a send the run may have begun to listen where it goes. */
const LISTENED_WITHIN = milliseconds(3_600_000)

/**
 * Whom every program asks by its C library, of names, users and the time, and where it writes what it has to say: nscd,
 * systemd (userdb, resolve), sssd, syslog.
 */
const ASKED_BY_ALL = [
  '/run/nscd/',
  '/var/run/nscd/',
  '/run/systemd/userdb/',
  '/run/systemd/resolve/',
  '/var/lib/sss/pipes/',
]
const LOGS = ['/dev/log', '/run/systemd/journal/']

/**
 * A hop out of the task on this host: who holds data of a class that is followed sends, by a UNIX socket with a name or
 * over loopback, to where nobody of the run listens. What the other process does with it is bound by no grant, so the
 * task declares whom it may ask, as a host with a `socket` or an address of loopback.
 *
 * Of a service only UNIX sockets are looked at: it holds its key for all its life, and whoever asks it may be on this host.
 */
export function compileHanded(
  clauseOf: (name: string, title: string) => Clause,
  task: Task,
  around: Surroundings,
): Rule[] {
  const holds = all(
    isOfTask(task, around),
    isUse(['network_send']),
    isOne('detpack.flow.object.class', around.followed),
  )
  const granted = task.grants
    .filter(({ capabilities, on }) => capabilities.includes('network_send') && on.hosts !== null)
    .map(({ on }) => isAmong(on.hosts?.map(({ text }) => text) ?? [], task))
  const declared = anyOf(...granted)
  const undeclared = all(holds, not(declared))
  const socket = all(
    undeclared,
    isOne('network.transport', ['unix']),
    exists('destination.address'),
    not(exists('detpack.peer.task.id')),
    not(anyOf(...[...ASKED_BY_ALL, ...LOGS].map((path) => startsWith('destination.address', path)))),
  )
  const title = 'handed data to an undeclared process'
  const bySocket = unlessListened(clauseOf('handed', title), socket, ['destination.address'], task, around)
  if (task.holder.kind === 'unit') return bySocket
  // Names are looked up at 53.
  const there = all(loopback, not(field('destination.port', { is: 'number', value: 53 })))
  const ofClient = field('source.port', { is: 'order', operator: 'gte', value: FIRST_OF_CLIENTS })
  const byPort = unlessListened(
    clauseOf('handed.loopback', `${title}, over loopback`),
    all(undeclared, there, ofClient),
    ['destination.port'],
    task,
    around,
    // A server of the run, at a port that it was given, answers at that of its client.
    { part: 'client', where: all(isOfTask(task, around), isUse(['network_connect']), loopback), at: 'source.port' },
  )
  const ofServer = all(there, field('source.port', { is: 'order', operator: 'lt', value: FIRST_OF_CLIENTS }))
  const connects = all(isOfTask(task, around), isUse(['network_connect']), ofServer, not(declared))
  // By a port below those of clients answers a server of the run, or asks who took that port first: who was seen to connect.
  const ownPort = clauseOf('handed.loopback.own-port', 'handed data over loopback by a port that it took')
  const byOwnPort = inOrder(
    ownPort,
    [
      { as: 'connect', part: 'connect', where: connects },
      { as: 'send', part: 'send', where: all(undeclared, ofServer) },
    ],
    () => [{ name: 'detpack.object.id', fieldOf: new Map<RuleId, FieldName>(), span: ownPort.span }],
    LISTENED_WITHIN,
  )
  return [...bySocket, ...byPort, ...byOwnPort]
}

/**
 * Sent to where nobody of the run listened before.
 * @param also what else of the run is there, with the field that says where
 */
function unlessListened(
  clause: Clause,
  sent: Predicate,
  where: readonly [FieldName],
  task: Task,
  around: Surroundings,
  also?: { readonly part: string; readonly where: Predicate; readonly at: FieldName },
): Rule[] {
  const { span } = clause
  const send = eventRule(clause, sent, 'send')
  const listens = eventRule(clause, all(isOfTask(task, around), isUse(['network_listen'])), 'listen')
  const others = also === undefined ? [] : [eventRule(clause, also.where, also.part)]
  const by: FieldName = task.holder.kind === 'label' ? 'detpack.task.run' : 'host.id'
  const elsewhere = new Map<RuleId, FieldName>(others.map(({ id }) => [id, also?.at ?? where[0]]))
  const group = [
    { name: by, fieldOf: new Map<RuleId, FieldName>(), span },
    { name: where[0], fieldOf: elsewhere, span },
  ]
  const told = withoutBefore(clause, send, [listens, ...others], { group, within: LISTENED_WITHIN })
  return [send, listens, ...others, told]
}
