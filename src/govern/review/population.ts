import { createHash } from 'node:crypto'
import { canonicalJson } from '../../event/canonical.ts'
import { parseObject, textIn } from '../json.ts'
import { ITEM_KINDS, type ItemKind, type StartAct } from '../log/entry.ts'

/** One thing that happened, or held, in a period: what a review looks at. */
export interface Item {
  readonly kind: ItemKind
  readonly id: string
  readonly title: string
  /** Who made it; who is not to judge it. Null: no person, or not known. */
  readonly author: string | null
  /** SHA-256 of it as it stood, in hex. */
  readonly digest: string
}

/** `alert:a14d95…`: the name of an item in the log and on the command line. */
export function nameOf({ kind, id }: Pick<Item, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}

/** A population as text, one item a line, by kind and id: what its digest is of. */
export function renderPopulation(items: readonly Item[]): string {
  return [...populationLines(items)].join('')
}

export function* populationLines(items: readonly Item[]): Generator<string> {
  const order = (item: Item): string => `${ITEM_KINDS.indexOf(item.kind)}${item.id}`
  const sorted = items
    .map((item) => ({ item, key: order(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
  for (const { item } of sorted) yield `${canonicalJson({ ...item })}\n`
}

/** Reads what `renderPopulation` wrote; undefined for anything else. */
export function parsePopulation(text: string): readonly Item[] | undefined {
  const items: Item[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const json = parseObject(line)
    const kind = ITEM_KINDS.find((each) => each === textIn(json, 'kind'))
    const [id, title, digest] = [textIn(json, 'id'), textIn(json, 'title'), textIn(json, 'digest')]
    if (kind === undefined || id === undefined || title === undefined || digest === undefined) return undefined
    items.push({ kind, id, title, author: textIn(json, 'author') ?? null, digest })
  }
  return items
}

/** The population that a review was started with; undefined when the text is another, or is none. */
export function signedPopulation(text: string, { digest }: Pick<StartAct, 'digest'>): readonly Item[] | undefined {
  const items = digestOfText(text) === digest ? parsePopulation(text) : undefined
  return items !== undefined && renderPopulation(items) === text ? items : undefined
}

export function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function countByKind(items: readonly Item[]): Readonly<Record<ItemKind, number>> {
  const counts = { alert: 0, change: 0, baseline: 0, exception: 0 }
  for (const { kind } of items) counts[kind] += 1
  return counts
}

/**
 * A sample that anybody can draw again: of each kind the items whose SHA-256 of `seed`, a line break and the name is
 * smallest. So many of each kind, or all where there are fewer; sorted by name.
 */
export function drawSample(items: readonly Item[], seed: string, size: number): readonly string[] {
  const drawn = ITEM_KINDS.flatMap((kind) => {
    const ranked = items
      .filter((item) => item.kind === kind)
      .map((item) => ({ name: nameOf(item), rank: digestOfText(`${seed}\n${nameOf(item)}`) }))
    return ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, size)
  })
  return drawn.map(({ name }) => name).sort()
}
