import { exactText, fieldReader, type JsonObject, type Scalar } from '../../event/field.ts'
import { keyField, namedRules, type Correlation, type RuleId } from '../../ir/rule.ts'

/** One group: the exact text of each key, in the order of the keys, and the one text that stands for all. */
export interface Group {
  readonly key: string
  readonly texts: readonly string[]
}

/** An event belongs to at most this many groups of one correlation; the values after that are left out and told. */
const MOST_GROUPS = 1000

/** Finds the groups of events: for multi-valued fields one for each distinct combination of values (semantics §2). */
export class GroupReader {
  readonly #readers: ReadonlyMap<RuleId, readonly ((event: JsonObject) => readonly Scalar[])[]>

  constructor(correlation: Correlation) {
    const shared = new Map<string, readonly ((event: JsonObject) => readonly Scalar[])[]>()
    const readers = new Map<RuleId, readonly ((event: JsonObject) => readonly Scalar[])[]>()
    for (const rule of namedRules(correlation)) {
      const fields = correlation.group.map((key) => keyField(key, rule))
      const name = JSON.stringify(fields)
      const same = shared.get(name) ?? fields.map(fieldReader)
      shared.set(name, same)
      readers.set(rule, same)
    }
    this.#readers = readers
  }

  /** Rules that share the result read the same fields. */
  readersOf(rule: RuleId): readonly ((event: JsonObject) => readonly Scalar[])[] {
    return this.#readers.get(rule) ?? []
  }

  /** None when a key is missing. @param overflow called when there are too many */
  groups(rule: RuleId, event: JsonObject, overflow: () => void): readonly Group[] {
    const readers = this.readersOf(rule)
    if (readers.length === 0) return [WHOLE]
    const single = readers.length === 1 ? readers[0]?.(event) : undefined
    if (single?.length === 1) {
      const text = exactText(single[0] ?? '')
      return [{ key: text, texts: [text] }]
    }
    let combinations: (readonly string[])[] = [[]]
    for (const read of readers) {
      const texts = [...new Set(read(event).map(exactText))]
      if (texts.length * combinations.length > MOST_GROUPS) {
        overflow()
        texts.length = Math.max(1, Math.floor(MOST_GROUPS / combinations.length))
      }
      combinations = combinations.flatMap((start) => texts.map((text) => [...start, text]))
    }
    return combinations.map((texts) => ({ key: texts.length === 1 ? (texts[0] ?? '') : JSON.stringify(texts), texts }))
  }
}

/** The group of a correlation without keys. */
const WHOLE: Group = { key: '', texts: [] }
