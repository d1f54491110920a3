import type { Plain } from './plain-value.ts'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { Correlation, EventRule, LogSource, RuleId } from '../../ir/rule.ts'
import type { Detection } from './detection.ts'

/** A rule on its way through a pipeline, and what the pipeline remembers about it. */
export interface ProcessedRule {
  readonly of: EventRule | Correlation
  /** Null for a correlation. */
  detection: Detection | null
  /** Null for a correlation. */
  logsource: LogSource | null
  fields: readonly FieldName[]
  /** Of a correlation: fields of its keys, joins and measures → their names by now. */
  readonly keys: Map<FieldName, FieldName>
  /** Ids of the processing items that were applied. */
  readonly applied: Set<string>
  readonly attributes: Map<string, Plain>
  memory: Memory
  /** The rules that a correlation names, processed already. */
  readonly named: ReadonlyMap<RuleId, ProcessedRule>
  readonly diagnostics: Diagnostic[]
}

/** What a pipeline keeps while one rule goes through it; a nested one has its own. */
export interface Memory {
  readonly state: Map<string, Plain>
  /** Field of the rule's list of fields → ids of the items that gave it this name. */
  readonly renamedBy: Map<string, Set<string>>
  /** Fields that were given other names, and these names. */
  readonly mapped: Set<string>
}

export function newMemory(): Memory {
  return { state: new Map(), renamedBy: new Map(), mapped: new Set() }
}
