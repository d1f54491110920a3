import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { foldRepeats } from '../../engine/stream/repeats.ts'
import { StreamLines } from '../../engine/stream/stream-lines.ts'
import { Succession } from '../../engine/stream/succession.ts'
import { hasErrors } from '../../diagnostic/diagnostic.ts'
import type { Alert } from '../../event/alert.ts'
import { NdjsonReader } from '../../event/ndjson.ts'
import { OpenAlerts, type Grown } from '../../event/open-alerts.ts'
import { Trail } from '../../event/trail.ts'
import { MOST_TRAVELS } from '../../event/travel.ts'
import { parseDuration, type Duration } from '../../ir/duration.ts'
import type { Program, Rule, RuleId } from '../../ir/rule.ts'
import { configurationFor, type Configuration } from '../../pack/configuration.ts'
import { clauseOf } from '../../pack/tasks.ts'
import { reason } from '../../pack/system-reason.ts'
import type { Notices } from '../../target/notice/notice.ts'
import { ExitCode } from '../exit-code.ts'
import { AlertKeeper, localStoreFile } from '../local-store.ts'
import { noticeOf, noticesFor, type NoticeOptions } from '../notices.ts'
import { rulesWithExceptions } from '../pack-exceptions.ts'
import { loadMappedRules, loadUsableConfiguration, selectedProgram, type MappedRules } from '../packs.ts'
import { loadRarity, type Rarity } from '../rarity.ts'
import { renderAlertLine } from '../render/alert/ndjson.ts'
import { renderSequel, renderTimeline } from '../render/alert/timeline.ts'
import { plural } from '../render/plural.ts'
import { report } from '../report.ts'
import {
  NAME_A_SCOPE,
  scopeArguments,
  startSensor,
  stateArguments,
  type ScopeOptions,
  type StartedSensor,
} from '../sensor-program.ts'
import type { Shared } from '../shared.ts'
import { paintFor, produce, say, type Paint } from '../terminal.ts'
import { Unusable } from '../unusable.ts'
import type { WatchElasticOptions } from '../watch-elastic.ts'
import { LeftOut } from '../left-out.ts'
import { rulesOfPack, rulesOfStore, type WatchedRules } from '../watched-rules.ts'

export interface WatchOptions extends ScopeOptions, NoticeOptions, Omit<WatchElasticOptions, 'from'> {
  /** Of the kind elastic: the target whose events are watched, in place of a stream; local: the one whose rules are. */
  readonly from?: string
  readonly once?: boolean
  readonly rules?: readonly string[]
  readonly exceptions: boolean
  readonly mapping?: string
  readonly pipeline?: readonly string[]
  readonly timeField?: string
  readonly heldBack?: string
  readonly resources?: string
  readonly control?: string
  readonly state?: string
  readonly keep?: boolean
  readonly store?: string
  readonly learned?: string
  readonly format: 'text' | 'ndjson'
}

/** How long alerts may still be handed on when the watch has ended, ms. */
const GRACE = 10_000

/** Runs rules on events as they come: the sensor's, or those of a stream. Ends with the stream, or at a signal. */
export async function watch(shared: Shared, file: string | undefined, options: WatchOptions): Promise<ExitCode> {
  const from = options.from === undefined ? undefined : sourceOf(options.from)
  if (from?.kind === 'local') return watchStored(shared, file, from.configuration, options)
  const loaded = loadMappedRules(options.rules ?? [], options.mapping, { pipelines: options.pipeline })
  report(loaded.diagnostics, shared.color)
  if (options.from !== undefined) {
    if (file !== undefined || scopeArguments(options).length > 0)
      throw new Unusable(`either the events of "${options.from}", or a stream, not both`)
    const { watchElastic } = await import('./watch-elastic.ts')
    const exceptions = options.exceptions && options.rules === undefined
    return watchElastic(shared, loaded, { ...options, exceptions, from: options.from })
  }
  // Rules that are named are run as they are.
  const told = [...loaded.diagnostics]
  const tell = (found: MappedRules['diagnostics']): void => {
    told.push(...found)
    report(found, shared.color)
  }
  const excepted =
    options.rules === undefined && options.exceptions ? await rulesWithExceptions(loaded, tell) : undefined
  const rules = excepted ?? rulesOfPack(selectedProgram(loaded))
  const keeper = options.keep === false ? undefined : await AlertKeeper.open(loaded.configuration, options.store)
  try {
    const code = await follow(shared, file, { ...loaded, rules, keeper }, options)
    return hasErrors(told) ? ExitCode.no : code
  } finally {
    keeper?.close()
  }
}

