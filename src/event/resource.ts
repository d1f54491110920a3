import { createHash } from 'node:crypto'
import type { ClassOrder } from './flow-slot.ts'
import { type PathPattern, parsePathPattern } from './path-pattern.ts'

/** One class of objects, as `rules/resources.yml` declares it. */
export interface ResourceClass {
  readonly name: string
  readonly meaning: string
  /** Its objects are followed from process to process (`detpack.flow.*`). */
  readonly follow: boolean
  /** Baselines may learn chains of its objects; without it only those of classes that are not followed. */
  readonly learn?: boolean
  /** Meant for anyone: that one of its objects is read is never unusual. */
  readonly open?: boolean
  readonly paths: readonly string[]
  readonly except: readonly string[]
}

/** `/root`, or `/home/*` where the last part may be any name. */
export type HomePattern = string

/** More classes do not fit the bits of a word. */
export const MOST_CLASSES = 30

/**
 * Says which class a path has: the highest class of which a pattern matches and no exception does. The order of the
 * patterns does not matter. A lookup costs one step for each part of the path, however many patterns there are.
 */
export class ResourceTable implements ClassOrder {
  /** Highest first. */
  readonly classes: readonly ResourceClass[]
  readonly homes: readonly HomePattern[]
  /** SHA-256, in hex, of what the table means; formatting, comments and order of patterns do not change it. */
  readonly digest: string
  readonly #ranks: ReadonlyMap<string, number>
  readonly #homeParts: readonly (readonly string[])[]
  readonly #exact = new Map<string, Hit>()
  readonly #directories = new Map<string, Names>()
  readonly #anywhere = new Names()

  /** @param classes highest first, at most 30; patterns that cannot be read are a bug of the caller */
  constructor(classes: readonly ResourceClass[], homes: readonly HomePattern[]) {
    if (classes.length > MOST_CLASSES) throw new RangeError(`more than ${MOST_CLASSES} classes`)
    this.classes = classes
    this.homes = homes
    this.#ranks = new Map(classes.map(({ name }, rank) => [name, rank]))
    this.#homeParts = homes.map(partsOf)
    this.digest = digestOf(classes, homes)
    for (const [rank, { paths, except }] of classes.entries()) {
      for (const text of paths) this.#add(text, rank, 'match')
      for (const text of except) this.#add(text, rank, 'except')
    }
  }

  /**
   * The class of a path, or undefined. `.`, `..` and doubled `/` are resolved as text; symbolic links are the caller's.
   * Of a path that does not begin with `/` only the base name is known.
   */
  classOf(path: string): string | undefined {
    const hit: Hit = { match: 0, except: 0 }
    const absolute = path.startsWith('/')
    const parts = partsOf(path)
    const name = parts.at(-1)
    if (name === undefined) return undefined
    this.#anywhere.collect(name, hit)
    if (absolute) {
      this.#collect('/', parts, name, hit)
      for (const depth of this.#homeDepths(parts)) this.#collect('~/', parts.slice(depth), name, hit)
    }
    const bits = hit.match & ~hit.except
    return bits === 0 ? undefined : this.classes[31 - Math.clz32(bits & -bits)]?.name
  }

  rank(name: string): number {
    return this.#ranks.get(name) ?? this.classes.length
  }

  isFollowed(name: string): boolean {
    return this.classes[this.rank(name)]?.follow ?? false
  }

  #collect(root: string, parts: readonly string[], name: string, hit: Hit): void {
    let directory = root
    this.#directories.get(directory)?.collect(name, hit)
    for (const part of parts.slice(0, -1)) {
      directory += `${part}/`
      this.#directories.get(directory)?.collect(name, hit)
    }
    join(hit, this.#exact.get(directory + name))
  }

  /** How many leading parts of the path make a home directory that it lies in. */
  #homeDepths(parts: readonly string[]): ReadonlySet<number> {
    const depths = new Set<number>()
    for (const home of this.#homeParts) {
      if (home.length < parts.length && home.every((part, at) => part === '*' || part === parts[at]))
        depths.add(home.length)
    }
    return depths
  }

  #add(text: string, rank: number, side: keyof Hit): void {
    const pattern = parsePathPattern(text)
    if ('refused' in pattern) throw new TypeError(`${text}: ${pattern.refused}`)
    this.#hit(pattern)[side] |= 1 << rank
  }

  #hit(pattern: PathPattern): Hit {
    if (pattern.kind === 'exact') return entry(this.#exact, pattern.path, noHit)
    const { directory, name } = pattern
    const names = directory === null ? this.#anywhere : entry(this.#directories, directory, () => new Names())
    if (name === null) return names.every
    return entry(name.kind === 'name' ? names.names : names.suffixes, name.text, noHit)
  }
}

/** Bits of the classes whose patterns, and whose exceptions, match. */
interface Hit {
  match: number
  except: number
}

/** The patterns bound to one directory. */
class Names {
  readonly every: Hit = noHit()
  readonly names = new Map<string, Hit>()
  readonly suffixes = new Map<string, Hit>()

  collect(name: string, hit: Hit): void {
    join(hit, this.every)
    join(hit, this.names.get(name))
    if (this.suffixes.size === 0) return
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      join(hit, this.suffixes.get(name.slice(dot)))
    }
  }
}

function noHit(): Hit {
  return { match: 0, except: 0 }
}

function join(into: Hit, hit: Hit | undefined): void {
  if (hit === undefined) return
  into.match |= hit.match
  into.except |= hit.except
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const there = map.get(key)
  if (there !== undefined) return there
  const made = make()
  map.set(key, made)
  return made
}

function partsOf(path: string): string[] {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}

function digestOf(classes: readonly ResourceClass[], homes: readonly HomePattern[]): string {
  const meaning = [
    [...homes].sort(),
    classes.map(({ name, follow, paths, except }) => [name, follow, [...paths].sort(), [...except].sort()]),
  ]
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex')
}
