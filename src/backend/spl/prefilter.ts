import { literal } from '../../ir/pattern.ts'
import type { Predicate } from '../../ir/predicate.ts'
import type { Scope } from './scope.ts'
import { isAscii } from './value-test.ts'

/**
 * What the base search may ask of the index, so that Splunk does not read every event: `field=value` terms of which one
 * holds on each event that any of the predicates can be true of. Empty when there are none.
 *
 * Only single-valued keyword fields and plain words are used. `search` compares those without case and takes nothing in
 * them for a wildcard, an escape or a number, so it finds at least what the exact test after it lets through.
 */
export function prefilter(predicates: readonly Predicate[], scope: Scope): string {
  const terms = new Set<string>()
  for (const predicate of predicates) {
    const needed = neededTerms(predicate, scope)
    if (!needed) return ''
    for (const term of needed) terms.add(term)
  }
  if (terms.size === 0 || terms.size > MOST_TERMS) return ''
  return ` (${[...terms].join(' OR ')})`
}

const MOST_TERMS = 50

/** Terms of which one must hold; undefined when there are none. */
function neededTerms(predicate: Predicate, scope: Scope): readonly string[] | undefined {
  switch (predicate.op) {
    case 'test': {
      const { subject, test } = predicate
      if (subject.kind !== 'field' || test.is !== 'text' || !/^[A-Za-z_][A-Za-z0-9_.]*$/.test(subject.name))
        return undefined
      const info = scope.info(subject.name)
      const value = literal(test.pattern) ?? ''
      if (info?.type !== 'keyword' || info.multi || !/^[A-Za-z]+(?:_[A-Za-z]+)*$/.test(value)) return undefined
      // What `search` does with the long s and the Kelvin sign is not known, so a text that could equal one is left out.
      if (/[ks]/i.test(value) && !test.cased && !isAscii(info.values)) return undefined
      return [`${subject.name}="${value}"`]
    }
    case 'all': {
      const choices = predicate.of.map((each) => neededTerms(each, scope)).filter((each) => each !== undefined)
      // The action tells events apart best; else the fewest terms.
      const byAction = choices.filter((terms) => terms.every((term) => term.startsWith('event.action=')))
      const [fewest] = (byAction.length > 0 ? byAction : choices).sort((a, b) => a.length - b.length)
      return fewest
    }
    case 'any': {
      const terms: string[] = []
      for (const each of predicate.of) {
        const needed = neededTerms(each, scope)
        if (!needed) return undefined
        terms.push(...needed)
      }
      return predicate.of.length === 0 ? undefined : terms
    }
    case 'not':
      return undefined
  }
}
