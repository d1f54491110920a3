import type { Backend, CompileContext, EventStore, NativeQuery } from '../backend/backend.ts'
import type { Rule } from '../ir/rule.ts'
import type { Configuration } from '../pack/configuration.ts'
import type { MappedRules } from './packs.ts'

/** A query and the rule it says. */
export interface CompiledRule {
  readonly rule: Rule
  readonly query: NativeQuery
}

/** One rule in one language. A refusal names the language in each message. */
export function compileRule(loaded: MappedRules, rule: Rule, backend: Backend): ReturnType<Backend['compile']> {
  return backend.compile(loaded.program, rule.id, compileContext(loaded))
}

/** What the rules of a command are compiled with. */
export function compileContext({ mapping, configuration }: MappedRules): CompileContext {
  return { mapping, store: eventStoreOf(configuration), today: today() }
}

function eventStoreOf({ elastic, splunk }: Configuration): EventStore {
  return { elasticIndex: elastic.index, splunkBase: splunk.base }
}

/** Today in UTC, as acceptances compare it. */
function today(): string {
  return new Date().toISOString().slice(0, 10)
}