function sourceOf(name: string): NonNullable<ReturnType<typeof configurationFor>> {
  const found = configurationFor(loadUsableConfiguration('.'), name)
  if (found === undefined || found.kind === 'splunk')
    throw new Unusable(`--from names a target of the kind elastic or local, not "${name}"`)
  return found
}

/** With the rules that are deployed to the local store, as they are now and when they change. */
async function watchStored(
  shared: Shared,
  file: string | undefined,
  configuration: Configuration,
  options: WatchOptions,
): Promise<ExitCode> {
  if (options.rules !== undefined) throw new Unusable('either --rules, or the rules that are deployed (--from)')
  if (!options.exceptions) throw new Unusable('--no-exceptions is for the rules of files, not for deployed ones')
  if (options.once === true) throw new Unusable('--once is for a target of the kind elastic')
  const keeper = await AlertKeeper.open(configuration, options.store)
  const place = localStoreFile(configuration, options.store)
  try {
    const rules = rulesOfStore(keeper.store, place, (found) => report(found, shared.color))
    // What a task's clause says stands in its file.
    const tasks: Means['tasks'] = configuration.file === null ? new Map() : loadMappedRules([], options.mapping).tasks
    const kept = options.keep === false ? undefined : keeper
    return await follow(shared, file, { configuration, rules, tasks, keeper: kept }, options)
  } finally {
    keeper.close()
  }
}

/** What is watched with. */
interface Means {
  readonly configuration: Configuration
  readonly rules: WatchedRules
  readonly tasks: MappedRules['tasks']
  readonly keeper: AlertKeeper | undefined
}

async function follow(
  shared: Shared,
  file: string | undefined,
  means: Means,
  options: WatchOptions,
): Promise<ExitCode> {
  const source = openSource(file, options)
  const notices = noticesFor(options, means.configuration, shared)
  const watching = new Watching(means, options, notices, paintFor(process.stdout, shared.color))
  const stop = (): void => source.stop()
  process.on('SIGINT', stop).on('SIGTERM', stop)
  say(`watching ${source.name} with ${plural(means.rules.now.versions.size, 'rule')}; interrupt to end`)
  try {
    for await (const chunk of source.stream) {
      source.begun()
      await watching.take(chunk as Uint8Array)
    }
    await watching.end()
  } catch (problem) {
    if (problem instanceof Unusable || !isSystemError(problem)) throw problem
    throw new Unusable(`${source.name} cannot be read: ${reason(problem)}`)
  } finally {
    source.stop()
    await notices?.end(GRACE)
  }
  const code = await source.ended
  report(watching.diagnostics, shared.color)
  for (const line of watching.summary()) say(line)
  if (notices !== undefined)
    say(`  ${plural(notices.handed, 'alert')} handed on${notices.lost > 0 ? `, ${notices.lost} not` : ''}`)
  if (code !== 0) say('the sensor has ended; it said why above')
  return code === 0 ? ExitCode.ok : ExitCode.no
}

interface EventSource {
  readonly name: string
  /** Something came from it. */
  begun(): void
  readonly stream: Readable
  readonly ended: Promise<number>
  stop(): void
}

