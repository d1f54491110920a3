import { literal, pattern, text, any, type Pattern } from '../../ir/pattern.ts'
import { all, anyOf, field, type FieldName, type Predicate } from '../../ir/predicate.ts'
import type { Rewriting } from '../log-source.ts'

/**
 * An account `DOMAIN\name` that the events hold in two fields, neither of which has a backslash. A pattern means every
 * way of taking it apart at the one backslash that an account has.
 */
export function account(domain: FieldName, name: FieldName): Rewriting {
  return {
    kind: 'rewritten',
    asks: 'for a text, or whether it is there',
    fields: [domain, name],
    rewrite(test) {
      if (test.is === 'null' || test.is === 'exists') return field(name, test)
      if (test.is !== 'text') return undefined
      const ways = splits(test.pattern).map(([left, right]): Predicate => {
        const tests = [
          ...(isAnything(left) ? [] : [field(domain, { ...test, pattern: left })]),
          ...(isAnything(right) ? [] : [field(name, { ...test, pattern: right })]),
        ]
        return tests.length === 0 ? field(name, { ...test, pattern: [any] }) : all(...tests)
      })
      return anyOf(...ways)
    },
  }
}

function isAnything(of: Pattern): boolean {
  return of.length === 1 && of[0]?.kind === 'any'
}

function splits(of: Pattern): (readonly [Pattern, Pattern])[] {
  const found = of.flatMap((part, place): (readonly [Pattern, Pattern])[] => {
    const before = of.slice(0, place)
    const after = of.slice(place + 1)
    switch (part.kind) {
      case 'any':
        return [[pattern(...before, any), pattern(any, ...after)]]
      case 'one':
        return [[pattern(...before), pattern(...after)]]
      case 'text':
        return [...part.text.matchAll(/\\/g)].map(({ index }) => [
          pattern(...before, text(part.text.slice(0, index))),
          pattern(text(part.text.slice(index + 1)), ...after),
        ])
    }
  })
  return found.filter(([left, right]) => isPart(left) && isPart(right))
}

/** Neither part is empty nor holds a backslash. */
function isPart(of: Pattern): boolean {
  return literal(of) !== '' && of.every((part) => part.kind !== 'text' || !part.text.includes('\\'))
}
