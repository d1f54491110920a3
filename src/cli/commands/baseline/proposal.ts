import type { Baseline } from '../../../behaviour/baseline/baseline.ts'
import { driftOf, type Drift } from '../../../behaviour/baseline/baseline-change.ts'
import { compileBaseline, type Force } from '../../../behaviour/baseline/compile-baseline.ts'
import { holderOf } from '../../../behaviour/baseline/holder.ts'
import type { SubjectName } from '../../../behaviour/baseline/subject.ts'
import type { ReviewedBaseline } from '../../../govern/baseline/reviewed.ts'
import type { Program } from '../../../ir/rule.ts'
import type { Configuration } from '../../../pack/configuration.ts'
import { surroundings } from '../../../pack/tasks.ts'
import { loadBaselines, loadHistory } from '../../baselines.ts'
import type { MappedRules } from '../../packs.ts'
import { plural } from '../../render/plural.ts'
import { Unusable } from '../../unusable.ts'

/** What holds of a subject now: its baseline in force, else one that knows nothing, against which all is new. */
export interface Standing {
  readonly current: (ReviewedBaseline & { readonly file: string; readonly force: Force }) | undefined
  readonly history: readonly ReviewedBaseline[]
}

export function standingOf(configuration: Configuration, subject: SubjectName): Standing {
  const current = loadBaselines(configuration).baselines.find(({ baseline }) => baseline.subject === subject)
  return { current, history: loadHistory(configuration, subject).all }
}

/** The mapped rules of a baseline, as they would run. */
export function programOfBaseline(baseline: Baseline, force: Force, loaded: MappedRules): Program {
  const { tasks, configuration, mapping } = loaded
  const task = holderOf(baseline.subject, tasks, baseline.span)
  if (task === undefined)
    throw new Unusable(`no event is of "${baseline.subject}": there is no such task, or it is a template of units`)
  const rules = compileBaseline(baseline, task, surroundings(tasks, configuration).around, force)
  return mapping.mapProgram({ rules: new Map(rules.map((rule) => [rule.id, rule])) }).program
}

/** The rules that hold now. */
export function standingProgram({ current }: Standing, proposed: Baseline, loaded: MappedRules): Program {
  if (current !== undefined && current.force !== 'nothing')
    return programOfBaseline(current.baseline, current.force, loaded)
  return programOfBaseline({ ...proposed, ...NOTHING_KNOWN }, 'whole', loaded)
}

const NOTHING_KNOWN = {
  capabilities: [],
  destinations: [],
  programs: [],
  changes: [],
  reads: [],
  flows: [],
  gaps: [],
  rates: { bytesSent: null, classedObjects: null, destinations: null },
} as const

/** From the first approved baseline to this one. */
export function driftTo(proposed: Baseline, { current, history }: Standing): Drift | undefined {
  const approved = current === undefined || current.force === 'nothing' ? [] : [current]
  const before = [...history, ...approved].map(({ baseline }) => baseline)
  return driftOf([...before, proposed])
}

/** A slow drift of many small approvals, told as one sum. */
export function driftInWords({ approvals, first, added, removed, widened }: Drift): string[] {
  const head = `since the first approved baseline, ${plural(approvals, 'approval')} with this one: ${plural(added, 'entry', 'entries')} more than its ${first}, ${removed} fewer`
  return [head, ...widened.map((one) => `  ${one}`)]
}