function openSource(file: string | undefined, options: WatchOptions): EventSource {
  const scope = scopeArguments(options)
  if (scope.length === 0) {
    if (file === undefined && process.stdin.isTTY)
      throw new Unusable(`nothing to watch: ${NAME_A_SCOPE}, or events as a file or -`)
    const idle = (['control', 'state', 'resources'] as const).find((name) => options[name] !== undefined)
    if (idle !== undefined) throw new Unusable(`--${idle} is for the sensor: ${NAME_A_SCOPE}`)
    const stream = file === undefined || file === '-' ? process.stdin : createReadStream(file)
    const name = file === undefined || file === '-' ? '<stdin>' : file
    return { name, stream, begun: () => undefined, ended: Promise.resolve(0), stop: () => stream.destroy() }
  }
  if (file !== undefined) throw new Unusable(`either the sensor (${scope.join(' ')}) or ${file}, not both`)
  const control = options.control === undefined ? [] : ['--control', options.control]
  const state = stateArguments(options.state, 'watch')
  const sensor = startSensor(
    options,
    ['--watermarks', ...control, ...state],
    ['ignore', 'pipe', 'inherit'],
    options.resources,
  )
  return sensorSource(sensor, scope)
}

function sensorSource({ child, ended }: StartedSensor, scope: readonly string[]): EventSource {
  if (child.stdout === null) throw new Error('the sensor was started without a pipe')
  let begun = false
  return {
    name: `the sensor (${scope.join(' ')})`,
    stream: child.stdout,
    // Loading takes some seconds, and what happens meanwhile is not seen.
    begun: () => {
      if (!begun) say('the sensor has begun')
      begun = true
    },
    ended,
    // It ends by itself after a signal, with its last events.
    stop: () => child.kill('SIGTERM'),
  }
}

/** Events in, alerts out. */
class Watching {
  readonly #means: Means
  readonly #options: WatchOptions
  readonly #notices: Notices | undefined
  readonly #paint: Paint
  readonly #correlator: Succession
  readonly #rarity: Rarity | undefined
  readonly #trail = new Trail()
  readonly #open = new OpenAlerts(this.#trail)
  readonly #reader = new NdjsonReader({ name: 'events' })
  readonly #lines: StreamLines
  /** Of all rules so far: an alert of one that is gone may still come. */
  #program: Program
  readonly #leftOut: LeftOut
  #alerts = 0

