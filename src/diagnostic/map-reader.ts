import { error, type Diagnostic } from './diagnostic.ts'
import type { Span } from './source.ts'
import { didYouMean } from './suggest.ts'
import type { ListNode, MapNode, Node, ScalarNode } from './yaml.ts'

/**
 * Reads the keys of a YAML map one by one and tells what is wrong with them: a missing key (`<area>/missing-key`), a
 * value of the wrong kind (`<area>/wrong-type`) and, at the end, a key nobody asked for (`<area>/unknown-key`).
 * Each getter gives undefined for what is absent or wrong; whether something was wrong is in the diagnostics.
 */
export class MapReader {
  readonly span: Span
  readonly #node: MapNode
  readonly #area: string
  readonly #what: string
  readonly #diagnostics: Diagnostic[]
  readonly #asked = new Set<string>()

  /** @param area the folder that owns the codes @param what names the map in messages, such as `a target` */
  constructor(node: MapNode, area: string, what: string, diagnostics: Diagnostic[]) {
    this.#node = node
    this.span = node.span
    this.#area = area
    this.#what = what
    this.#diagnostics = diagnostics
  }

  /** The keys that are there, in order. */
  keys(): readonly string[] {
    return this.#node.entries.map((entry) => entry.key.text)
  }

  /** The value of a key, whatever its kind. */
  node(key: string): Node | undefined {
    this.#asked.add(key)
    return this.#node.entries.find((entry) => entry.key.text === key)?.value
  }

  /** Says that a key is missing unless it is there. */
  require(...keys: readonly string[]): void {
    for (const key of keys) {
      if (this.node(key) !== undefined) continue
      const at = this.#node.entries[0]?.key.span ?? this.span
      this.#diagnostics.push(error(`${this.#area}/missing-key`, `${this.#what} needs "${key}"`, at))
    }
  }

  text(key: string): string | undefined {
    const scalar = this.#scalar(key, 'a text')
    if (scalar === undefined || scalar.value === null) return undefined
    return typeof scalar.value === 'string' ? scalar.value : scalar.text
  }

  boolean(key: string): boolean | undefined {
    const scalar = this.#scalar(key, 'true or false')
    if (scalar === undefined || typeof scalar.value === 'boolean') return scalar?.value as boolean | undefined
    this.wrong(scalar, key, 'true or false')
    return undefined
  }

  /** A whole number from `least` on. */
  integer(key: string, least: number): number | undefined {
    const wanted = `a whole number, ${least} or more`
    const scalar = this.#scalar(key, wanted)
    if (scalar === undefined) return undefined
    if (typeof scalar.value === 'number' && Number.isSafeInteger(scalar.value) && scalar.value >= least)
      return scalar.value
    this.wrong(scalar, key, wanted)
    return undefined
  }

  map(key: string): MapNode | undefined {
    const node = this.node(key)
    if (node === undefined || node.kind === 'map') return node
    this.wrong(node, key, 'a map')
    return undefined
  }

  list(key: string): ListNode | undefined {
    const node = this.node(key)
    if (node === undefined || node.kind === 'list') return node
    this.wrong(node, key, 'a list')
    return undefined
  }

  /** A list of texts; a single text counts as a list of one. */
  texts(key: string): readonly ScalarNode[] | undefined {
    const node = this.node(key)
    if (node === undefined) return undefined
    const items = node.kind === 'list' ? node.items : [node]
    const texts = items.filter((item) => item.kind === 'scalar' && item.value !== null)
    for (const item of items) if (!texts.includes(item)) this.wrong(item, key, 'texts')
    return texts as readonly ScalarNode[]
  }

  /** Reports a value of the wrong kind. */
  wrong(node: Node, key: string, wanted: string): void {
    this.#diagnostics.push(error(`${this.#area}/wrong-type`, `"${key}" must be ${wanted}`, node.span))
  }

  /** Reports every key that was never asked for. Call it last. */
  finish(): void {
    for (const { key } of this.#node.entries) {
      if (this.#asked.has(key.text)) continue
      const hint = didYouMean(key.text, this.#asked)
      this.#diagnostics.push(
        error(`${this.#area}/unknown-key`, `${this.#what} has no "${key.text}"`, key.span, { hint }),
      )
    }
  }

  #scalar(key: string, wanted: string): ScalarNode | undefined {
    const node = this.node(key)
    if (node === undefined || node.kind === 'scalar') return node
    this.wrong(node, key, wanted)
    return undefined
  }
}
