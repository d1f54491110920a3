import type { FieldName, Predicate, ValueTest } from '../../ir/predicate.ts'
import { literal } from '../../ir/pattern.ts'
import { foldClass } from '../../ir/regex/case-fold.ts'

/**
 * Whether it can be told that no event meets both predicates: they want different values of a field that has only one.
 *
 * @param isSingle whether a field never holds several values
 */
export function excludeEachOther(a: Predicate, b: Predicate, isSingle: (field: FieldName) => boolean): boolean {
  const wanted = valuesWanted(b)
  for (const [field, values] of valuesWanted(a)) {
    const others = wanted.get(field)
    if (others && isSingle(field) && [...values].every((value) => !others.has(value))) return true
  }
  return false
}

/** For fields that must have one of a few values: those, with case left out. */
type Wanted = ReadonlyMap<FieldName, ReadonlySet<string>>

function valuesWanted(of: Predicate): Wanted {
  switch (of.op) {
    case 'all':
      return of.of.map(valuesWanted).reduce(both, new Map())
    case 'any': {
      const [first, ...others] = of.of.map(valuesWanted)
      return first ? others.reduce(either, first) : new Map()
    }
    case 'not':
      return new Map()
    case 'test': {
      const value = of.subject.kind === 'field' ? valueOf(of.test) : undefined
      return of.subject.kind === 'field' && value !== undefined
        ? new Map([[of.subject.name, new Set([value])]])
        : new Map()
    }
  }
}

function valueOf(test: ValueTest): string | undefined {
  if (test.is === 'number' || test.is === 'boolean') return String(test.value)
  const text = test.is === 'text' ? literal(test.pattern) : undefined
  return text === undefined ? undefined : folded(text)
}

function folded(text: string): string {
  return Array.from(text, (letter) => String.fromCodePoint(foldClass(letter.codePointAt(0) ?? 0)[0] ?? 0)).join('')
}

function both(a: Wanted, b: Wanted): Wanted {
  const merged = new Map(a)
  for (const [field, values] of b) {
    const before = merged.get(field)
    merged.set(field, before ? new Set([...values].filter((value) => before.has(value))) : values)
  }
  return merged
}

function either(a: Wanted, b: Wanted): Wanted {
  const merged = new Map<FieldName, ReadonlySet<string>>()
  for (const [field, values] of a) {
    const others = b.get(field)
    if (others) merged.set(field, new Set([...values, ...others]))
  }
  return merged
}