  constructor(means: Means, options: WatchOptions, notices: Notices | undefined, paint: Paint) {
    this.#means = means
    this.#options = options
    this.#notices = notices
    this.#paint = paint
    const heldBack = options.heldBack === undefined ? {} : { heldBack: readDuration(options.heldBack) }
    this.#correlator = new Succession(means.rules.now, heldBack)
    this.#program = means.rules.now.program
    this.#leftOut = new LeftOut(means.rules.now)
    this.#rarity = options.format === 'text' ? loadRarity(means, options) : undefined
    const onlookers = [this.#trail, ...(this.#rarity === undefined ? [] : [this.#rarity])]
    this.#lines = new StreamLines(this.#correlator, { timeField: options.timeField }, onlookers)
  }

  async take(chunk: Uint8Array): Promise<void> {
    const rules = this.#means.rules.changed()
    if (rules !== undefined) {
      this.#correlator.change(rules)
      this.#program = { rules: new Map([...this.#program.rules, ...rules.program.rules]) }
      this.#leftOut.add(rules)
      say(`the rules have changed: ${plural(rules.versions.size, 'rule')} from here on`)
    }
    this.#reader.feed(chunk, this.#lines)
    await this.#tell(this.#correlator.drain())
    await this.#tellMore(this.#open.settle())
  }

  async end(): Promise<void> {
    for (const line of this.#reader.end()) this.#lines.take(line)
    this.#correlator.end()
    await this.#tell(this.#correlator.drain())
    await this.#tellMore(this.#open.end())
  }

  get diagnostics(): MappedRules['diagnostics'] {
    return [...this.#reader.diagnostics, ...this.#correlator.diagnostics]
  }

  summary(): string[] {
    const { events, late, duplicates, untimed, open } = this.#correlator.stats
    const { skipped } = this.#reader
    const { lost } = this.#lines
    const notes: [number, string][] = [
      [skipped, `${plural(skipped, 'line')} skipped`],
      [lost, `${plural(lost, 'use')} lost before they were numbered`],
      [late, `${plural(late, 'event')} came late: they met single-event rules only`],
      [untimed, `${plural(untimed, 'event')} without a readable time: they met single-event rules only`],
      [duplicates, `${plural(duplicates, 'event')} seen before by event.id, counted once`],
      [open, `${plural(open, 'absence window')} still open`],
    ]
    const kept = this.#means.keeper === undefined ? [] : [`  ${this.#means.keeper.summary()}`]
    const head = `${plural(events + late, 'event')}, ${plural(this.#alerts, 'alert')}`
    const told = notes.flatMap(([count, text]) => (count > 0 ? [`  ${text}`] : []))
    return [head, ...told, ...this.#leftOut.summary().map((text) => `  ${text}`), ...kept]
  }

  async #tell(found: readonly Alert[]): Promise<void> {
    const bare = this.#leftOut.without(found)
    if (bare.length === 0) return
    const isFlood = bare.length > MOST_TRAVELS
    const alerts = isFlood ? bare : this.#trail.along(bare)
    if (!isFlood) this.#open.add(alerts)
    this.#alerts += alerts.length
    // Kept first: what was shown can then be asked for again.
    this.#means.keeper?.keep(alerts)
    if (this.#notices !== undefined) this.#handOn(alerts, this.#notices)
    await produce(this.#options.format === 'ndjson' ? this.#printed(alerts) : this.#timelines(alerts))
  }

  /** A line of JSON is an alert, and each is one line: what is found later stands in the local store. */
  async #tellMore(grown: readonly Grown[]): Promise<void> {
    if (grown.length === 0) return
    this.#means.keeper?.keepMore(grown.map(({ alert }) => alert))
    if (this.#options.format === 'ndjson') return
    const first = new Set(
      foldRepeats(
        grown.map(({ alert }) => alert),
        this.#program,
      ).map(({ alert }) => alert),
    )
    const told = grown.filter(({ alert }) => first.has(alert))
    const texts = told.map(({ alert, fresh }) =>
      this.#withRule(alert, (rule) => `${renderSequel(alert, fresh, rule, this.#paint)}\n`),
    )
    await produce(texts.join(''))
  }

  #handOn(alerts: readonly Alert[], notices: Notices): void {
    for (const alert of alerts) {
      const rule = this.#program.rules.get(alert.rule as RuleId)
      if (rule !== undefined) notices.push(noticeOf(alert, rule))
    }
  }

  #printed(alerts: readonly Alert[]): string {
    return alerts.map((alert) => this.#withRule(alert, (rule) => renderAlertLine(alert, rule))).join('')
  }

  #timelines(alerts: readonly Alert[]): string {
    const { tasks } = this.#means
    const program = this.#program
    return foldRepeats(alerts, program)
      .map(({ alert, repeats }) =>
        this.#withRule(alert, (rule) => {
          const told = { rule, program, repeats, clause: clauseOf(rule, tasks), rarity: this.#rarity?.of(alert) ?? [] }
          return `${renderTimeline(alert, told, this.#paint)}\n`
        }),
      )
      .join('')
  }

  #withRule(alert: Alert, render: (rule: Rule) => string): string {
    const rule = this.#program.rules.get(alert.rule as RuleId)
    return rule === undefined ? '' : render(rule)
  }
}

function readDuration(text: string): Duration {
  const duration = parseDuration(text)
  if (duration === undefined) throw new Unusable(`--held-back takes a time such as 2s or 500ms, not "${text}"`)
  return duration
}

function isSystemError(problem: unknown): boolean {
  return problem instanceof Error && 'code' in problem && typeof problem.code === 'string'
}
