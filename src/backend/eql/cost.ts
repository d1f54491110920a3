import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { formatDuration, type Duration } from '../../ir/duration.ts'
import type { Rule } from '../../ir/rule.ts'
import { EVENTS_A_SECOND, eventsIn, isLong } from '../long-window.ts'
import type { Expression } from './expression.ts'

/** So many different values the estimate gives a field. */
const VALUES = 1_000_000

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

/** `backend/cost` (warning): what is exact and makes a query slow, or large in the server's memory. */
export function costsOf(rule: Rule, patterns: OpenPatterns): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  if (patterns.size > 0) {
    const count = [...patterns.values()].reduce((sum, each) => sum + each, 0)
    const tries = (count * VALUES).toLocaleString('en-US')
    found.push(
      warning(
        'backend/cost',
        `in EQL patterns on ${[...patterns.keys()].join(', ')} begin with a wildcard: each is tried on every value that the field has, ${tries} tries a run where there are a million`,
        rule.span,
        { hint: 'test a name instead of the end of a path, or give the field the type wildcard in the index' },
      ),
    )
  }
  if (rule.kind === 'correlation' && rule.body.type !== 'unordered' && isLong(rule.timespan))
    found.push(longWindow(rule.timespan, rule))
  return found
}

function longWindow(timespan: Duration, rule: Rule): Diagnostic {
  return warning(
    'backend/cost',
    `in EQL a window of ${formatDuration(timespan)} holds what it began with for so long: at ${EVENTS_A_SECOND} such events a second, each with keys of its own, ${eventsIn(timespan)} of them`,
    rule.span,
    { hint: 'shorten the timespan or narrow the first rule; Elasticsearch stops sequences that outgrow its memory' },
  )
}
