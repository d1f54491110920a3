import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { alertId, eventIdentity, type Alert } from '../../event/alert.ts'
import type { JsonObject } from '../../event/field.ts'
import type { TimedRecord } from '../../event/order.ts'
import type { EventRecord } from '../../event/record.ts'
import { namedRules, type Correlation, type EventRule, type Program, type Rule, type RuleId } from '../../ir/rule.ts'
import { CorrelationRun, OccurrenceQueue, type RunLimits } from './correlation-run.ts'
import { Heap } from './heap.ts'
import { unreadable } from './matcher.ts'
import type { Found, Occurrence } from './member.ts'
import { PredicateSet } from './predicate-set.ts'

interface Stage {
  readonly place: number
  readonly run: CorrelationRun
  /** How much later than its closing event an alert of a correlation named here may come. */
  readonly delay: number
  /** Where occurrences wait for such alerts; null when none can come late. */
  readonly queue: OccurrenceQueue | null
  batch: Occurrence[]
}

/**
 * The rules of a program, run on events that come in order. An event goes to the correlations that name a rule it
 * matches; an alert of one correlation is, at the place of its closing event, an occurrence for those that name it.
 */
export class Pipeline {
  readonly diagnostics: Diagnostic[] = []
  readonly #program: Program
  readonly #set: PredicateSet
  readonly #eventRules: readonly EventRule[]
  readonly #guarded: readonly Correlation[]
  readonly #stages: Stage[] = []
  readonly #late: readonly Stage[]
  /** Which stages name a rule. */
  readonly #users = new Map<RuleId, Stage[]>()
  readonly #touched = new Heap<Stage>((a, b) => a.place - b.place)
  readonly #emit: (alert: Alert, closing: EventRecord) => void

