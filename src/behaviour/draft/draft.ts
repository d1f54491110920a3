import ipaddr from 'ipaddr.js'
import type { ParameterKind } from '../../event/binding.ts'
import { parsePathPattern } from '../../event/path-pattern.ts'
import { PLACES, type Capability } from '../task.ts'

/** A first draft of a task, made from what somebody wrote for another purpose. */
export interface Draft {
  readonly name: string
  readonly purpose: string
  readonly unit: string | null
  readonly deny: readonly Capability[]
  readonly parameters: readonly DraftParameter[]
  readonly hosts: readonly DraftHost[]
  readonly grants: readonly DraftGrant[]
  /** What the source could not know, each once. */
  readonly todo: readonly string[]
}

export interface DraftParameter {
  readonly name: string
  readonly kind: ParameterKind
  readonly why: string
}

export interface DraftHost {
  readonly name: string
  /** CIDR. */
  readonly network: string
  readonly port: number | null
  readonly why: string
}

export interface DraftGrant {
  readonly id: string
  readonly capabilities: readonly Capability[]
  readonly paths: readonly string[]
  readonly parameters: readonly string[]
  readonly hosts: readonly string[]
  /** What it was made from, as the source says it. */
  readonly from: readonly string[]
}

export const READ: readonly Capability[] = ['file_read']
export const CHANGE: readonly Capability[] = [
  'file_write',
  'file_create',
  'file_delete',
  'file_rename',
  'file_attribute',
]
export const SEND: readonly Capability[] = ['network_send']
export const EXEC: readonly Capability[] = ['process_exec']
export const LISTEN: readonly Capability[] = ['network_listen']

/** More entries of a source than this are counted, not told one by one. */
const MOST = 500

interface Gathered {
  readonly id: string
  readonly capabilities: readonly Capability[]
  readonly used: Used[]
  readonly from: Set<string>
}

/** What may be used is: paths, parameters or hosts. */
interface Used {
  readonly path?: string
  readonly parameter?: string
  readonly host?: string
}

/**
 * Gathers a draft. Grants of one name become one grant about all that they are about; names are made to be names, each
 * once; a path that is no pattern of ours becomes a thing to do. The same calls give the same draft.
 */
export class DraftBuilder {
  readonly #name: string
  readonly #purpose: string
  readonly #unit: string | null
  readonly #deny = new Set<Capability>()
  readonly #parameters = new Map<string, DraftParameter>()
  readonly #hosts = new Map<string, DraftHost>()
  readonly #grants = new Map<string, Gathered>()
  readonly #todo = new Set<string>()
  readonly #names = new Map<string, string>()
  readonly #taken = new Set<string>(PLACES)
  #leftOut = 0

  constructor(name: string, purpose: string, unit: string | null = null) {
    this.#name = slug(name, /[^A-Za-z0-9._-]+/g).replace(/^[._]+/, '') || 'draft'
    this.#purpose = oneLine(purpose, 1000)
    this.#unit = unit
  }

  /** @param from as the source says it */
  grant(id: string, capabilities: readonly Capability[], used: Used, from: string): void {
    const { path } = used
    const refused = path === undefined ? undefined : parsePathPattern(path)
    if (refused !== undefined && 'refused' in refused)
      return this.todo(`${from} cannot be said as a path here (${refused.refused}): grant what it means`)
    // All that a grant names must hold: what is of another kind stands in a grant of its own.
    const key = [id, ...Object.keys(used)].join(' ')
    const grant = this.#grants.get(key)
    if (grant === undefined) {
      if (this.#grants.size < MOST)
        this.#grants.set(key, { id, capabilities, used: [used], from: new Set([oneLine(from)]) })
      else this.#leftOut++
    } else if (grant.used.length < MOST) {
      grant.used.push(used)
      if (grant.from.size < 8) grant.from.add(oneLine(from))
    } else this.#leftOut++
  }

  /** Every use of these needs a grant. */
  deny(capabilities: readonly Capability[]): void {
    for (const capability of capabilities) this.#deny.add(capability)
  }

  todo(text: string): void {
    if (this.#todo.size < MOST) this.#todo.add(oneLine(text))
    else this.#leftOut++
  }

  /** A value that is bound when a run starts; gives its name. */
  parameter(wanted: string, kind: ParameterKind, why: string): string {
    const name = this.#nameOf(`parameter ${kind} ${wanted}`, wanted)
    if (!this.#parameters.has(name)) this.#parameters.set(name, { name, kind, why: oneLine(why) })
    return name
  }

  /** A host by its network; undefined: that is no address and no network. */
  host(network: string, port: number | null, why: string): string | undefined {
    const written = asNetwork(network)
    if (written === undefined) return undefined
    const every = written === '0.0.0.0/0' ? 'every-ipv4' : written === '::/0' ? 'every-ipv6' : `net-${written}`
    const text = port === null ? every : `${every}-${port}`
    const name = this.#nameOf(`host ${text}`, text)
    if (!this.#hosts.has(name)) this.#hosts.set(name, { name, network: written, port, why: oneLine(why) })
    return name
  }

  build(): Draft {
    this.todo('who answers for it? name the role under owner')
    if (this.#leftOut > 0) this.todo(`${this.#leftOut} more entries of the source are not told here: it is too long`)
    return {
      name: this.#name,
      purpose: this.#purpose,
      unit: this.#unit,
      deny: [...this.#deny],
      parameters: [...this.#parameters.values()],
      hosts: [...this.#hosts.values()],
      grants: this.#built(),
      todo: [...this.#todo],
    }
  }

  #built(): DraftGrant[] {
    const ids = new Set<string>()
    return [...this.#grants.values()].map(({ id: wanted, capabilities, used, from }) => {
      const id = unique(slug(wanted, NOT_NAME) || 'grant', ids)
      const of = (key: keyof Used): string[] => [...new Set(used.flatMap((one) => one[key] ?? []))].sort()
      return { id, capabilities, paths: of('path'), parameters: of('parameter'), hosts: of('host'), from: [...from] }
    })
  }

  /** The same name for the same thing, and for each other thing another. */
  #nameOf(thing: string, wanted: string): string {
    const known = this.#names.get(thing)
    if (known !== undefined) return known
    const name = unique(slug(wanted.replace('*', 'any'), NOT_NAME) || 'value', this.#taken)
    this.#names.set(thing, name)
    return name
  }
}

const NOT_NAME = /[^A-Za-z0-9_-]+/g
const LONGEST_NAME = 60

function slug(text: string, not: RegExp): string {
  return text
    .slice(0, 4 * LONGEST_NAME)
    .replace(not, '-')
    .slice(0, LONGEST_NAME)
    .replace(/^-+|-+$/g, '')
}

function unique(name: string, taken: Set<string>): string {
  let free = name
  for (let nth = 2; taken.has(free); nth++) free = `${name}-${nth}`
  taken.add(free)
  return free
}

/** Without line ends and other control characters, and not longer than somebody reads. */
export function oneLine(text: string, longest = 200): string {
  const plain = text
    .slice(0, 4 * longest)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ')
    .trim()
  return plain.length > longest ? `${plain.slice(0, longest - 1).replace(/\p{Cs}$/u, '')}…` : plain
}

function asNetwork(text: string): string | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const four = ipaddr.IPv4.isValidFourPartDecimal(address)
  if (rest.length > 0 || address.includes('%') || (!four && !ipaddr.IPv6.isValid(address))) return undefined
  const most = four ? 32 : 128
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most)) return undefined
  return `${address}/${bits ?? most}`
}
