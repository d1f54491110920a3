import type { Span } from '../../diagnostic/source.ts'
import { all, field, type FieldName, type Predicate } from '../../ir/predicate.ts'
import { keyField, type Correlation, type Program, type RuleUse } from '../../ir/rule.ts'
import { elsewhere, refused, unmappedField } from '../refusal.ts'
import { emitCondition } from './condition.ts'
import type { Scope } from './scope.ts'

/** One `[…]` of a sequence. */
export interface Stage {
  /** `[any where …]` */
  readonly filter: string
  /** The fields joined by, as EQL names them, in the order of the group. */
  readonly keys: readonly string[]
}

/**
 * The events of a rule that a correlation names. The correlation's guard holds on what is stepped over or counted, not
 * on what must be absent (`src/ir/rule.ts`). A rule that is itself a correlation is refused: an EQL sequence takes
 * events only.
 *
 * @param joined fields that follow those of the group as keys
 */
export function emitStage(
  use: RuleUse,
  of: Correlation,
  program: Program,
  scope: Scope,
  guarded: boolean,
  joined: readonly FieldName[] = [],
): Stage {
  const rule = program.rules.get(use.rule)
  if (rule?.kind !== 'event') {
    scope.refuse(refused('eql', 'a correlation of correlations', use.span))
    return { filter: '[any where false]', keys: [] }
  }
  const fields = [...of.group.map((key) => keyField(key, use.rule)), ...joined]
  const where = all(rule.where, ...(guarded ? [of.guard] : []), ...keysThere(fields, scope))
  return {
    filter: `[any where ${emitCondition(where, rule.span, scope)}]`,
    keys: fields.map((name) => scope.field(name)),
  }
}

/** Of a field that may have no mapping, an absent value would be a key of its own. */
export function keysThere(fields: readonly FieldName[], scope: Scope): readonly Predicate[] {
  return fields
    .filter((name) => scope.info(name)?.optional === true)
    .map((name) => field(name, { is: 'exists', present: true }))
}

/**
 * Key fields must have a mapping, and a type whose join keys are the exact text of the value: a keyword, a whole number
 * or a boolean. Addresses, times and fractions are equal in more than one spelling.
 */
export function checkKeyField(name: string, span: Span, scope: Scope): void {
  const info = scope.info(name)
  if (!info) scope.refuse(unmappedField('eql', name, span))
  else if (info.type === 'ip' || info.type === 'date' || info.type === 'double')
    scope.refuse(
      refused(
        'eql',
        `groups by the exact text of ${name}, which has type ${info.type}`,
        span,
        `group by a keyword field, or ${elsewhere.eql}`,
      ),
    )
}
