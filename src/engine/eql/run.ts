import { hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Source } from '../../diagnostic/source.ts'
import type { TimedRecord } from '../../event/order.ts'
import type { EventRecord } from '../../event/record.ts'
import { compileFilter } from './condition/condition.ts'
import { Fields, type FieldOptions } from './field.ts'
import { inOrder, type OrderedEvents } from './order.ts'
import { Problem } from './problem.ts'
import { Scope } from './scope.ts'
import { Machine, type Match } from './sequence/machine.ts'
import { Missing } from './sequence/missing.ts'
import { compileItems, planSequence, type SequencePlan } from './sequence/plan.ts'
import { findSamples } from './sequence/sample.ts'
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
 */
export function runEql(query: Query, events: readonly EventRecord[], options: EqlOptions = {}): EqlResult {
  const fields = new Fields(events, options)
  const scope = new Scope(fields)
  const run = prepare(query, options.categoryField ?? 'event.category', scope)
  if (hasErrors(scope.diagnostics)) return { of: 'refused', diagnostics: scope.diagnostics }
  const { tiebreakerField } = options
  const order = inOrder(events, tiebreakerField === undefined ? undefined : fields.get(tiebreakerField))
  let line = 0
  try {
    return { ...run(order, (event) => (line = event.line)), diagnostics: scope.diagnostics }
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    const { diagnostic } = thrown
    const stopped = { ...diagnostic, message: `${diagnostic.message} (event on line ${line})` }
    return { of: 'refused', diagnostics: [...scope.diagnostics, stopped] }
  }
}

type Found =
  | { readonly of: 'events'; readonly events: readonly EventRecord[] }
  | { readonly of: 'sequences'; readonly sequences: readonly EqlSequence[] }

/** @param looks is told each event before it is looked at */
type Run = (events: OrderedEvents, looks: (event: EventRecord) => void) => Found

/** Checks a query; what it gives is run only when nothing was wrong. */
function prepare(query: Query, categoryField: string, scope: Scope): Run {
  switch (query.kind) {
    case 'event': {
      const condition = compileFilter(query.filter, categoryField, scope)
      return ({ timed, untimed }, looks) => {
        const found = [...untimed, ...timed].filter((event) => {
          looks(event)
          return condition(event.fields)
        })
        return { of: 'events', events: piped(found, query.pipes) }
      }
    }
    case 'sequence': {
      const plan = planSequence(query, categoryField, scope)
      return ({ timed }, looks) => {
        const sequences = findSequences(plan, timed, looks)
        return { of: 'sequences', sequences: piped(sequences, query.pipes) }
      }
    }
    case 'sample': {
      const parts = compileItems(query.items, categoryField, scope)
      return ({ timed, untimed }, looks) => {
        const samples = findSamples(parts, [...untimed, ...timed], looks)
        return { of: 'sequences', sequences: samples.map(({ key, events }) => ({ keys: key.texts, events })) }
      }
    }
  }
}

function findSequences(
  plan: SequencePlan,
  events: readonly TimedRecord[],
  looks: (event: EventRecord) => void,
): readonly EqlSequence[] {
  const machine = new Machine(plan)
  const missing = plan.missing.length > 0 ? new Missing(plan) : null
  for (const event of events) {
    looks(event)
    machine.take(event)
    missing?.take(event)
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
