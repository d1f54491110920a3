import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { formatDuration, milliseconds, type Duration } from '../../ir/duration.ts'
import type { Rule } from '../../ir/rule.ts'
import { costly } from '../cost.ts'
import type { Expression } from './expression.ts'

/** A longer window is told. */
const LONG = milliseconds(86_400_000)
/** What the estimate of a window takes for granted. */
const EVENTS_A_SECOND = 10

/** Fields with the patterns that begin with a wildcard: no look-up in an index helps with those. */
export type OpenPatterns = Map<string, number>

/** Notes them, wherever in a condition they stand. */
export function collectOpenPatterns(of: Expression, found: OpenPatterns): void {
  switch (of.kind) {
    case 'constant':
    case 'term':
      return
    case 'compare': {
      const open = of.values.filter((value) => OPEN[of.operator]?.test(value) === true).length
      if (open > 0) found.set(of.field, (found.get(of.field) ?? 0) + open)
      return
    }
    case 'and':
    case 'or':
      for (const part of of.of) collectOpenPatterns(part, found)
      return
    case 'not':
      collectOpenPatterns(of.of, found)
  }
}

const OPEN: Readonly<Partial<Record<string, RegExp>>> = {
  ':': /^"[*?]/,
  like: /^"[*?]/,
  regex: /^"\(*(?:\.[*+?]|\[\^)/,
}

/** What makes a query of a rule slow or large, without making it wrong. */
export function costsOf(rule: Rule, patterns: OpenPatterns): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  if (patterns.size > 0) {
    const count = [...patterns.values()].reduce((sum, each) => sum + each, 0)
    const tries = (count * 1_000_000).toLocaleString('en-US')
    found.push(
      costly(
        `patterns that begin with a wildcard, on ${[...patterns.keys()].join(', ')}`,
        `each is tried on every value that the field ever has; with a million different ones ${tries} tries a run`,
        rule.span,
        'test a name instead of the end of a path, or map the field with the type wildcard',
      ),
    )
  }
  if (rule.kind === 'correlation' && rule.timespan > LONG) found.push(longWindow(rule.timespan, rule))
  return found
}

function longWindow(timespan: Duration, rule: Rule): Diagnostic {
  const held = ((timespan / 1000) * EVENTS_A_SECOND).toLocaleString('en-US')
  return costly(
    `a window of ${formatDuration(timespan)}`,
    `what it began with is held for so long; at ${EVENTS_A_SECOND} such events a second, each with a key of its own, ${held} of them`,
    rule.span,
    'shorten the timespan, or narrow the first rule; Elasticsearch stops a sequence that takes half of its memory',
  )
}
