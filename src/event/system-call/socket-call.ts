import { parseAddress } from './address.ts'
import type { Slot, TracedObject } from '../recording/descriptor.ts'
import { succeeded } from './file-call.ts'
import type { Endpoint } from '../recording/node.ts'
import { parseNode } from './shown-node.ts'
import { bytesOf, outward } from './transfer-call.ts'
import { tell, type CallHandler, type Moment } from './moment.ts'
import { afterOf, fieldOf, flagsOf, itemsOf, numberOf, wordOf, type Value } from './value.ts'

/** Calls on sockets. */
export const SOCKET_CALLS: Readonly<Record<string, CallHandler>> = {
  socket: (moment) => socket(moment),
  socketpair: (moment) => socketPair(moment),
  connect: (moment) => connect(moment),
  bind: (moment) => {
    const held = moment.trace.slot(moment.process, moment.call.args[0])
    const local = parseAddress(moment.call.args[1])
    if (held && local && succeeded(moment)) held.slot.description.object.local = local
  },
  listen: (moment) => {
    const held = moment.trace.slot(moment.process, moment.call.args[0])
    const local = held?.slot.description.object.local
    tell(moment, { action: 'network_listen', ...slotOf(held), to: local, inward: true })
  },
  accept: (moment) => accept(moment),
  accept4: (moment) => accept(moment),
  sendto: (moment) => send(moment, parseAddress(moment.call.args[4]), bytesOf(moment)),
  send: (moment) => send(moment, undefined, bytesOf(moment)),
  recvfrom: (moment) => receive(moment, parseAddress(moment.call.args[4]), bytesOf(moment)),
  recv: (moment) => receive(moment, undefined, bytesOf(moment)),
  sendmsg: (moment) => sendMessage(moment, moment.call.args[1], bytesOf(moment)),
  recvmsg: (moment) => receiveMessage(moment, moment.call.args[1], bytesOf(moment)),
  sendmmsg: (moment) => {
    for (const item of messagesOf(moment))
      sendMessage(moment, fieldOf(item, 'msg_hdr'), numberOf(fieldOf(item, 'msg_len')))
  },
  recvmmsg: (moment) => {
    for (const item of messagesOf(moment))
      receiveMessage(moment, fieldOf(item, 'msg_hdr'), numberOf(fieldOf(item, 'msg_len')))
  },
}

/** The messages that were moved: the call tells how many. A failed call is told once. */
function messagesOf(moment: Moment): readonly Value[] {
  return itemsOf(moment.call.args[1]).slice(0, bytesOf(moment) ?? 1)
}

type Held = { readonly number: number; readonly slot: Slot } | undefined

function slotOf(held: Held): { descriptor?: number; slot?: Slot; unknown?: readonly string[] } {
  return held
    ? { descriptor: held.number, slot: held.slot }
    : { unknown: ['detpack.object.id', 'detpack.descriptor.origin'] }
}

const FAMILIES: ReadonlyMap<string, string> = new Map([
  ['AF_INET', 'inet'],
  ['AF_INET6', 'inet6'],
  ['AF_UNIX', 'unix'],
  ['AF_LOCAL', 'unix'],
  ['AF_NETLINK', 'netlink'],
  ['AF_PACKET', 'packet'],
  ['AF_VSOCK', 'vsock'],
])

const TYPES: ReadonlyMap<string, string> = new Map([
  ['SOCK_STREAM', 'stream'],
  ['SOCK_DGRAM', 'dgram'],
  ['SOCK_SEQPACKET', 'seqpacket'],
  ['SOCK_RAW', 'raw'],
])

function describe(object: TracedObject, moment: Moment): readonly string[] {
  const family = wordOf(moment.call.args[0]) ?? ''
  const [type = '', ...flags] = flagsOf(moment.call.args[1])
  object.family = FAMILIES.get(family) ?? family.replace(/^[AP]F_/, '').toLowerCase()
  object.type = TYPES.get(type)
  if (object.transport === undefined || object.transport === 'unknown') {
    if (object.family === 'unix' || object.family === 'netlink') object.transport = object.family
    else if (object.type === 'stream') object.transport = 'tcp'
    else if (object.type === 'dgram') object.transport = 'udp'
  }
  return flags.map((flag) => flag.replace('SOCK_', 'O_'))
}

