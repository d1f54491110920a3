import { exactText, fieldReader } from '../../event/field.ts'
import type { HostMark, Member } from './member.ts'

const HOST = 'host.id'
const BOOT = 'host.boot.id'
const EPOCH = 'detpack.clock.epoch'

export const HOST_FIELDS = [HOST, BOOT, EPOCH] as const

const host = fieldReader(HOST)
const boot = fieldReader(BOOT)
const epoch = fieldReader(EPOCH)

function hostMark(of: Member): HostMark {
  return (of.mark ??= {
    host: first(host(of.event.fields)) ?? '',
    boot: first(boot(of.event.fields)),
    epoch: first(epoch(of.event.fields)),
  })
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
