import type { TracedProcess } from '../recording/traced-process.ts'
import type { Result } from '../system-call/result.ts'
import type { Trace } from '../system-call/trace.ts'
import type { Value } from '../system-call/value.ts'
import { ERRNO_NAMES, I386_CALLS, X86_64_CALLS } from '../system-call/number-table.ts'
import { pathItems, type PathItem } from './path-item.ts'
import type { AuditRecord, Fields } from './record.ts'
import { parseSocketAddress, type SocketAddress } from './socket-address.ts'

const NONE: readonly PathItem[] = []

/** A system call as audit tells it: registers, and records of what its pointers led to. */
export class RawCall {
  readonly name: string
  /** Made by the 32-bit interface. */
  readonly compat: boolean
  readonly fields: Fields
  readonly records: readonly AuditRecord[]
  readonly #trace: Trace
  readonly #process: TracedProcess
  readonly #registers: Fields
  readonly #items: readonly PathItem[]

  constructor(syscall: Fields, records: readonly AuditRecord[], trace: Trace, process: TracedProcess) {
    this.fields = syscall
    this.records = records
    this.#trace = trace
    this.#process = process
    this.compat = syscall.raw('arch') === '40000003'
    const name = callName(syscall, this.compat)
    const multiplexed = name === 'socketcall' ? SOCKET_CALLS[Number.parseInt(syscall.raw('a0') ?? '', 16)] : undefined
    this.name = multiplexed ?? name
    this.#registers = (multiplexed === undefined ? undefined : this.of('SOCKETCALL')) ?? syscall
    this.#items = syscall.raw('items') === '0' ? NONE : pathItems(records)
  }

  /** The first record of a type. */
  of(type: string): Fields | undefined {
    return this.records.find((record) => record.type === type)?.fields
  }

  get result(): Result {
    const exit = this.fields.number('exit')
    const success = this.fields.raw('success')
    if (success === 'no') return { kind: 'error', errno: ERRNO_NAMES.get(-(exit ?? 0)) ?? `E${-(exit ?? 0)}` }
    if (exit === undefined) return success === 'yes' ? { kind: 'untold' } : { kind: 'none' }
    return { kind: 'value', value: { kind: 'word', text: String(exit) }, number: exit }
  }

  /** An argument of 32 bits with its sign: a descriptor, flags, a process. */
  int(at: number): number {
    return Number.parseInt(this.#register(at).slice(-8), 16) | 0
  }

  /** Of 64 bits; undefined where a double does not carry it. */
  size(at: number): number | undefined {
    const size = Number.parseInt(this.#register(at), 16)
    return Number.isSafeInteger(size) ? size : undefined
  }

  /** A descriptor as its number, a process, or another number. */
  word(at: number): Value {
    return { kind: 'word', text: String(this.int(at)) }
  }

  /** The directory of an …at call. */
  directory(at: number): Value {
    const number = this.int(at)
    return { kind: 'word', text: number === -100 ? 'AT_FDCWD' : String(number) }
  }

  /** The name that the call is about: what was found, made or removed, else what was looked for. */
  path(directory?: Value, made = false): Value {
    const wanted = this.#items.findLast((item) => item.nametype === 'CREATE' || item.nametype === 'DELETE')
    const found = this.#items.find((item) => item.nametype === 'NORMAL')
    return this.named(wanted ?? found ?? this.#items.find((item) => item.nametype === 'UNKNOWN'), directory, made)
  }

  /** The first name of a kind; of those that were looked for in vain, the one at a place. */
  item(nametypes: readonly string[], directory?: Value, unknown = 0): Value {
    const told = this.#items.find((item) => nametypes.includes(item.nametype))
    return this.named(told ?? this.#items.filter((item) => item.nametype === 'UNKNOWN')[unknown], directory)
  }

  get items(): readonly PathItem[] {
    return this.#items
  }

  /** What the inode is that a descriptor led to, where the call has a record of it. */
  get reached(): PathItem | undefined {
    return this.#items.find((item) => item.nametype !== 'PARENT' && item.inode !== undefined)
  }

  get address(): SocketAddress | undefined {
    return parseSocketAddress(this.of('SOCKADDR')?.raw('saddr'))
  }

  /** A name as an argument; what the kernel said of its inode is made known. @param made the call made the inode */
  named(item: PathItem | undefined, directory?: Value, made = false): Value {
    if (item?.name === undefined) return { kind: 'word', text: 'NULL' }
    const value: Value = { kind: 'text', text: item.name, truncated: false }
    const path = this.#trace.path(this.#process, value, directory)
    if (path?.startsWith('/') && item.inode !== undefined)
      this.#trace.objects.identified(item.inode.key, path, item.inode, made && item.nametype === 'CREATE')
    return value
  }

  #register(at: number): string {
    const raw = this.#registers.raw(`a${at}`) ?? ''
    return /^[0-9a-f]{1,16}$/i.test(raw) ? raw : '0'
  }
}

/** The 32-bit x32 interface of x86-64 marks its numbers with this bit. */
const X32 = 0x40000000

function callName(syscall: Fields, compat: boolean): string {
  const number = syscall.number('syscall')
  if (number === undefined) return 'unknown'
  if (!compat) {
    const known = syscall.raw('arch') === 'c000003e' ? X86_64_CALLS.get(number & ~X32) : undefined
    return known ?? syscall.interpreted('SYSCALL') ?? `syscall ${number}`
  }
  return I386_CALLS.get(number) ?? `syscall ${number}`
}

/** Variants of i386 for wide numbers: the same call as that without the ending. */
const WIDE = /^(?:set\w+|[fl]?chown)32$|^(?:f?truncate|fcntl|sendfile)64$|_time64$/

/** The name that a call goes by in the table of calls; `detpack.syscall` keeps its own. */
export function commonName(name: string): string {
  return WIDE.test(name) ? name.replace(/32$|64$|_time64$/, '') : name
}

/** socketcall(2): its first argument (linux/net.h). */
const SOCKET_CALLS: readonly (string | undefined)[] = [
  undefined,
  'socket',
  'bind',
  'connect',
  'listen',
  'accept',
  'getsockname',
  'getpeername',
  'socketpair',
  'send',
  'recv',
  'sendto',
  'recvfrom',
  'shutdown',
  'setsockopt',
  'getsockopt',
  'sendmsg',
  'recvmsg',
  'accept4',
  'recvmmsg',
  'sendmmsg',
]
