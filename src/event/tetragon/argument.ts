import type { TracedObject } from '../recording/descriptor.ts'
import { internetEndpoint, type Endpoint } from '../recording/node.ts'
import type { SocketEnds } from '../recording/told-host.ts'
import { isToldObject, told, toldNumber, toldObject, toldText, type ToldObject } from '../recording/told-json.ts'

/** A path as Tetragon tells it. */
export interface ToldPath {
  readonly path: string
  /** From the first letter of the permissions, such as `-rw-r--r--`, where they are told. */
  readonly kind: TracedObject['kind']
  /** Permissions in octal, four digits. */
  readonly mode: string | undefined
  /** The path could not be resolved up to the root. */
  readonly partial: boolean
}

/** The arguments of a probe, each under the name of its type, in the order that the policy asks for them. */
export class Arguments {
  readonly #list: readonly ToldObject[]
  #paths: readonly ToldPath[] | undefined
  #texts: readonly string[] | undefined
  #numbers: readonly number[] | undefined

  constructor(list: readonly unknown[]) {
    this.#list = list.filter(isToldObject)
  }

  /** Files and paths that the kernel resolved. */
  get paths(): readonly ToldPath[] {
    return (this.#paths ??= this.#each((one) => {
      const path = toldObject(one, 'file_arg') ?? toldObject(one, 'path_arg') ?? toldObject(one, 'linux_binprm_arg')
      return path && pathOf(path)
    }))
  }

  get texts(): readonly string[] {
    return (this.#texts ??= this.#each((one) => toldText(one, 'string_arg')))
  }

  /** Numbers of whatever width. protojson leaves out a zero, but not in a oneof. */
  get numbers(): readonly number[] {
    return (this.#numbers ??= this.#each(numberIn))
  }

  /** What a size argument says. */
  get size(): number | undefined {
    return this.#first((one) => toldNumber(one, 'size_arg'))
  }

  get socket(): SocketEnds | undefined {
    return this.#first((one) => {
      const sock = toldObject(one, 'sock_arg')
      return sock && socketOf(sock)
    })
  }

  get address(): Endpoint | undefined {
    return this.#first((one) => {
      const address = toldObject(one, 'sockaddr_arg')
      const text = toldText(address, 'addr') ?? toldText(address, 'sin_addr')
      if (text === undefined) return undefined
      const port = toldNumber(address, 'port') ?? toldNumber(address, 'sin_port')
      return internetEndpoint(text, port) ?? { address: text }
    })
  }

  /** The first argument of a type that is an object. */
  object(name: string): ToldObject | undefined {
    return this.#first((one) => toldObject(one, name))
  }

  /** The first argument of a type that is a text. */
  text(name: string): string | undefined {
    return this.#first((one) => toldText(one, name))
  }

  #each<T>(read: (one: ToldObject) => T | undefined): readonly T[] {
    const found: T[] = []
    for (const one of this.#list) {
      const value = read(one)
      if (value !== undefined) found.push(value)
    }
    return found
  }

  #first<T>(read: (one: ToldObject) => T | undefined): T | undefined {
    for (const one of this.#list) {
      const found = read(one)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** The value of an argument that is a number. */
export function numberIn(argument: ToldObject | undefined): number | undefined {
  return (
    toldNumber(argument, 'int_arg') ??
    toldNumber(argument, 'uint_arg') ??
    toldNumber(argument, 'long_arg') ??
    toldNumber(argument, 'size_arg')
  )
}

const KINDS: Readonly<Record<string, TracedObject['kind']>> = { d: 'directory', c: 'device', b: 'device', p: 'pipe' }

function pathOf(path: ToldObject): ToldPath | undefined {
  const text = toldText(path, 'path')
  if (text === undefined) return undefined
  const permission = toldText(path, 'permission')
  const kind = text.startsWith('/memfd:') ? 'memfd' : KINDS[permission?.[0] ?? '']
  return {
    path: text,
    kind: kind ?? 'file',
    mode: permission === undefined ? undefined : modeOf(permission),
    partial: toldText(path, 'flags')?.includes('unresolved') ?? false,
  }
}

/** `-rwsr-xr-x` → `4755` */
function modeOf(permission: string): string | undefined {
  if (!/^.[r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-]$/.test(permission)) return undefined
  let bits = 0
  for (let at = 1; at < 10; at++) if (!'-ST'.includes(permission[at] ?? '-')) bits |= 1 << (9 - at)
  const special = (at: number, letters: string): number => (letters.includes(permission[at] ?? '') ? 1 : 0)
  const high = (special(3, 'sS') << 2) | (special(6, 'sS') << 1) | special(9, 'tT')
  return ((high << 9) | bits).toString(8).padStart(4, '0')
}

function socketOf(sock: ToldObject): SocketEnds {
  const protocol = toldText(sock, 'protocol')
    ?.replace(/^IPPROTO_/, '')
    .toLowerCase()
  const family = toldText(sock, 'family')?.replace(/^AF_/, '').toLowerCase()
  const type = toldText(sock, 'type')
    ?.replace(/^SOCK_/, '')
    .toLowerCase()
  const cookie = told(sock, 'cookie')
  const unix = family === 'unix'
  return {
    transport: unix ? 'unix' : (protocol ?? (type === 'stream' ? 'tcp' : type === 'dgram' ? 'udp' : 'unknown')),
    family,
    type,
    local: endOf(sock, 'saddr', 'sport'),
    remote: endOf(sock, 'daddr', 'dport'),
    cookie: typeof cookie === 'string' && /^[1-9]\d{0,19}$/.test(cookie) ? `cookie ${cookie}` : undefined,
  }
}

/** An end without an address is none: a socket that is not connected has 0.0.0.0 and no port. */
function endOf(sock: ToldObject, address: string, port: string): Endpoint | undefined {
  const text = toldText(sock, address)
  const number = toldNumber(sock, port)
  if (text === undefined || (number === undefined && (text === '0.0.0.0' || text === '::'))) return undefined
  return internetEndpoint(text, number)
}
