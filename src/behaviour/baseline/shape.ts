import type { HomePattern } from '../../event/resource.ts'

/** What stands in a shape for what differs from run to run. */
export const PLACEHOLDERS = ['{n}', '{hex}', '{uuid}', '{tmp}', '{date}', '{any}', '**'] as const

/** Trees of programs and of the kernel: below so many parts of such a path all is one. */
const TREES: ReadonlyMap<string, number> = new Map([
  ['usr', 3],
  ['opt', 3],
  ['lib', 2],
  ['lib32', 2],
  ['lib64', 2],
  ['nix', 2],
  ['snap', 3],
  ['sys', 2],
  ['proc', 3],
])

/** A path of more parts is cut. */
const DEEPEST = 12
/** Remembered so many paths at once. */
const MOST = 8192

/**
 * Generalises paths, so that two runs that do the same have the same shapes: a home directory becomes `~`; numbers, dates,
 * UUIDs, digests and names made for a temporary file become placeholders; what lies deep in a tree of programs becomes
 * `**`. Everything else stays as it is: a shape says no more than was seen.
 */
export class Shapes {
  readonly #homes: readonly (readonly string[])[]
  #known = new Map<string, string>()

  /** @param homes `/root`, or `/home/*` where the last part may be any name */
  constructor(homes: readonly HomePattern[]) {
    this.#homes = homes.map((home) => home.split('/').slice(1))
  }

  of(path: string): string {
    const known = this.#known.get(path)
    if (known !== undefined) return known
    const shape = this.#shape(path)
    if (this.#known.size >= MOST) this.#known = new Map()
    this.#known.set(path, shape)
    return shape
  }

  #shape(path: string): string {
    if (!path.startsWith('/')) return generalised(path)
    const parts = path.slice(1).split('/')
    const home = this.#homes.find(
      (each) =>
        parts.length > each.length && each.every((part, at) => (part === '*' ? parts[at] !== '' : part === parts[at])),
    )
    const [start, rest] = home === undefined ? ['', parts] : ['~', parts.slice(home.length)]
    const depth = home === undefined ? (TREES.get(parts[0] ?? '') ?? DEEPEST) : DEEPEST
    const shaped = rest.slice(0, depth).map((part, at) => below(rest[at - 1], part) ?? generalised(part))
    return [start, ...shaped, ...(rest.length > depth ? ['**'] : [])].join('/')
  }
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
/** The names that mkstemp, mktemp, Python's tempfile, compilers, editors and rename-into-place give. */
const TEMPORARY =
  /^(?:cc[A-Za-z0-9]{6}\.[a-z]{1,4}|tmp[._-]?[A-Za-z0-9_]{6,12}|tmp\.[A-Za-z0-9]{10}|\.?#.*#|.*\.(?:swp|swx|tmp|new|part)|.*~)$/
const TEMPORARY_END = /\.(?=[A-Za-z0-9]*[A-Z0-9])[A-Za-z0-9]{6}$/
const DATE = /(?:19|20)\d\d([-_.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)/g
const DIGEST = /(?<![0-9A-Za-z])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,128}(?![0-9A-Za-z])/g

/** Names that a program makes up in folders of its own: git's stores of objects, and what it writes before it renames. */
const OWN: ReadonlyMap<string, readonly [name: RegExp, placeholder: string]> = new Map([
  ['objects', [/^[0-9a-f]{2}$/, '{hex}']],
  ['.git', [/^t[A-Za-z0-9]{6}$/, '{tmp}']],
])

function below(folder: string | undefined, part: string): string | undefined {
  const [name, placeholder] = (folder === undefined ? undefined : OWN.get(folder)) ?? []
  return name?.test(part) === true ? placeholder : undefined
}

/** One part of a path. What looks like a placeholder already is told from one. */
function generalised(part: string): string {
  if (!/[\d{}*~#]|^(?:tmp|cc.{6}\.)|\.(?:swp|swx|tmp|new|part|[A-Za-z]{6})$/.test(part)) return part
  if (/[{}*]/.test(part)) return '{any}'
  if (TEMPORARY.test(part)) return '{tmp}'
  return part
    .replace(UUID, '{uuid}')
    .replace(DATE, '{date}')
    .replace(DIGEST, '{hex}')
    .replace(TEMPORARY_END, '.{tmp}')
    .replace(/\d+/g, '{n}')
}

/** What each placeholder stands for, as a regular expression (RE2) of one part of a path. */
const MEANINGS: Readonly<Record<(typeof PLACEHOLDERS)[number], string>> = {
  '{n}': '[0-9]+',
  '{hex}': '[0-9a-f]+',
  '{uuid}': '[0-9a-fA-F-]+',
  '{tmp}': '[^/]+',
  '{date}': '[0-9._-]+',
  '{any}': '[^/]+',
  '**': '.*',
}

const WORDS = /\{(?:n|hex|uuid|tmp|date|any)\}|\*\*/g

/** The paths that a shape stands for: itself where it has no placeholders, else by expressions over the whole path. */
export function meaningOf(shape: string, homes: readonly HomePattern[]): ShapeMeaning {
  const places = shape.startsWith('~/') ? homes.map((home) => home + shape.slice(1)) : [shape]
  const isPlain = (place: string): boolean => !place.includes('*') && place.search(WORDS) === -1
  return {
    paths: places.filter(isPlain),
    expressions: places.filter((place) => !isPlain(place)).map(expressionOf),
  }
}

export interface ShapeMeaning {
  readonly paths: readonly string[]
  /** In RE2 syntax. */
  readonly expressions: readonly string[]
}

function expressionOf(place: string): string {
  let [expression, from] = ['', 0]
  for (const { 0: word, index } of place.matchAll(WORDS)) {
    expression += literal(place.slice(from, index)) + MEANINGS[word as keyof typeof MEANINGS]
    from = index + word.length
  }
  return `^${expression}${literal(place.slice(from))}$`
}

/** The `*` that is left is that of a home directory: one name. */
function literal(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]+')
}
