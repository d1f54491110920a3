import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { EventRule } from '../../ir/rule.ts'
import type { FieldInfo, Mapping } from '../../mapping/mapping.ts'
import { refused } from '../refusal.ts'
import { no } from '../condition-tree.ts'
import type { Condition } from './condition.ts'
import type { Dialect } from './dialect.ts'

/** What the emitters of one query share. Refusals are collected, all in one go. */
export class Scope {
  readonly dialect: Dialect
  readonly mapping: Mapping
  readonly diagnostics: Diagnostic[] = []
  readonly #rule: EventRule

  constructor(dialect: Dialect, mapping: Mapping, rule: EventRule) {
    this.dialect = dialect
    this.mapping = mapping
    this.#rule = rule
  }

  info(name: FieldName): FieldInfo | undefined {
    return this.mapping.field(name)
  }

  /** @param what completes "KQL cannot say …" */
  refuse(what: string, span: Span | undefined, hint?: string): Condition {
    this.diagnostics.push(refused(this.dialect.language, what, span ?? this.#rule.span, hint))
    return no
  }
}