/** A socket that a call made, from what its result shows. */
function made(moment: Moment, value: Value | undefined): { number: number; slot: Slot } | undefined {
  const number = numberOf(value)
  if (number === undefined) return undefined
  const { trace, process } = moment
  const node = value?.kind === 'descriptor' ? parseNode(value) : ({ kind: 'socket', key: undefined } as const)
  const object =
    node.kind === 'socket' ? trace.objects.shown(node) : trace.objects.create({ kind: 'socket', key: undefined })
  const flags = describe(object, moment)
  return {
    number,
    slot: trace.install(process, number, { object, origin: 'opened', flags, at: moment.ended ?? moment.began }),
  }
}

function socket(moment: Moment): void {
  const { result } = moment.call
  const held = result.kind === 'value' ? made(moment, result.value) : undefined
  const family = FAMILIES.get(wordOf(moment.call.args[0]) ?? '')
  tell(moment, {
    action: 'descriptor_create',
    ...(held && { descriptor: held.number, slot: held.slot }),
    ...(held === undefined && family !== undefined && { detpack: { socket: { family } } }),
  })
}

function socketPair(moment: Moment): void {
  if (!succeeded(moment)) return tell(moment, { action: 'descriptor_create' })
  const pair = itemsOf(moment.call.args[3]).map((value) => made(moment, value))
  const [one, other] = pair.map((held) => held?.slot.description.object)
  if (one && other) {
    one.peer ??= other.inode
    other.peer ??= one.inode
  }
  for (const held of pair) {
    if (held) tell(moment, { action: 'descriptor_create', descriptor: held.number, slot: held.slot })
  }
}

function connect(moment: Moment): void {
  const held = moment.trace.slot(moment.process, moment.call.args[0])
  connectTo(moment, held, parseAddress(moment.call.args[1]))
}

function connectTo(moment: Moment, held: Held, remote: Endpoint | undefined): void {
  const object = held?.slot.description.object
  const { result } = moment.call
  const pending = result.kind === 'error' && result.errno === 'EINPROGRESS'
  if (object && remote && (succeeded(moment) || pending)) object.remote = remote
  tell(moment, {
    action: 'network_connect',
    ...slotOf(held),
    from: object?.local,
    to: remote,
    inward: false,
  })
}

function accept(moment: Moment): void {
  const { trace, process, call } = moment
  const listening = trace.slot(process, call.args[0])
  const { result } = call
  if (result.kind !== 'value') {
    const to = listening?.slot.description.object.local
    return tell(moment, { action: 'network_accept', ...slotOf(listening), to, inward: true })
  }
  const number = result.number
  if (number === undefined) return
  const node =
    result.value.kind === 'descriptor' ? parseNode(result.value) : ({ kind: 'socket', key: undefined } as const)
  const object = trace.objects.shown(node)
  const parent = listening?.slot.description.object
  object.family ??= parent?.family
  object.type ??= parent?.type
  object.transport ??= parent?.transport
  object.local ??= parent?.local
  object.remote ??= parseAddress(call.args[1])
  const flags = flagsOf(call.args[3]).map((flag) => flag.replace('SOCK_', 'O_'))
  const slot = trace.install(process, number, { object, origin: 'opened', flags, at: moment.ended ?? moment.began })
  tell(moment, {
    action: 'network_accept',
    descriptor: number,
    slot,
    from: object.remote,
    to: object.local,
    inward: true,
  })
}

/** Where the kernel does not connect by what is sent, or does it already, nothing was tried. */
const NOT_TRIED: ReadonlySet<string | undefined> = new Set(['EOPNOTSUPP', 'EALREADY'])

/** What is sent first connects the stream (MSG_FASTOPEN). */
function beginsConnection({ call, reason }: Moment, held: Held): boolean {
  const flags = flagsOf(call.args[call.name === 'sendmsg' ? 2 : 3])
  const isStream = held?.slot.description.object.transport === 'tcp'
  return isStream && flags.includes('MSG_FASTOPEN') && !NOT_TRIED.has(reason)
}

