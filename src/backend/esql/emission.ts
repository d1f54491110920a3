import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { Rule } from '../../ir/rule.ts'
import { decideApproximation } from '../acceptance.ts'
import type { Approximation, CompileContext } from '../backend.ts'
import { refused } from '../refusal.ts'
import type { StoredField } from './stored-field.ts'

/** What is taken for granted of a field of which the mapping says nothing: any index of texts has it so. */
const ASSUMED: StoredField = { type: 'keyword', multi: false, assumed: true }

/** One compilation on its way: what it knows and what it has to tell. Refusals are collected, all in one go. */
export class Emission {
  readonly context: CompileContext
  readonly rule: Rule
  readonly diagnostics: Diagnostic[] = []
  readonly approximations: Approximation[] = []
  readonly #assumed = new Map<FieldName, Span>()

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

  /** What is known of a field, or taken for granted. */
  field(name: FieldName, span: Span | undefined): StoredField {
    const info = this.context.mapping.field(name)
    if (info !== undefined) return { ...info, assumed: false }
    if (!this.#assumed.has(name)) this.#assumed.set(name, span ?? this.rule.span)
    return ASSUMED
  }

  /** Tells what was taken for granted (`backend/assumed-field`, warning), once all is emitted. */
  tellAssumed(): void {
    const [first] = this.#assumed
    if (first === undefined) return
    const names = [...this.#assumed.keys()].map((name) => `"${name}"`).join(', ')
    const message = `the mapping does not know ${names}: taken for keyword fields that hold one value in each event`
    const hint =
      'ES|QL fails where an index has no such field or another type, and finds nothing in several values; a mapping that knows the fields, such as --mapping ecs, says it exactly'
    this.diagnostics.push(warning('backend/assumed-field', message, first[1], { hint }))
  }
}