  /** @param emit is given each alert with its closing event, by which alerts are ordered */
  constructor(program: Program, limits: RunLimits, emit: (alert: Alert, closing: EventRecord) => void) {
    this.#program = program
    this.#emit = emit
    const rules = [...program.rules.values()]
    const correlations = rules.filter((rule) => rule.kind === 'correlation')
    this.#eventRules = rules.filter((rule) => rule.kind === 'event')
    this.#guarded = correlations.filter(({ guard }) => guard.op !== 'all' || guard.of.length > 0)
    this.#set = new PredicateSet([
      ...this.#eventRules.map((rule) => rule.where),
      ...this.#guarded.map((one) => one.guard),
    ])
    for (const place of this.#set.refused) this.diagnostics.push(...unreadable(this.#ruleAt(place)))
    for (const correlation of correlations) this.#addStage(correlation, limits)
    this.#late = this.#stages.filter((stage) => stage.queue !== null || stage.run.late)
  }

  /** What an event matches; undefined when nothing and it need not be kept. */
  match(event: EventRecord): Pick<Occurrence, 'rules' | 'guards'> | undefined {
    const places = this.#set.match(event.fields)
    if (places.length === 0) return undefined
    const rules: RuleId[] = []
    const guards: RuleId[] = []
    for (const place of places) {
      const rule = this.#ruleAt(place)
      if (rule) (rule.kind === 'event' ? rules : guards).push(rule.id)
    }
    return rules.length === 0 ? undefined : { rules, guards }
  }

  /** Alerts of the single-event rules among these. */
  alertSingle(event: EventRecord, rules: readonly RuleId[]): void {
    for (const id of rules) {
      const rule = this.#program.rules.get(id)
      if (rule?.kind !== 'event' || !rule.alone) continue
      const identity = eventIdentity(event)
      const steps = [{ as: nameOf(rule), rule: id, event }]
      const { time } = event
      const name = alertId(id, NO_GROUP, identity, identity)
      this.#emit({ id: name, rule: id, group: NO_GROUP, first: time, last: time, steps }, event)
    }
  }

  /** Whether some correlation asks for one of these rules. */
  isCorrelated(rules: readonly RuleId[]): boolean {
    return rules.some((rule) => this.#users.has(rule))
  }

  /** @param batch of one place in the order, and after all that came before */
  process(batch: readonly Occurrence[]): void {
    const now = batch[0]?.event.time
    if (now === undefined) return
    this.advance(now)
    for (const occurrence of batch) this.#route(occurrence)
    this.#flush()
  }

  /** Nothing before this time will come any more. */
  advance(now: number): void {
    for (const { run, queue, delay } of this.#late) {
      if (queue) this.#drain(run, queue, now - delay)
      run.advance(now - delay)
    }
    this.#flush()
  }

  /** Forgets the groups of all correlations whose window is over. */
  sweep(now: number): void {
    for (const { run, delay } of this.#stages) run.advance(now - delay)
  }

  /** Nothing will come any more, and the clock shows `now`: what waits for a later time stays open. */
  end(now: number): void {
    for (const { run, queue } of this.#stages) {
      if (queue) this.#drain(run, queue, Infinity)
      run.advance(now)
      this.#flush()
    }
  }

  get open(): number {
    return this.#stages.reduce((sum, { run }) => sum + run.open, 0)
  }

  get keys(): number {
    return this.#stages.reduce((sum, { run }) => sum + run.keys, 0)
  }

  get partials(): number {
    return this.#stages.reduce((sum, { run }) => sum + run.partials, 0)
  }

  /** The longest time that an event can matter. */
  get horizon(): number {
    return Math.max(0, ...this.#stages.map(({ run, delay }) => delay + run.lag + run.correlation.timespan))
  }

  #drain(run: CorrelationRun, queue: OccurrenceQueue, before: number): void {
    for (let batch = queue.next(before); batch.length > 0; batch = queue.next(before)) run.process(batch)
  }

  #ruleAt(place: number): Rule | undefined {
    return this.#eventRules[place] ?? this.#guarded[place - this.#eventRules.length]
  }

  #addStage(correlation: Correlation, limits: RunLimits): void {
    const run = new CorrelationRun(correlation, {
      ...limits,
      nameOf: (id) => {
        const rule = this.#program.rules.get(id)
        return rule ? nameOf(rule) : id
      },
      emit: (of, group, found) => this.#alert(of, group, found),
      report: (diagnostic) => this.diagnostics.push(diagnostic),
    })
    const named = namedRules(correlation)
    const inner = this.#stages.filter((stage) => named.includes(stage.run.correlation.id))
    const delay = Math.max(0, ...inner.map((stage) => stage.delay + stage.run.lag))
    const queue = inner.some((stage) => stage.queue !== null || stage.run.late) ? new OccurrenceQueue() : null
    const stage: Stage = { place: this.#stages.length, run, delay, queue, batch: [] }
    this.#stages.push(stage)
    for (const rule of named) this.#users.set(rule, [...(this.#users.get(rule) ?? []), stage])
  }

  #route(occurrence: Occurrence): void {
    const sent = new Set<Stage>()
    for (const rule of occurrence.rules) {
      for (const stage of this.#users.get(rule) ?? []) {
        if (sent.has(stage)) continue
        sent.add(stage)
        const rules = occurrence.rules.filter((one) => this.#users.get(one)?.includes(stage))
        this.#send({ ...occurrence, rules }, stage)
      }
    }
  }

  #send(occurrence: Occurrence, stage: Stage): void {
    if (stage.queue) stage.queue.push(occurrence)
    else if (stage.batch.push(occurrence) === 1) this.#touched.push(stage)
  }

  /** A correlation comes after those it names, so that their alerts are in its batch. */
  #flush(): void {
    for (let stage = this.#touched.pop(); stage !== undefined; stage = this.#touched.pop()) {
      const { batch } = stage
      stage.batch = []
      stage.run.process(batch)
    }
  }

  #alert(correlation: Correlation, group: Readonly<Record<string, string>>, found: Found): void {
    const { first, last } = found
    const id = alertId(correlation.id, group, eventIdentity(first), eventIdentity(last))
    if (correlation.alone) this.#emit(new CorrelationAlert(id, correlation.id, group, found), last)
    const stages = this.#users.get(correlation.id) ?? []
    if (stages.length === 0) return
    const fields: JsonObject = group
    const event: TimedRecord = { line: last.line, time: last.time, sequence: last.sequence, id, fields }
    const guards = this.#set.match(fields).flatMap((place) => this.#guarded[place - this.#eventRules.length]?.id ?? [])
    for (const stage of stages) this.#send({ event, rules: [correlation.id], guards }, stage)
  }
}

/** An alert whose steps are made when they are first looked at: a window may hold a thousand events. */
class CorrelationAlert implements Alert {
  readonly id: Alert['id']
  readonly rule: string
  readonly group: Readonly<Record<string, string>>
  readonly first: Alert['first']
  readonly last: Alert['last']
  declare readonly steps: Alert['steps']

  constructor(id: Alert['id'], rule: string, group: Readonly<Record<string, string>>, found: Found) {
    this.id = id
    this.rule = rule
    this.group = group
    this.first = found.first.time
    this.last = found.last.time
    Object.defineProperty(this, 'steps', { enumerable: true, configurable: true, get: found.steps })
  }
}

const NO_GROUP = Object.freeze({})

/** How alerts call a rule in their steps. */
function nameOf(rule: Rule): string {
  return rule.name ?? rule.title
}
