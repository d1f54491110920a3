import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { foldRepeats } from '../../engine/stream/repeats.ts'
import { Evaluator, type EvaluateOptions, type Evaluation } from '../../engine/stream/evaluate.ts'
import type { LineSearch } from '../../engine/stream/line-matcher.ts'
import type { Alert } from '../../event/alert.ts'
import { parseTime, type Time } from '../../event/record.ts'
import { MOST_TRAVELS, Travel } from '../../event/travel.ts'
import { withoutSpans } from '../../ir/predicate.ts'
import type { Program, Rule } from '../../ir/rule.ts'
import { clauseOf } from '../../pack/tasks.ts'
import type { OfflineLanguage } from '../../prove/native-run.ts'
import { readLines } from '../event-lines.ts'
import type { Work } from '../crew.ts'
import { EventFile } from '../events.ts'
import type { ExitCode } from '../exit-code.ts'
import { LeftOut } from '../left-out.ts'
import { keepAlerts } from '../local-store.ts'
import { optimizeLater, optimizeSoon } from '../patience.ts'
import { rulesWithExceptions } from '../pack-exceptions.ts'
import { loadMappedRules, selectedProgram, type MappedRules } from '../packs.ts'
import { fileProgress } from '../progress.ts'
import { loadRarity, type Rarity } from '../rarity.ts'
import { renderAlertLine } from '../render/alert/ndjson.ts'
import { renderTimeline } from '../render/alert/timeline.ts'
import { plural } from '../render/plural.ts'
import { exitCodeOf, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { paintFor, produce, say } from '../terminal.ts'
import { threadsOf } from '../threads.ts'
import { Unusable } from '../unusable.ts'
import type { WatchedSet } from '../watched-rules.ts'

export interface EvalOptions {
  readonly rules?: readonly string[]
  readonly exceptions: boolean
  readonly events: string
  readonly timeField?: string
  readonly mapping?: string
  readonly pipeline?: readonly string[]
  readonly now?: string
  readonly keep?: boolean
  readonly store?: string
  readonly learned?: string
  readonly prompt?: string
  readonly threads?: string
  readonly engine: 'stream' | OfflineLanguage
  readonly format: 'text' | 'ndjson'
}

/** Alerts to standard output (semantics §5 for `ndjson`); everything that kept something from counting is told. */
export async function evaluateEvents(shared: Shared, options: EvalOptions): Promise<ExitCode> {
  const now = options.now === undefined ? undefined : readNow(options.now)
  optimizeLater()
  const loaded = loadMappedRules(options.rules ?? [], options.mapping, { pipelines: options.pipeline })
  report(loaded.diagnostics, shared.color)
  optimizeSoon()
  const progress = fileProgress(options.events, 'evaluating')
  const told = options.keep === true || options.format === 'text'
  const how = { ...(now === undefined ? {} : { now }), keepFields: told }
  const excepted = await exceptedRules(loaded, options, now ?? Date.now())
  report(excepted.diagnostics, shared.color)
  const { evaluation: whole, read } = await evaluated(loaded, excepted.set, how, options, progress.read)
  progress.done()
  const leftOut = excepted.set && new LeftOut(excepted.set)
  const evaluation = leftOut === undefined ? whole : { ...whole, alerts: [...leftOut.without(whole.alerts)] }
  report([...read.diagnostics, ...evaluation.diagnostics], shared.color)
  const rarity = told ? rarityOf(loaded, evaluation.alerts, options) : undefined
  const alerts = told ? withHops(evaluation.alerts, options, rarity) : evaluation.alerts
  if (options.format === 'ndjson') await printLines(alerts, loaded.program)
  else await printTimelines(alerts, loaded, rarity, shared)
  const kept = options.keep === true ? [await keepAlerts(alerts, loaded.configuration, options.store)] : []
  const without = (leftOut?.summary() ?? []).map((line) => `  ${line}; --no-exceptions shows them`)
  for (const line of [...summary(evaluation, read.skipped), ...without, ...kept]) say(line)
  return exitCodeOf([...loaded.diagnostics, ...excepted.diagnostics, ...read.diagnostics, ...evaluation.diagnostics])
}

interface Evaluated {
  readonly evaluation: Evaluation
  /** What was wrong with lines. */
  readonly read: { readonly diagnostics: readonly Diagnostic[]; readonly skipped: number }
}

/**
 * The rules of a pack without what its exceptions cover, where any hold. Rules that are named are run as they are, and so
 * are the texts of languages, which know of no exceptions.
 */
async function exceptedRules(
  loaded: MappedRules,
  { rules, exceptions, engine }: EvalOptions,
  now: number,
): Promise<{ readonly set: WatchedSet | undefined; readonly diagnostics: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = []
  if (rules !== undefined || !exceptions || engine !== 'stream') return { set: undefined, diagnostics }
  const tell = (found: readonly Diagnostic[]): void => void diagnostics.push(...found)
  const excepted = await rulesWithExceptions(loaded, tell, () => now)
  return { set: excepted?.now, diagnostics }
}

async function evaluated(
  loaded: MappedRules,
  set: WatchedSet | undefined,
  how: EvaluateOptions,
  { events, engine, timeField, threads }: EvalOptions,
  onProgress: (bytes: number) => void,
): Promise<Evaluated> {
  const program = set?.program ?? selectedProgram(loaded)
  if (engine === 'stream') {
    const evaluator = new Evaluator(program, how, { timeField })
    const { search } = evaluator
    const data: LineSearch = { ...search, predicates: search.predicates.map(withoutSpans) }
    const work: Work = { program: 'match-worker', data }
    const read = await readLines(events, evaluator, { threads: threadsOf(threads), work, onProgress })
    return { evaluation: evaluator.end(), read }
  }
  // The engines of the languages take a while to load.
  const { evaluateNative } = await import('../../prove/native-evaluate.ts')
  const { backendFor } = await import('../backends.ts')
  const { compileContext } = await import('../compilation.ts')
  const file = new EventFile(events, { timeField, onProgress })
  const records = [...file.records()]
  const evaluation = evaluateNative(program, backendFor(engine), records, compileContext(loaded), how)
  return { evaluation, read: file }
}

function readNow(text: string): Time {
  const now = parseTime(text)
  if (now === undefined) throw new Unusable(`--now takes a time such as 2026-01-31T12:00:00Z, not "${text}"`)
  return now
}

function rarityOf(loaded: MappedRules, alerts: readonly Alert[], options: EvalOptions): Rarity | undefined {
  return alerts.length === 0 ? undefined : loadRarity(loaded, options)
}

/**
 * Reads the events a second time for how the objects of the alerts travelled, and how rare their steps are; a stream can be
 * read only once.
 */
function withHops(
  alerts: readonly Alert[],
  { events, timeField }: EvalOptions,
  rarity: Rarity | undefined,
): readonly Alert[] {
  if (events === '-' || alerts.length === 0 || alerts.length > MOST_TRAVELS) return alerts
  const travel = new Travel(alerts)
  rarity?.expect(alerts)
  for (const record of new EventFile(events, { timeField }).records()) {
    travel.see(record)
    rarity?.seeRecord(record)
  }
  return alerts.map((alert) => ({ ...alert, hops: travel.of(alert) }))
}

async function printLines(alerts: readonly Alert[], program: Program): Promise<void> {
  let lines = ''
  for (const alert of alerts) {
    const rule = program.rules.get(alert.rule as Rule['id'])
    if (rule === undefined) continue
    lines += renderAlertLine(alert, rule)
    if (lines.length < 1 << 16) continue
    await produce(lines)
    lines = ''
  }
  await produce(lines)
}

async function printTimelines(
  alerts: readonly Alert[],
  loaded: MappedRules,
  rarity: Rarity | undefined,
  shared: Shared,
): Promise<void> {
  const paint = paintFor(process.stdout, shared.color)
  const { program, tasks } = loaded
  for (const { alert, repeats } of foldRepeats(alerts, program)) {
    const rule = program.rules.get(alert.rule as Rule['id'])
    if (rule === undefined) continue
    const told = { rule, program, repeats, clause: clauseOf(rule, tasks), rarity: rarity?.of(alert) ?? [] }
    await produce(`${renderTimeline(alert, told, paint)}\n`)
  }
}

function summary(evaluation: Evaluation, skipped: number): string[] {
  const notes: [number, string][] = [
    [skipped, `${plural(skipped, 'line')} skipped`],
    [
      evaluation.untimed,
      `${plural(evaluation.untimed, 'event')} without a readable time: they met single-event rules only`,
    ],
    [evaluation.duplicates, `${plural(evaluation.duplicates, 'event')} seen before by event.id, counted once`],
    [evaluation.open, `${plural(evaluation.open, 'absence window')} still open at the last event; --now closes them`],
  ]
  const head = `${plural(evaluation.stats.events + evaluation.duplicates, 'event')}, ${plural(evaluation.alerts.length, 'alert')}`
  return [head, ...notes.flatMap(([count, text]) => (count > 0 ? [`  ${text}`] : []))]
}
