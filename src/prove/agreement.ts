import type { Approximation, Backend, CompileContext, Language, NativeQuery } from '../backend/backend.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { evaluate } from '../engine/stream/evaluate.ts'
import { eventIdentity, type Alert } from '../event/alert.ts'
import type { EventRecord } from '../event/record.ts'
import type { Program, Rule } from '../ir/rule.ts'
import { isOffline, isWhole, runNative } from './native-run.ts'
import { programOf } from './rule-test.ts'
import { doubled, store, storedTypes, type Store } from './store.ts'

/** What one language made of a rule on some events, held against the stream engine. */
export type Verdict = {
  readonly language: Language
  /** The engine here, or a cluster that was given. */
  readonly on: 'engine' | 'cluster'
} & Outcome

type Outcome =
  | { readonly kind: 'agrees' }
  /** The language does not say the rule; told in words by the diagnostics. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  /** The text could not be run whole. */
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: 'differs'
      /** Whether every event was there twice. */
      readonly doubled: boolean
      /** What the rule accepts that the language says approximately; then a difference is no failure. */
      readonly accepted: readonly Approximation[]
      /** Of the stream engine only. */
      readonly missing: readonly Alert[]
      /** Of the native query only. */
      readonly extra: readonly Alert[]
    }

/**
 * Runs a rule on events through the stream engine and each compiled text through the engine of its language, once as the
 * events are and once with each of them there twice, and compares the identities of the alerts; where a language gives
 * the middle steps, these too (semantics §2).
 */
export function proveRule(
  program: Program,
  rule: Rule,
  backends: readonly Backend[],
  events: readonly EventRecord[],
  context: CompileContext,
): readonly Verdict[] {
  const once = store(events)
  const twice = doubled(once)
  const expected = evaluate(programOf(program, rule.id), events).alerts.filter((one) => one.rule === rule.id)
  const on = 'engine'
  const types = storedTypes(program, rule, context.mapping)
  return backends.flatMap((backend): readonly Verdict[] => {
    const { language } = backend
    if (!isOffline(language)) return []
    const compiled = backend.compile(program, rule.id, context)
    if (compiled.kind === 'refused') return [{ language, on, kind: 'refused', diagnostics: compiled.diagnostics }]
    const query = { ...compiled.query, language }
    const judge = (events: Store, isDoubled: boolean): Verdict => {
      const run = runNative(query, rule, events, { program, types, now: once.latest })
      if (!isWhole(run)) return { language, on, kind: 'failed', diagnostics: run.diagnostics }
      const name = language === 'eql' && !isDoubled ? chainName : undefined
      return { language, on, ...compare(query, expected, run.alerts, isDoubled, name) }
    }
    const first = judge(once, false)
    return [first.kind === 'agrees' ? judge(twice, true) : first]
  })
}

/** Holds the alerts of a text against those of the stream engine. @param name what must be equal; the identity */
export function compare(
  { approximations }: NativeQuery,
  expected: readonly Alert[],
  found: readonly Alert[],
  isDoubled: boolean,
  name: (alert: Alert) => string = ({ id }) => id,
): Outcome {
  const [wanted, given] = [new Set(expected.map(name)), new Set(found.map(name))]
  const missing = expected.filter((alert) => !given.has(name(alert)))
  const extra = found.filter((alert) => !wanted.has(name(alert)))
  if (missing.length === 0 && extra.length === 0) return { kind: 'agrees' }
  return { kind: 'differs', doubled: isDoubled, accepted: approximations, missing, extra }
}

/** The identity and the steps, where a language gives these. */
function chainName(alert: Alert): string {
  return `${alert.id} ${chainOf(alert)}`
}

function chainOf({ steps }: Alert): string {
  return steps.flatMap(({ event }) => (event ? [eventIdentity(event)] : [])).join(' ')
}

/** What is approximate only where an event is stored twice: it explains no difference where each is there once. */
const OF_DOUBLES: ReadonlySet<string> = new Set(['duplicates', 'event-count'])

/** Whether a verdict stands against the compiled text. */
export function isFailure(verdict: Verdict): boolean {
  switch (verdict.kind) {
    case 'agrees':
    case 'refused':
      return false
    case 'failed':
      return true
    case 'differs':
      return !verdict.accepted.some(({ node }) => verdict.doubled || !OF_DOUBLES.has(node))
  }
}