function send(moment: Moment, to: Endpoint | undefined, bytes: number | undefined): void {
  const held = moment.trace.slot(moment.process, moment.call.args[0])
  if (beginsConnection(moment, held)) connectTo(moment, held, to)
  const change = auditChange(held, moment)
  if (change !== undefined) {
    const detpack = { audit: { change } }
    return tell(moment, { action: 'audit_change', ...slotOf(held), detpack })
  }
  const use = held ? outward(moment, held) : { action: 'network_send' as const, ...slotOf(held), inward: false }
  tell(moment, { ...use, ...(to && { to }), bytes })
}

function receive(moment: Moment, from: Endpoint | undefined, bytes: number | undefined): void {
  const held = moment.trace.slot(moment.process, moment.call.args[0])
  const object = held?.slot.description.object
  tell(moment, {
    action: 'network_receive',
    ...slotOf(held),
    from: from ?? object?.remote,
    to: object?.local,
    inward: true,
    bytes,
  })
}

/** Requests to the audit subsystem that change it (linux/audit.h); asking for its state does not. */
const AUDIT_CHANGES: ReadonlySet<string> = new Set([
  'AUDIT_SET',
  'AUDIT_ADD',
  'AUDIT_DEL',
  'AUDIT_ADD_RULE',
  'AUDIT_DEL_RULE',
  'AUDIT_TRIM',
  'AUDIT_MAKE_EQUIV',
  'AUDIT_TTY_SET',
  'AUDIT_SET_FEATURE',
])

function auditChange(held: Held, moment: Moment): string | undefined {
  if (held?.slot.description.object.transport !== 'netlink') return undefined
  const type = AUDIT_TYPE.exec(moment.text)?.[1]
  return type !== undefined && AUDIT_CHANGES.has(type) ? type : undefined
}

const AUDIT_TYPE = /nlmsg_type=(AUDIT_[A-Z_]{1,32})/

/** The descriptors that a message carries (SCM_RIGHTS): as shown with -yy, or bare numbers without. */
function passedIn(message: Value | undefined): readonly Value[] {
  return itemsOf(fieldOf(message, 'msg_control')).flatMap((one) =>
    wordOf(fieldOf(one, 'cmsg_type')) === 'SCM_RIGHTS' ? itemsOf(fieldOf(one, 'cmsg_data')) : [],
  )
}

function sendMessage(moment: Moment, message: Value | undefined, bytes: number | undefined): void {
  const { trace, process } = moment
  send(moment, parseAddress(fieldOf(message, 'msg_name')), bytes)
  const link = trace.slot(process, moment.call.args[0])
  const socketObject = link?.slot.description.object
  for (const value of passedIn(message)) {
    const held = trace.slot(process, value)
    if (held && succeeded(moment) && !moment.anticipated) trace.pass(socketObject?.peer, held.slot.description, process)
    const peer = socketObject && trace.peerOf(socketObject)
    tell(moment, {
      action: 'descriptor_send',
      ...slotOf(held),
      to: socketObject?.remote ?? socketObject?.local,
      sink: socketObject && trace.sinkOf(socketObject),
      ...(peer && { detpack: { peer: { entity_id: peer.entityId, pid: peer.pid } } }),
    })
  }
}

function receiveMessage(moment: Moment, message: Value | undefined, bytes: number | undefined): void {
  const { trace, process } = moment
  receive(moment, parseAddress(fieldOf(message, 'msg_name')), bytes)
  if (!succeeded(moment)) return
  const link = trace.slot(process, moment.call.args[0])?.slot.description.object
  const closeOnExec = flagsOf(moment.call.args.at(-1)).includes('MSG_CMSG_CLOEXEC')
  for (const value of passedIn(message)) {
    const number = numberOf(value)
    if (number === undefined) continue
    const shown = afterOf(value)
    const node = shown?.kind === 'descriptor' ? parseNode(shown) : undefined
    const arrived = trace.arrive(link?.inode, node)
    const object = arrived?.description.object ?? trace.objects.shown(node ?? { kind: 'other', key: undefined })
    const description =
      arrived?.description ??
      trace.objects.describe({ object, flags: undefined, openedBy: undefined, openedAt: undefined })
    const slot: Slot = { description, origin: 'received', from: arrived?.giver, closeOnExec }
    trace.put(process, number, slot)
    tell(moment, {
      action: 'descriptor_receive',
      descriptor: number,
      slot,
      carrier: link,
      from: link?.remote ?? link?.local,
      inward: true,
      ...(arrived === undefined && { unknown: ['detpack.descriptor.from'] }),
    })
  }
}
