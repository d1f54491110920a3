import type { Time } from '../../event/record.ts'
import type { Use } from './use.ts'

/** An object of a class on its way to somewhere. */
export interface Passage {
  readonly object: string
  readonly objectClass: string
  /** `itself`, or how it came from who read it to who sends it: `copy`, `descriptor`, `pipe`, `socket`, in this order. */
  readonly way: string
  /** Where to: a destination, `client` for an answer to who asked, or `write SHAPE` for a copy that stays. */
  readonly sink: string
  /** Since its data were last read, ms; null where that was not seen. */
  readonly gap: number | null
}

/** So many objects are followed at once; those that were met longest ago are let go. */
const MOST = 4096

const WAYS = ['copy', 'descriptor', 'pipe', 'socket'] as const

interface Followed {
  objectClass: string
  read: Time | null
  reader: string
  readonly ways: Set<(typeof WAYS)[number]>
}

/**
 * Follows objects of classes from who read them to where their data go, by the objects that events say a process holds
 * (`detpack.flow.object.id`).
 */
export class Lineage {
  readonly #objects = new Map<string, Followed>()

  /** Takes a use; gives what leaves by it. */
  see(use: Use, isAnswer: boolean): readonly Passage[] {
    if (use.objectClass !== '' && use.object !== '') this.#meet(use)
    return use.flowObjects.length === 0 ? NONE : this.#leave(use, isAnswer)
  }

  #meet(use: Use): void {
    const followed = this.#followed(use.object, use.objectClass)
    if (use.capability === 'file_read' || use.capability === 'file_map') {
      followed.read = use.time
      if (followed.reader === '') followed.reader = use.process
    }
    if (use.capability === 'descriptor_receive' || use.capability === 'descriptor_take') followed.ways.add('descriptor')
  }

  #leave(use: Use, isAnswer: boolean): readonly Passage[] {
    const by = wayOf(use)
    const sink = isAnswer && use.destination !== null ? 'client' : sinkOf(use)
    if (by === null && sink === null) return NONE
    const told = new Set(use.flowClasses)
    const passages: Passage[] = []
    for (const object of new Set(use.flowObjects)) {
      if (object === use.object) continue
      const known = this.#objects.get(object)
      // Of which class one is whose reading was not seen is not told: it may be any of them.
      const classes = known !== undefined && told.has(known.objectClass) ? [known.objectClass] : [...told]
      const followed = known ?? this.#followed(object, classes[0] ?? '')
      if (sink !== null) {
        const gap = followed.read === null || use.time < followed.read ? null : use.time - followed.read
        const way = wayFrom(followed, use.process)
        for (const objectClass of classes) passages.push({ object, objectClass, way, sink, gap })
      }
      if (by !== null) followed.ways.add(by)
    }
    return passages
  }

  #followed(object: string, objectClass: string): Followed {
    const known = this.#objects.get(object)
    if (known !== undefined) {
      known.objectClass = objectClass
      return known
    }
    if (this.#objects.size >= MOST) for (const [oldest] of this.#objects) if (this.#objects.delete(oldest)) break
    const made: Followed = { objectClass, read: null, reader: '', ways: new Set() }
    this.#objects.set(object, made)
    return made
  }
}

const NONE: readonly Passage[] = []

/** By which way data are handed on here; null: by none that is followed. */
function wayOf({ capability, objectKind, destination, isLoopback }: Use): (typeof WAYS)[number] | null {
  if (capability === 'file_write') return objectKind === 'pipe' ? 'pipe' : 'copy'
  return capability === 'network_send' && destination === null && !isLoopback ? 'socket' : null
}

/** Where data end up, as far as anybody sees. */
function sinkOf({ capability, objectKind, destination, shape, objectClass }: Use): string | null {
  if (capability === 'network_send') return destination
  if (capability !== 'file_write' || objectKind === 'pipe' || shape === null) return null
  return `write ${objectClass === '' ? '' : `${objectClass} `}${shape}`
}

function wayFrom({ reader, ways }: Followed, sender: string): string {
  if (reader === '' || reader === sender) return 'itself'
  return WAYS.filter((way) => ways.has(way)).join('+') || 'inherited'
}
