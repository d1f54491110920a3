import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { emitCondition } from './condition.ts'
import { Scope } from './scope.ts'

/** What an exclusion needs to know of fields. */
export type KnownFields = ConstructorParameters<typeof Scope>[0]

/**
 * Commands, in one line, after which the events are gone of which a condition holds, as long as the search is run before a
 * moment. They stand right after the base search: no step, count or absence sees such an event. What the language cannot
 * say is refused, as in rules.
 *
 * @param end whole seconds since 1970
 */
export function emitExclusion(
  where: Predicate,
  end: number,
  span: Span,
  fields: KnownFields,
): { readonly text: string; readonly diagnostics: readonly Diagnostic[] } {
  const scope = new Scope(fields)
  const held = emitCondition(where, span, scope)
  const commands = [...scope.gathering(), `where NOT (now()<${end} AND ${held})`]
  return { text: commands.join(' | '), diagnostics: scope.diagnostics }
}
