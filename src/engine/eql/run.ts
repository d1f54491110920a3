import { hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Source } from '../../diagnostic/source.ts'
import { isTimed } from '../../event/order.ts'
import type { EventRecord } from '../../event/record.ts'
import { compileFilter } from './condition/condition.ts'
import { Fields, type Field, type FieldOptions } from './field.ts'
import { eventOrder } from './order.ts'
import { Problem } from './problem.ts'
import { Scope } from './scope.ts'
import { Machine, type Match } from './sequence/machine.ts'
import { JoinKeys } from './sequence/join-keys.ts'
import { MetEvents, partsMet } from './sequence/met.ts'
import { Missing } from './sequence/missing.ts'
import { compileItems, planSequence, type Part, type SequencePlan } from './sequence/plan.ts'
import { findSamples } from './sequence/sample.ts'
import { namedFields, namesCategory } from './syntax/named-fields.ts'
import { parseQuery } from './syntax/parse-query.ts'
import type { Pipe, Query } from './syntax/tree.ts'

export interface EqlOptions extends FieldOptions {
  /** Where the category of an event stands that a query names before `where`; `event.category` unless given. */
  readonly categoryField?: string | undefined
  /** Decides the order of events of one millisecond; absent comes first. Without it the order of arrival does. */
  readonly tiebreakerField?: string | undefined
}

export type EqlResult =
  | { readonly of: 'events'; readonly events: readonly EventRecord[]; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly of: 'sequences'
      readonly sequences: readonly EqlSequence[]
      readonly diagnostics: readonly Diagnostic[]
    }
  /** At least one of the diagnostics is an error. */
  | { readonly of: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** What `sequence` and `sample` find. */
export interface EqlSequence {
  /** As text; null for an optional field that is absent. */
  readonly keys: readonly (string | null)[]
  /** One for each place, null for an event that must be missing. */
  readonly events: readonly (EventRecord | null)[]
}

/** Reads a query, or says what is wrong with its text. */
export function parseEql(source: Source): { readonly query: Query } | { readonly diagnostics: readonly Diagnostic[] } {
  try {
    return { query: parseQuery(source) }
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    return { diagnostics: [thrown.diagnostic] }
  }
}

/**
 * Runs a query of Elasticsearch 8.19's EQL on events in the order of their arrival, and gives what the server would, in
 * its order: events by time, sequences by their last event, samples by key. Events without a time can be found alone
 * only. What the server would refuse is refused, with its place.
 *
 * Events are let go that meet nothing of the query, once it is known which type each of its fields has.
 */
export function runEql(query: Query, events: Iterable<EventRecord>, options: EqlOptions = {}): EqlResult {
  const { categoryField = 'event.category', tiebreakerField } = options
  const fields = new Fields([...namedFields(query), ...(namesCategory(query) ? [categoryField] : [])], options)
  const rest = events[Symbol.iterator]()
  const held = fields.learn(rest)
  const scope = new Scope(fields)
  const { parts, find } = prepare(query, categoryField, scope)
  if (hasErrors(scope.diagnostics)) return { of: 'refused', diagnostics: scope.diagnostics }
  let line = 0
  try {
    const met = new MetEvents()
    const look = (event: EventRecord): void => {
      line = event.line
      const places = partsMet(parts, event.fields)
      if (places.length > 0) met.add(event, places)
    }
    for (const event of held) look(event)
    for (let next = rest.next(); next.done !== true; next = rest.next()) look(next.value)
    const tiebreaker = tiebreakerField === undefined ? undefined : tiebreakerOf(tiebreakerField, met, options)
    return { ...find(met.sorted(eventOrder(tiebreaker))), diagnostics: scope.diagnostics }
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    const { diagnostic } = thrown
    const stopped = { ...diagnostic, message: `${diagnostic.message} (event on line ${line})` }
    return { of: 'refused', diagnostics: [...scope.diagnostics, stopped] }
  }
}

/** Its type is that of the first event that was found. */
function tiebreakerOf(name: string, met: MetEvents, options: EqlOptions): Field | undefined {
  const fields = new Fields([name], options)
  fields.learn(met.events.values())
  return fields.get(name)
}

type Found =
  | { readonly of: 'events'; readonly events: readonly EventRecord[] }
  | { readonly of: 'sequences'; readonly sequences: readonly EqlSequence[] }

interface Search {
  readonly parts: readonly Part[]
  /** What the events that meet some part make together; takes them in their order. */
  readonly find: (events: MetEvents) => Found
}

/** Checks a query; to be run only when nothing was wrong. */
function prepare(query: Query, categoryField: string, scope: Scope): Search {
  switch (query.kind) {
    case 'event': {
      const part = { condition: compileFilter(query.filter, categoryField, scope), keys: new JoinKeys([]) }
      const find = ({ events }: MetEvents): Found => ({ of: 'events', events: piped(events, query.pipes) })
      return { parts: [part], find }
    }
    case 'sequence': {
      const plan = planSequence(query, categoryField, scope)
      const find = (met: MetEvents): Found => {
        return { of: 'sequences', sequences: piped(findSequences(plan, met), query.pipes) }
      }
      return { parts: plan.parts, find }
    }
    case 'sample': {
      const parts = compileItems(query.items, categoryField, scope)
      const find = (met: MetEvents): Found => {
        const sequences = findSamples(parts, met).map(({ key, events }) => ({ keys: key.texts, events }))
        return { of: 'sequences', sequences }
      }
      return { parts, find }
    }
  }
}

function findSequences(plan: SequencePlan, { events, parts }: MetEvents): readonly EqlSequence[] {
  const machine = new Machine(plan)
  const missing = plan.missing.length > 0 ? new Missing(plan) : null
  for (const [at, event] of events.entries()) {
    if (!isTimed(event)) continue
    machine.take(event, parts[at] ?? [])
    missing?.take(event, parts[at] ?? [])
  }
  const found = missing ? machine.matches.filter((match) => missing.allows(match)) : machine.matches
  return found.map((match) => sequenceOf(match, plan))
}

function sequenceOf({ key, events }: Match, { places }: SequencePlan): EqlSequence {
  return { keys: key.texts, events: places.map((stage) => (stage === null ? null : (events[stage] ?? null))) }
}

function piped<T>(found: readonly T[], pipes: readonly Pipe[]): readonly T[] {
  return pipes.reduce(
    (left, { kind, count }) => (kind === 'head' ? left.slice(0, count) : left.slice(Math.max(0, left.length - count))),
    found,
  )
}
