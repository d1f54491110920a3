import type { Backend, NativeQuery } from '../backend/backend.ts'
import type { Rule } from '../ir/rule.ts'
import { eventStoreOf, today } from './backends.ts'
import type { MappedRules } from './packs.ts'

/** A query and the rule it says. */
export interface CompiledRule {
  readonly rule: Rule
  readonly query: NativeQuery
}

/** One rule in one language. A refusal names the language in each message. */
export function compileRule(loaded: MappedRules, rule: Rule, backend: Backend): ReturnType<Backend['compile']> {
  const context = { mapping: loaded.mapping, store: eventStoreOf(loaded.configuration), today: today() }
  return backend.compile(loaded.program, rule.id, context)
}
