import ipaddr from 'ipaddr.js'
import type { Action } from './action.ts'

export const PARAMETER_KINDS = ['file', 'directory', 'host', 'text'] as const
export type ParameterKind = (typeof PARAMETER_KINDS)[number]

/** What a parameter of a task was bound to when a run of it started. */
export interface Binding {
  readonly name: string
  readonly kind: ParameterKind
  /** An absolute path; an address or a network, with a port or without; any text. */
  readonly value: string
}

/** More a run is not bound to; the sensor takes as many. */
export const MOST_BINDINGS = 8
/** Longest value, in bytes of UTF-8; the sensor takes as many. */
export const LONGEST_VALUE = 1024

/** What is wrong with a value of that kind; undefined: nothing. */
export function refuseValue(kind: ParameterKind, value: string): string | undefined {
  if (value === '') return 'it is empty'
  if (new TextEncoder().encode(value).length > LONGEST_VALUE) return `it is longer than ${LONGEST_VALUE} bytes`
  if (/\p{Cc}/u.test(value)) return 'it has a line end, a tab or another control character'
  switch (kind) {
    case 'file':
    case 'directory':
      return refusePath(value)
    case 'host':
      return parseHost(value) === undefined
        ? 'write an address or a network, such as 192.0.2.10, 192.0.2.10:443, [2001:db8::1]:443 or 192.0.2.0/24; an event knows addresses, not names'
        : undefined
    case 'text':
      return undefined
  }
}

function refusePath(path: string): string | undefined {
  if (!path.startsWith('/')) return 'write the whole path, from / on'
  const parts = path.replace(/\/$/, '').split('/').slice(1)
  const plain = parts.every((part) => part !== '' && part !== '.' && part !== '..')
  return plain ? undefined : 'write the path as the kernel tells it, without "//", "." and ".."'
}

interface Host {
  readonly network: readonly [ipaddr.IPv4 | ipaddr.IPv6, number]
  readonly port: number | undefined
}

/** `192.0.2.10`, `192.0.2.0/24`, `[2001:db8::1]`, each with `:PORT` or without; an address of IPv6 also without brackets. */
function parseHost(text: string): Host | undefined {
  const [, bracketed, plain, bits, port] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+|[0-9A-Fa-f:.]+(?=\/|$)))(?:\/(\d{1,3}))?(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = bracketed ?? plain ?? ''
  const four = ipaddr.IPv4.isValidFourPartDecimal(address)
  if (four ? bracketed !== undefined : !ipaddr.IPv6.isValid(address)) return undefined
  const parsed = ipaddr.process(address)
  // One address has one way to be written.
  if (!four && parsed.kind() === 'ipv4') return undefined
  const most = four ? 32 : 128
  const [length, number] = [bits === undefined ? most : Number(bits), port === undefined ? undefined : Number(port)]
  if (length > most || (number !== undefined && (number < 1 || number > 65_535))) return undefined
  return { network: [parsed, length], port: number }
}

/** What one event uses, as far as bindings are about it. */
export interface UsedObject {
  /** `detpack.object.id`. */
  readonly id: string
  /** As it is after the use. */
  readonly path: string | undefined
  readonly action: Action
  /** Of a rename. */
  readonly previousPath?: string | undefined
}

/**
 * The names of the parameters that an object or a destination is bound to, sorted; undefined where there is none. One for
 * each host and boot of a recording: feed it the objects in order.
 *
 * - A file is the one that the path named when the run began: whatever comes to the path later by creation, rename or
 *   link is another, and the file stays bound under another name.
 * - A directory is all below it, by the path at the use.
 * - A host is the destination's address, and its port where the binding has one.
 *
 * A text is bound to nothing that an event uses.
 */
export class Bound {
  readonly #files: { readonly name: string; readonly path: string; object: string | undefined | null }[] = []
  readonly #directories: { readonly name: string; readonly path: string }[] = []
  readonly #hosts: (Host & { readonly name: string })[] = []

  /** @param bindings whose values `refuseValue` takes */
  constructor(bindings: readonly Binding[]) {
    for (const { name, kind, value } of bindings) {
      if (kind === 'file') this.#files.push({ name, path: value, object: undefined })
      if (kind === 'directory') this.#directories.push({ name, path: value.replace(/\/$/, '') })
      const host = kind === 'host' ? parseHost(value) : undefined
      if (host !== undefined) this.#hosts.push({ name, ...host })
    }
  }

  ofObject(used: UsedObject): readonly string[] | undefined {
    const names: string[] = []
    for (const file of this.#files) {
      if (file.object === undefined) file.object = firstSeen(file.path, used)
      if (file.object === used.id) names.push(file.name)
    }
    const { path } = used
    for (const { name, path: directory } of this.#directories)
      if (path === (directory || '/') || path?.startsWith(`${directory}/`) === true) names.push(name)
    return listed(names)
  }

  ofDestination(address: string | undefined, port: number | undefined): readonly string[] | undefined {
    if (address === undefined || this.#hosts.length === 0 || !ipaddr.isValid(address)) return undefined
    const parsed = ipaddr.process(address)
    return listed(this.#hosts.filter((host) => isWithin(parsed, host) && (host.port ?? port) === port).map(nameOf))
  }
}

/** The object that the path named before this use: its id; null: there was none; undefined: this use does not tell. */
function firstSeen(bound: string, { id, path, action, previousPath }: UsedObject): string | null | undefined {
  if (previousPath === bound) return id
  if (path !== bound) return undefined
  // It came to the path just now, so that what was there before is gone, or there was nothing.
  return action === 'file_create' || action === 'file_rename' ? null : id
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, { network: [base, bits] }: Host): boolean {
  return address.kind() === base.kind() && address.match(base, bits)
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

function listed(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : [...new Set(names)].sort()
}
