import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { Rule } from '../../ir/rule.ts'
import type { FieldInfo } from '../../mapping/mapping.ts'
import { decideApproximation } from '../acceptance.ts'
import type { Approximation, CompileContext } from '../backend.ts'
import { refused, unmappedField } from '../refusal.ts'

/** One compilation on its way: what it knows and what it has to tell. Refusals are collected, all in one go. */
export class Emission {
  readonly context: CompileContext
  readonly rule: Rule
  readonly diagnostics: Diagnostic[] = []
  readonly approximations: Approximation[] = []

  constructor(rule: Rule, context: CompileContext) {
    this.rule = rule
    this.context = context
  }

  /** @param what completes "ES|QL cannot say …" */
  refuse(what: string, span: Span | undefined, hint?: string): void {
    this.diagnostics.push(refused('esql', what, span ?? this.rule.span, hint))
  }

  /** An approximation is said once, however often it occurs. */
  approximate(approximation: Approximation, span: Span | undefined): void {
    if (this.approximations.some((one) => one.node === approximation.node)) return
    this.approximations.push(approximation)
    this.diagnostics.push(decideApproximation(approximation, 'esql', this.rule, this.context, span ?? this.rule.span))
  }

  /** What is known of a field; undefined, and refused, when it may be unmapped. */
  field(name: FieldName, span: Span | undefined): FieldInfo | undefined {
    const info = this.context.mapping.field(name)
    if (info === undefined) this.diagnostics.push(unmappedField('esql', name, span ?? this.rule.span))
    return info
  }
}
