import type { Action } from '../action.ts'
import { Bound } from '../binding.ts'
import { type Reach, unknownFields } from '../reach.ts'
import type { UsePart } from '../use-event.ts'
import type { ImportOptions } from './importer.ts'

/** What is the same on all events of one host in an import. */
export interface Frame {
  readonly provider: string
  readonly run: string
  readonly host: UsePart<'host'>
  readonly task: UsePart<'detpack'>['task']
  readonly agent: UsePart<'gen_ai'> | undefined
  readonly sensor: NonNullable<UsePart<'detpack'>['sensor']>
  readonly resources: NonNullable<UsePart<'detpack'>['resources']>
  /** What makes ids of processes those of this host and boot. */
  readonly identity: string
  /** Undefined where no parameter is bound. */
  readonly bound: Bound | undefined
  readonly unknown: UnknownFields
}

/**
 * @param host the name that the source gives the host; undefined when it gives none
 * @param boot which boot of the host it is, from 0, as far as the source tells one from another
 */
export function frameOf(reach: Reach, options: ImportOptions, run: string, host?: string, boot = 0): Frame {
  const { task, agent, resources, bindings } = options
  const name = host ?? options.host?.name
  const id = options.host?.id ?? host ?? 'unknown'
  const bootId = options.host?.boot ?? (boot === 0 ? run : `${run}-${boot}`)
  return {
    provider: reach.name,
    run,
    host: { id, name: name ?? 'unknown', boot: { id: bootId } },
    task: task && { id: task.id ?? task.name, name: task.name, run: task.run ?? run, source: 'import' },
    agent: agent && {
      agent: {
        ...(agent.id !== undefined && { id: agent.id }),
        ...(agent.name !== undefined && { name: agent.name }),
      },
    },
    sensor: { run },
    resources: { digest: resources.digest },
    identity: `${id}\n${bootId}`,
    bound: bindings === undefined || bindings.length === 0 ? undefined : new Bound(bindings),
    unknown: new UnknownFields(reach, [
      ...(options.host?.id === undefined ? ['host.id'] : []),
      ...(name === undefined ? ['host.name'] : []),
      ...(options.host?.boot === undefined ? ['host.boot.id'] : []),
    ]),
  }
}

/** Longer beginnings of lists than this, together, are not remembered. */
const MOST_KNOWN = 4096

/** Where a list begins as others do: what it goes on with, and the whole list where it ends here. */
interface Beginning {
  readonly next: Map<string, Beginning>
  list: readonly string[] | undefined
}

/**
 * The lists of `detpack.unknown`. There are few different ones, so each is made once and shared; it is found by its
 * names one after the other, which are always the same texts.
 */
export class UnknownFields {
  readonly #reach: Reach
  readonly #ofHost: readonly string[]
  readonly #actions = beginning()
  #known = 0

  constructor(reach: Reach, ofHost: readonly string[]) {
    this.#reach = reach
    this.#ofHost = ofHost
  }

  /** Sorted, each once. @param more what this event lacks besides; it may name a field twice */
  of(action: Action, more: readonly string[]): readonly string[] {
    let place = this.#after(this.#actions, action)
    for (const name of more) place &&= this.#after(place, name)
    if (place === undefined) return this.#make(action, more)
    return (place.list ??= this.#make(action, more))
  }

  #make(action: Action, more: readonly string[]): readonly string[] {
    return [...new Set([...unknownFields(this.#reach, action), ...this.#ofHost, ...more])].sort()
  }

  #after(place: Beginning, name: string): Beginning | undefined {
    const known = place.next.get(name)
    if (known !== undefined || this.#known >= MOST_KNOWN) return known
    this.#known++
    const fresh = beginning()
    place.next.set(name, fresh)
    return fresh
  }
}

function beginning(): Beginning {
  return { next: new Map(), list: undefined }
}
