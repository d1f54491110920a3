import { exactText, fieldReader, type JsonObject } from '../../event/field.ts'
import type { Member } from './member.ts'

/** Which life of which host an event belongs to, as far as it says so. */
interface HostMark {
  readonly host: string
  readonly boot: string | undefined
  readonly epoch: string | undefined
}

const host = fieldReader('host.id')
const boot = fieldReader('host.boot.id')
const epoch = fieldReader('detpack.clock.epoch')

const marks = new WeakMap<JsonObject, HostMark>()

function hostMark(of: Member): HostMark {
  const { fields } = of.event
  const known = marks.get(fields)
  if (known) return known
  const mark = { host: first(host(fields)) ?? '', boot: first(boot(fields)), epoch: first(epoch(fields)) }
  marks.set(fields, mark)
  return mark
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
  readonly #boots = new Map<string, string>()
  readonly #epochs = new Map<string, string>()
  #mixed = false

  /** From now on some two events may be `apart`. */
  get mixed(): boolean {
    return this.#mixed
  }

  see(member: Member): void {
    if (this.#mixed) return
    const mark = hostMark(member)
    this.#mixed =
      changes(this.#boots, mark.host, mark.boot) ||
      changes(this.#epochs, mark.host, mark.epoch) ||
      this.#boots.size > MOST_HOSTS
  }
}

/** With more hosts than this in one group it is taken for mixed, which is slower and never wrong. */
const MOST_HOSTS = 10_000

function changes(known: Map<string, string>, host: string, value: string | undefined): boolean {
  if (value === undefined) return false
  const before = known.get(host)
  if (before === undefined) known.set(host, value)
  return before !== undefined && before !== value
}
