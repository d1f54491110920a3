import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { FieldName, Predicate } from '../../ir/predicate.ts'
import { emitCondition } from './condition.ts'
import { Scope } from './scope.ts'

/** What an exclusion needs to know of fields. */
export type KnownFields = ConstructorParameters<typeof Scope>[0]

/** A field of whose values one stands in a lookup table, in the column `value`. */
export interface LookedUp {
  readonly field: FieldName
  readonly table: string
}

/**
 * Commands, in one line, after which the events are gone of which a condition holds, as long as the search is run before a
 * moment. They stand right after the base search: no step, count or absence sees such an event. What the language cannot
 * say is refused, as in rules.
 *
 * @param lookedUp holds as well
 * @param end whole seconds since 1970
 */
export function emitExclusion(
  where: Predicate,
  lookedUp: readonly LookedUp[],
  end: number,
  span: Span,
  fields: KnownFields,
): { readonly text: string; readonly diagnostics: readonly Diagnostic[] } {
  const scope = new Scope(fields)
  const held = [`now()<${end}`, ...lookedUp.map((_, at) => `isnotnull(${FOUND}${at + 1})`)]
  if (where.op !== 'all' || where.of.length > 0) held.push(emitCondition(where, span, scope))
  // What another exception found is no answer here.
  const evals = lookedUp.map(
    ({ field }, at) => `${LOOKED_UP}${at + 1}=${scope.values(field, span)}, ${FOUND}${at + 1}=null()`,
  )
  const lookups = lookedUp.map(
    ({ table }, at) => `lookup ${table} value AS ${LOOKED_UP}${at + 1} OUTPUT value AS ${FOUND}${at + 1}`,
  )
  const commands = [
    ...scope.gathering(),
    ...(evals.length > 0 ? [`eval ${evals.join(', ')}`] : []),
    ...lookups,
    `where NOT (${held.join(' AND ')})`,
  ]
  return { text: commands.join(' | '), diagnostics: scope.diagnostics }
}

/** Fields of the search's own. */
const LOOKED_UP = 'dp_v'
const FOUND = 'dp_h'
