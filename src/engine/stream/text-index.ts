import { foldCase } from './fold.ts'
import { LiteralScan } from './literal-scan.ts'
import type { Slot } from './slot.ts'
import { foldPattern, textForm, type TextForm } from './text-form.ts'
import { indexedLiteral } from './trigger.ts'
import type { Test } from '../../ir/predicate.ts'

/** Longer literals are scanned for by their end: it tells more, and the table stays small. */
const LONGEST_SCANNED = 12

interface Entry {
  readonly id: number
  readonly cased: boolean
  readonly form: TextForm
  /** The value that it was last held against. */
  tried: number
}

/**
 * All text tests of one subject. One pass over each value finds those that are true: whole values by a map, all others
 * by one scan for a literal that they need, after which the form is checked.
 */
export class TextIndex {
  readonly #whole = new Map<string, Entry[]>()
  readonly #entries: readonly Entry[]
  readonly #scan: LiteralScan | undefined
  /** Places in `entries` of the tests that need a scanned literal. */
  readonly #byLiteral: readonly (readonly Entry[])[]
  #value = 0

  /** @param tests of one subject, each with an indexed literal, by their ids */
  constructor(tests: ReadonlyMap<number, Test>) {
    const byLiteral = new Map<string, Entry[]>()
    const entries: Entry[] = []
    for (const [id, test] of tests) {
      const key = indexedLiteral(test)
      if (key === undefined || test.test.is !== 'text') throw new TypeError('a test without a literal')
      const { pattern, cased } = test.test
      const entry = { id, cased, form: textForm(cased ? pattern : foldPattern(pattern)), tried: -1 }
      entries.push(entry)
      const literal = foldCase(key.text)
      if (key.whole) append(this.#whole, literal, entry)
      else append(byLiteral, literal.slice(-LONGEST_SCANNED), entry)
    }
    this.#entries = entries
    this.#byLiteral = [...byLiteral.values()]
    if (byLiteral.size > 0) this.#scan = new LiteralScan([...byLiteral.keys()])
  }

  /** Calls back with the id of each test that is true of some value, at least once. */
  run(slot: Slot, found: (id: number) => void): void {
    if (this.#entries.length === 0) return
    for (const text of slot.texts) this.#search(text, found)
  }

  #search(text: string, found: (id: number) => void): void {
    const value = { text, folded: undefined }
    this.#value++
    if (this.#whole.size > 0) for (const entry of this.#whole.get(folded(value)) ?? NONE) this.#try(entry, value, found)
    this.#scan?.scan(text, (literal) => {
      for (const entry of this.#byLiteral[literal] ?? NONE) this.#try(entry, value, found)
    })
  }

  #try(entry: Entry, value: Value, found: (id: number) => void): void {
    if (entry.tried === this.#value) return
    entry.tried = this.#value
    if (entry.form(entry.cased ? value.text : folded(value))) found(entry.id)
  }
}

/** Folded only when something asks for it. */
interface Value {
  readonly text: string
  folded: string | undefined
}

function folded(value: Value): string {
  return (value.folded ??= foldCase(value.text))
}

const NONE: readonly Entry[] = []

function append(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const there = map.get(key)
  if (there) there.push(entry)
  else map.set(key, [entry])
}
