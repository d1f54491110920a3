import type { Backend, CompileContext } from '../backend/backend.ts'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { evaluate, type EvaluateOptions, type Evaluation } from '../engine/stream/evaluate.ts'
import type { Alert } from '../event/alert.ts'
import type { EventRecord, Time } from '../event/record.ts'
import type { Program } from '../ir/rule.ts'
import { inOrder } from './native-alert.ts'
import { isWhole, runNative, type OfflineLanguage } from './native-run.ts'
import { observing } from './observed.ts'
import { store, storedTypes } from './store.ts'

/**
 * Evaluates the rules of a program that alert on their own through their compiled texts. A rule that the language does
 * not say, or whose text cannot be run whole, gives no alerts and an error. What a language does not return, middle steps
 * above all, is filled in by the stream engine (semantics §2); which alerts there are is the text's word alone.
 */
export function evaluateNative(
  program: Program,
  backend: Backend & { readonly language: OfflineLanguage },
  events: readonly EventRecord[],
  context: CompileContext,
  options: EvaluateOptions = {},
): Evaluation {
  const streamed = evaluate(program, events, options)
  const filled = new Map(streamed.alerts.map((alert) => [alert.id, alert]))
  const mapping = observing(context.mapping, events)
  const stored = store(events)
  const now = Math.max(options.now ?? 0, stored.latest) as Time
  const alerts: Alert[] = []
  const diagnostics: Diagnostic[] = [...streamed.diagnostics]
  for (const rule of program.rules.values()) {
    if (!rule.alone) continue
    const compiled = backend.compile(program, rule.id, { ...context, mapping })
    diagnostics.push(...compiled.diagnostics)
    if (compiled.kind === 'refused') continue
    const types = storedTypes(program, rule, mapping)
    const run = runNative({ ...compiled.query, language: backend.language }, rule, stored, { program, types, now })
    if (isWhole(run)) alerts.push(...run.alerts.map((alert) => filled.get(alert.id) ?? alert))
    else diagnostics.push(...run.diagnostics, notWhole(rule.title))
  }
  return { ...streamed, alerts: inOrder(alerts), diagnostics }
}

function notWhole(title: string): Diagnostic {
  return error('prove/not-run', `the text of "${title}" could not be run on all of these events; it gives no alerts`)
}
