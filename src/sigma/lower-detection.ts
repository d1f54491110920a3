import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import { all, anyOf, not, type Predicate } from '../ir/predicate.ts'
import type { Condition } from './condition.ts'
import type { Detection, Selection } from './document.ts'
import { lowerItem } from './lower-item.ts'
import type { Placeholders } from './transform.ts'

/** A condition may name a selection many times; the tests that stand in the result are bounded. */
const MOST_TESTS = 100_000
/** Each search for a near name looks at all names. */
const MOST_SEARCHES = 100

/** A selection that is lowered once, and how often the condition names it. */
interface Lowered {
  readonly predicate: Predicate | undefined
  readonly size: number
  readonly span: Span
  used: boolean
}

/**
 * The whole detection as one predicate: its conditions joined by `or`. Undefined when a diagnostic of severity error
 * was given (`sigma/unknown-selection`, `sigma/too-large`, and what the values have).
 */
export function lowerDetection(
  detection: Detection,
  placeholders: Placeholders,
  diagnostics: Diagnostic[],
): Predicate | undefined {
  const selections = new Map<string, Lowered>()
  for (const { name, body } of detection.selections) {
    const predicate = lowerSelection(body, placeholders, diagnostics)
    const size = predicate ? countTests(predicate) : 0
    selections.set(name.text, { predicate, size, span: name.span, used: false })
  }
  const lowering = new ConditionLowering(selections, diagnostics)
  const conditions = detection.conditions.map((condition) => lowering.lower(condition))
  for (const [name, { used, span }] of selections) {
    if (used || name.startsWith('_')) continue
    const hint = 'name it in the condition, remove it, or let its name begin with "_"'
    diagnostics.push(warning('sigma/unused-selection', `no condition names "${name}"`, span, { hint }))
  }
  if (![...conditions, ...[...selections.values()].map((one) => one.predicate)].every((one) => one !== undefined))
    return undefined
  return anyOf(...conditions.filter((one) => one !== undefined))
}

function lowerSelection(
  selection: Selection,
  placeholders: Placeholders,
  diagnostics: Diagnostic[],
): Predicate | undefined {
  if (selection.kind === 'item') return lowerItem(selection, placeholders, diagnostics)
  const lowered = selection.of.map((part) => lowerSelection(part, placeholders, diagnostics))
  const whole = lowered.filter((part) => part !== undefined)
  if (whole.length < lowered.length) return undefined
  return selection.kind === 'all' ? all(...whole) : anyOf(...whole)
}

function countTests(predicate: Predicate): number {
  switch (predicate.op) {
    case 'test':
      return 1
    case 'not':
      return countTests(predicate.of)
    case 'all':
    case 'any':
      return predicate.of.reduce((sum, each) => sum + countTests(each), 0)
  }
}

class ConditionLowering {
  readonly #selections: ReadonlyMap<string, Lowered>
  readonly #diagnostics: Diagnostic[]
  #size = 0
  #searches = 0

  constructor(selections: ReadonlyMap<string, Lowered>, diagnostics: Diagnostic[]) {
    this.#selections = selections
    this.#diagnostics = diagnostics
  }

  lower(condition: Condition): Predicate | undefined {
    switch (condition.op) {
      case 'name':
        return this.#selection(condition.name, condition.span)
      case 'of':
        return this.#of(condition)
      case 'not': {
        const of = this.lower(condition.of)
        return of && not(of)
      }
      case 'and':
      case 'or': {
        const of = condition.of.map((part) => this.lower(part))
        const whole = of.filter((part) => part !== undefined)
        if (whole.length < of.length) return undefined
        return condition.op === 'and' ? all(...whole) : anyOf(...whole)
      }
    }
  }

  #selection(name: string, span: Span): Predicate | undefined {
    const found = this.#selections.get(name)
    if (found === undefined) {
      const hint = this.#searches++ < MOST_SEARCHES ? didYouMean(name, this.#selections.keys()) : undefined
      this.#diagnostics.push(error('sigma/unknown-selection', `there is no selection "${name}"`, span, { hint }))
      return undefined
    }
    found.used = true
    const before = this.#size
    this.#size += found.size
    if (this.#size <= MOST_TESTS) return found.predicate
    if (before <= MOST_TESTS) {
      this.#diagnostics.push(error('sigma/too-large', `the condition stands for over ${MOST_TESTS} tests`, span))
    }
    return undefined
  }

  #of({ pattern, quantity, span }: Extract<Condition, { op: 'of' }>): Predicate | undefined {
    const matches = pattern === null ? (name: string) => !name.startsWith('_') : wildcardMatcher(pattern)
    const names = [...this.#selections.keys()].filter(matches)
    if (names.length === 0) {
      const what = pattern === null ? 'no selection but those that begin with "_"' : `no selection like "${pattern}"`
      const hint = pattern === null ? undefined : didYouMean(pattern.replaceAll('*', ''), this.#selections.keys())
      this.#diagnostics.push(error('sigma/unknown-selection', `there is ${what}`, span, { hint }))
      return undefined
    }
    const of = names.map((name) => this.#selection(name, span))
    const whole = of.filter((part) => part !== undefined)
    if (whole.length < of.length) return undefined
    return quantity === 'all' ? all(...whole) : anyOf(...whole)
  }
}

/** `*` stands for any characters. Greedy from the left, so it takes no more than pattern times name. */
function wildcardMatcher(pattern: string): (name: string) => boolean {
  const [head = '', ...rest] = pattern.split('*')
  const tail = rest.pop()
  if (tail === undefined) return (name) => name === pattern
  return (name) => {
    if (!name.startsWith(head)) return false
    let at = head.length
    for (const part of rest) {
      const found = name.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return name.length - tail.length >= at && name.endsWith(tail)
  }
}
