import { literal, type Pattern } from '../../ir/pattern.ts'
import type { FieldInfo } from '../../mapping/mapping.ts'
import { hasCase } from '../../ir/regex/case-fold.ts'
import { term } from '../condition-tree.ts'
import { match, type Condition } from './condition.ts'
import { meets } from './meets.ts'
import type { Scope } from './scope.ts'
import { refuseAnalyzed, type TestedField } from './tested-field.ts'

/**
 * A text pattern on a keyword. Its terms compare with case, so a pattern without regard to case is one term only where
 * it has no case, or where the field's values are known. For others a language needs a form of its own; else the form
 * of the field that is stored without case is asked, where there is one.
 */
export function emitKeyword(field: TestedField, pattern: Pattern, cased: boolean, scope: Scope): Condition {
  const { dialect } = scope
  if (pattern.length === 1 && pattern[0]?.kind === 'any') return term(dialect.exists(field.written))
  if (field.info?.analyzed === true) return refuseAnalyzed(field, scope)
  const strict = cased || !hasCase(pattern)
  const whole = literal(pattern)
  const spelt = whole === undefined || strict ? whole : valueOf(whole, field.info)
  if (spelt !== undefined) return match(field.written, dialect.exactly(spelt))
  const said = dialect.text(pattern, strict)
  if (said.value !== undefined) return match(field.written, said.value)
  return (
    amongValues(field, pattern, cased, scope) ??
    (strict ? undefined : withoutCase(field, pattern, scope)) ??
    scope.refuse(said.unsaid, field.span, said.hint)
  )
}

function valueOf(whole: string, info: FieldInfo | undefined): string | undefined {
  return info?.values?.find((value) => value === whole.toLowerCase())
}

/** The known values that the pattern means. */
function amongValues(field: TestedField, pattern: Pattern, cased: boolean, scope: Scope): Condition | undefined {
  const values = field.info?.values?.filter((value) => meets(value, pattern, cased))
  if (values === undefined || values.length === 0) return undefined
  return match(field.written, ...values.map((value) => scope.dialect.exactly(value)))
}

/** Lower case by Java is simple folding only of ASCII. */
function withoutCase({ info }: TestedField, pattern: Pattern, scope: Scope): Condition | undefined {
  const written = info?.folded === undefined ? undefined : scope.dialect.field(info.folded)
  const ascii = pattern.every((part) => part.kind !== 'text' || !/[^\0-\x7f]/.test(part.text))
  if (written === undefined || !ascii) return undefined
  const lower = pattern.map((part) => (part.kind === 'text' ? { ...part, text: part.text.toLowerCase() } : part))
  const whole = literal(lower)
  if (whole !== undefined) return match(written, scope.dialect.exactly(whole))
  const said = scope.dialect.text(lower, true)
  return said.value === undefined ? undefined : match(written, said.value)
}
