import { foldCase } from './fold.ts'
import { LiteralScan } from './literal-scan.ts'
import { foldPattern, textForm, type TextForm } from './text-form.ts'
import { indexedLiteral } from './trigger.ts'
import type { Test } from '../../ir/predicate.ts'

/** Longer literals are scanned for by their end: it tells more, and the table stays small. */
const LONGEST_SCANNED = 12
interface Entry<T> {
  readonly of: T
  readonly cased: boolean
  readonly form: TextForm
  /** The value that it was last held against. */
  tried: number
}

/**
 * All text tests of one subject. One pass over a value finds those that are true: whole values by a map, all others by
 * one scan for a literal that they need, after which the form is checked.
 */
export class TextIndex<T> {
  readonly #whole = new Map<string, Entry<T>[]>()
  readonly #scan: LiteralScan | undefined
  /** By the place of the literal, the tests that need it. */
  readonly #byLiteral: readonly (readonly Entry<T>[])[]
  #value = 0

  /** @param tests of one subject, each with an indexed literal */
  constructor(tests: ReadonlyMap<T, Test>) {
    const byLiteral = new Map<string, Entry<T>[]>()
    for (const [of, test] of tests) {
      const key = indexedLiteral(test)
      if (key === undefined || test.test.is !== 'text') throw new TypeError('a test without a literal')
      const { pattern, cased } = test.test
      const entry = { of, cased, form: textForm(cased ? pattern : foldPattern(pattern)), tried: -1 }
      const literal = foldCase(key.text)
      if (key.whole) append(this.#whole, literal, entry)
      else append(byLiteral, literal.slice(-LONGEST_SCANNED), entry)
    }
    this.#byLiteral = [...byLiteral.values()]
    if (byLiteral.size > 0) this.#scan = new LiteralScan([...byLiteral.keys()])
  }

  /** What is true of a text, each once. */
  matching(text: string): readonly T[] {
    const value: Value<T> = { text, folded: undefined, found: undefined }
    this.#value++
    if (this.#whole.size > 0) for (const entry of this.#whole.get(folded(value)) ?? NONE) this.#try(entry, value)
    this.#scan?.scan(text, (literal) => {
      for (const entry of this.#byLiteral[literal] ?? NONE) this.#try(entry, value)
    })
    return value.found ?? NONE
  }

  #try(entry: Entry<T>, value: Value<T>): void {
    if (entry.tried === this.#value) return
    entry.tried = this.#value
    if (entry.form(entry.cased ? value.text : folded(value))) (value.found ??= []).push(entry.of)
  }
}

interface Value<T> {
  readonly text: string
  /** Folded only when something asks for it. */
  folded: string | undefined
  found: T[] | undefined
}

function folded(value: Value<unknown>): string {
  return (value.folded ??= foldCase(value.text))
}

const NONE: readonly never[] = []

function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const there = map.get(key)
  if (there) there.push(value)
  else map.set(key, [value])
}
