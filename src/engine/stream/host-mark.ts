import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { exactText, fieldReader } from '../../event/field.ts'
import type { EventRecord } from '../../event/record.ts'
import type { HostMark, Member } from './member.ts'

const HOST = 'host.id'
const BOOT = 'host.boot.id'
const EPOCH = 'detpack.clock.epoch'

export const HOST_FIELDS = [HOST, BOOT, EPOCH] as const

const host = fieldReader(HOST)
const boot = fieldReader(BOOT)
const epoch = fieldReader(EPOCH)

function hostMark(of: Member): HostMark {
  return (of.mark ??= markOf(of.event))
}

function markOf({ fields }: EventRecord): HostMark {
  return { host: first(host(fields)) ?? '', boot: first(boot(fields)), epoch: first(epoch(fields)) }
}

function first(values: ReturnType<typeof host>): string | undefined {
  const [value] = values
  return value === undefined ? undefined : exactText(value)
}

/**
 * Whether two events of one host lie in two boots or two clock epochs of it: no chain spans those (event contract §1).
 * An event that does not say which contradicts none.
 */
export function apart(a: Member, b: Member): boolean {
  const one = hostMark(a)
  const two = hostMark(b)
  return one.host === two.host && (differ(one.boot, two.boot) || differ(one.epoch, two.epoch))
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b
}

/** Watches whether the events of one group are all of one boot and epoch for each host. */
export class HostWatch {
  #boots: Map<string, string> | undefined
  #epochs: Map<string, string> | undefined
  #mixed = false

  /** From now on some two events may be `apart`. */
  get mixed(): boolean {
    return this.#mixed
  }

  see(member: Member): void {
    if (this.#mixed) return
    const mark = hostMark(member)
    if (mark.boot !== undefined)
      this.#mixed = changes((this.#boots ??= new Map<string, string>()), mark.host, mark.boot)
    if (mark.epoch !== undefined)
      this.#mixed ||= changes((this.#epochs ??= new Map<string, string>()), mark.host, mark.epoch)
    this.#mixed ||= (this.#boots?.size ?? 0) > MOST_HOSTS
  }
}

/** With more hosts than this in one group it is taken for mixed, which is slower and never wrong. */
const MOST_HOSTS = 10_000

function changes(known: Map<string, string>, host: string, value: string): boolean {
  const before = known.get(host)
  if (before === undefined) known.set(host, value)
  return before !== undefined && before !== value
}

/** So many boots of hosts are told apart. */
const MOST_BOOTS = 10_000

/** Tells of clocks that were set while something was going on that rules are about: no chain across that is found. */
export class ClockWatch {
  readonly #epochs = new Map<string, Set<string>>()
  readonly #set = new Set<string>()

  see(event: EventRecord): void {
    const mark = markOf(event)
    if (mark.epoch === undefined) return
    const key = `${mark.host} ${mark.boot ?? ''}`
    const epochs = this.#epochs.get(key)
    if (epochs === undefined) {
      if (this.#epochs.size < MOST_BOOTS) this.#epochs.set(key, new Set([mark.epoch]))
      return
    }
    if (epochs.has(mark.epoch) || epochs.size >= MOST_BOOTS) return
    epochs.add(mark.epoch)
    this.#set.add(mark.host)
  }

  /** `engine/clock-set`, for each host. */
  get diagnostics(): readonly Diagnostic[] {
    return [...this.#set].sort().map((id) => {
      const message = `the clock of the host ${id} was set between these events: a chain that goes on across that is not found`
      const hint = 'detpack.clock.epoch tells the events before it from those after; look at both sides of it'
      return warning('engine/clock-set', message, undefined, { hint })
    })
  }
}
