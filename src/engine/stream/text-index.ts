import type { EventValues } from '../../event/event-values.ts'
import { isAscii, LineValues } from '../../event/scan/line-values.ts'
import { byteForm, hasForm, type ByteForm } from './byte-form.ts'
import { foldCase } from './fold.ts'
import { LiteralScan } from './literal-scan.ts'
import { indexedLiterals, type TextTest } from './indexed-literal.ts'
import { foldPattern, textForm, type TextForm } from './text-form.ts'
import { regexForm } from './value-test.ts'

/** Longer literals are scanned for by their end: it tells more, and the table stays small. */
const LONGEST_SCANNED = 12

/** One distinct test. */
interface Entry<T> {
  /** What is true when it is. */
  readonly of: T[]
  readonly cased: boolean
  readonly form: TextForm
  /** The same for ASCII bytes, if it is as simple as that. */
  readonly inBytes: ByteForm | null | undefined
  /** The value that it was last decided for. */
  decided: number
}

/**
 * All text tests of one subject. One pass over a value finds those that are true: whole values by a map, all others by
 * one scan for a literal that they need, after which the form is checked.
 */
export class TextIndex<T> {
  readonly #whole = new Map<string, Entry<T>[]>()
  /** How long ASCII values are that are in the map. */
  readonly #wholeLengths = new Set<number>()
  readonly #scan: LiteralScan | undefined
  /** By the place of the literal, the tests that need it. */
  readonly #byLiteral: readonly (readonly Entry<T>[])[]
  /** The value that is asked about, with its number; its text and that folded, once something asked for them. */
  #values: EventValues | undefined
  #at = 0
  #value = 0
  #text: string | undefined
  #folded: string | undefined
  /** What is true of it. */
  #found: T[] | undefined

  /** @param tests of one subject, of which any will do; each with an indexed literal */
  constructor(tests: ReadonlyMap<T, readonly TextTest[]>) {
    const byLiteral = new Map<string, Entry<T>[]>()
    const entries = new Map<string, Entry<T>>()
    for (const [of, any] of tests)
      for (const test of any) {
        const written = JSON.stringify(test)
        const known = entries.get(written)
        if (known === undefined) entries.set(written, this.#enter(of, test, byLiteral))
        else known.of.push(of)
      }
    this.#byLiteral = [...byLiteral.values()]
    if (byLiteral.size > 0) this.#scan = new LiteralScan([...byLiteral.keys()])
  }

  #enter(of: T, test: TextTest, byLiteral: Map<string, Entry<T>[]>): Entry<T> {
    const key = indexedLiterals(test)
    if (key === undefined) throw new TypeError('a test without a literal')
    const entry = { of: [of], ...formsOf(test, key.whole), decided: -1 }
    for (const literal of key.texts.map(foldCase)) {
      if (!key.whole) append(byLiteral, literal.slice(-LONGEST_SCANNED), entry)
      else {
        append(this.#whole, literal, entry)
        this.#wholeLengths.add(literal.length)
      }
    }
    return entry
  }

  /** What is true of a value of an event; more than once what several tests say of it. */
  matching(values: EventValues, at: number): readonly T[] {
    this.#values = values
    this.#at = at
    this.#value++
    this.#text = undefined
    this.#folded = undefined
    this.#found = undefined
    if (values instanceof LineValues && isAscii(values.kinds[at] as number)) this.#matchBytes(values, at)
    else this.#matchText()
    return this.#taken()
  }

  #matchText(): void {
    this.#matchWhole()
    this.#scan?.scan(this.#exactText(), this.#metInText)
  }

  #matchBytes({ bytes, from, to }: LineValues, at: number): void {
    const start = from[at] as number
    const end = to[at] as number
    if (this.#wholeLengths.has(end - start)) this.#matchWhole()
    this.#scan?.scanBytes(bytes, start, end, this.#metInBytes)
  }

  #matchWhole(): void {
    if (this.#whole.size > 0) for (const entry of this.#whole.get(this.#foldedText()) ?? NONE) this.#tryText(entry)
  }

  readonly #metInText = (literal: number): void => {
    for (const entry of this.#byLiteral[literal] ?? NONE) this.#tryText(entry)
  }

  readonly #metInBytes = (literal: number, end: number): void => {
    for (const entry of this.#byLiteral[literal] ?? NONE) {
      const { inBytes } = entry
      if (inBytes === undefined) this.#tryText(entry)
      else if (inBytes !== null && entry.decided !== this.#value) this.#tryBytes(entry, inBytes, end)
    }
  }

  #tryText(entry: Entry<T>): void {
    if (entry.decided === this.#value) return
    entry.decided = this.#value
    if (entry.form(entry.cased ? this.#exactText() : this.#foldedText())) (this.#found ??= []).push(...entry.of)
  }

  /** Where the literal stands elsewhere too, that may have the form. */
  #tryBytes(entry: Entry<T>, form: ByteForm, end: number): void {
    const values = this.#values as LineValues
    if (!hasForm(form, values.bytes, values.from[this.#at] as number, values.to[this.#at] as number, end)) return
    entry.decided = this.#value
    ;(this.#found ??= []).push(...entry.of)
  }

  #taken(): readonly T[] {
    return this.#found ?? NONE
  }

  #exactText(): string {
    return (this.#text ??= this.#values?.textOf(this.#at) ?? '')
  }

  #foldedText(): string {
    return (this.#folded ??= foldCase(this.#exactText()))
  }
}

/** @param whole it is found by its text, not by its bytes */
function formsOf(test: TextTest, whole: boolean): Pick<Entry<unknown>, 'cased' | 'form' | 'inBytes'> {
  if (test.is === 'text') {
    const { pattern, cased } = test
    const form = textForm(cased ? pattern : foldPattern(pattern))
    return { cased, form, inBytes: whole ? undefined : byteForm(pattern, cased) }
  }
  const form = regexForm(test.source, test.flags)
  if (form === undefined) throw new TypeError('a test without a form')
  return { cased: true, form, inBytes: undefined }
}

const NONE: readonly never[] = []

function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const there = map.get(key)
  if (there) there.push(value)
  else map.set(key, [value])
}
