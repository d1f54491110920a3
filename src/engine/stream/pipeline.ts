import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { alertId, eventIdentity, type Alert } from '../../event/alert.ts'
import type { EventValues } from '../../event/event-values.ts'
import type { JsonObject } from '../../event/field.ts'
import { ObjectValues } from '../../event/object-values.ts'
import type { TimedRecord } from '../../event/order.ts'
import type { EventRecord } from '../../event/record.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { namedRules, type Correlation, type EventRule, type Program, type Rule, type RuleId } from '../../ir/rule.ts'
import { CorrelationRun, OccurrenceQueue, type RunLimits } from './correlation-run.ts'
import { Heap } from './heap.ts'
import { keptFields } from './kept-fields.ts'
import { unreadable } from './matcher.ts'
import type { Found, Occurrence } from './member.ts'
import { PredicateSet } from './predicate-set.ts'

/** A stage, and those of an event's rules that it names. */
interface Route {
  readonly stage: Stage
  readonly rules: readonly RuleId[]
}

/** What an event matches. */
export type Matched = Pick<Occurrence, 'rules' | 'guards'>

/** So many different ones are remembered. */
const MOST_MATCHED = 10_000

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
  /** What is looked for in events. */
  readonly predicates: readonly Predicate[]
  readonly set: PredicateSet
  /** Of events that are objects. */
  readonly #values: ObjectValues
  readonly #eventRules: readonly EventRule[]
  readonly #guarded: readonly Correlation[]
  readonly #stages: Stage[] = []
  readonly #late: readonly Stage[]
  /** By the places of the rules and guards. */
  readonly #matched = new Map<string, Matched>()
  readonly #routes = new Map<readonly RuleId[], readonly Route[]>()
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
    this.predicates = [...this.#eventRules.map((rule) => rule.where), ...this.#guarded.map((one) => one.guard)]
    this.set = new PredicateSet(this.predicates)
    this.#values = new ObjectValues(this.set.fields, this.set.every)
    for (const place of this.set.refused) this.diagnostics.push(...unreadable(this.#ruleAt(place)))
    for (const correlation of correlations) this.#addStage(correlation, limits)
    this.#late = this.#stages.filter((stage) => stage.queue !== null || stage.run.late)
  }

  /** The places of what an event matches in `set`. */
  placesOf(event: EventRecord): readonly number[] {
    return this.set.match(this.#valuesOf(event.fields))
  }

  /** What an event matches that the predicates of these places are true of. Equal ones are mostly one object. */
  matchedAt(places: readonly number[]): Matched | undefined {
    const key = places.join()
    const known = this.#matched.get(key)
    if (known !== undefined) return known
    const all = places.flatMap((place) => this.#ruleAt(place) ?? [])
    const rules = all.filter((rule) => rule.kind === 'event').map(({ id }) => id)
    if (rules.length === 0) return undefined
    const guards = all.filter((rule) => rule.kind === 'correlation').map(({ id }) => id)
    if (this.#matched.size === MOST_MATCHED) this.#matched.clear()
    const matched = { rules, guards }
    this.#matched.set(key, matched)
    return matched
  }

  /** The fields that are looked at of events that match something. */
  get kept(): readonly string[] {
    return [...new Set(this.#stages.flatMap(({ run }) => keptFields(run.correlation)))]
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

  /** How long after its closing event an alert may come. */
  get lateness(): number {
    return Math.max(0, ...this.#stages.map(({ run, delay }) => delay + run.lag))
  }

  /** The longest time that an event can matter. */
  get horizon(): number {
    return Math.max(0, ...this.#stages.map(({ run, delay }) => delay + run.lag + run.correlation.timespan))
  }

  #drain(run: CorrelationRun, queue: OccurrenceQueue, before: number): void {
    for (let batch = queue.next(before); batch.length > 0; batch = queue.next(before)) run.process(batch)
  }

  #valuesOf(fields: JsonObject): EventValues {
    this.#values.turn(fields)
    return this.#values
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
    for (const { stage, rules } of this.#routesOf(occurrence.rules))
      this.#send(rules.length === occurrence.rules.length ? occurrence : { ...occurrence, rules }, stage)
  }

  /** The stages that name some of these rules, each with those; equal ones are mostly the same list. */
  #routesOf(rules: readonly RuleId[]): readonly Route[] {
    const known = this.#routes.get(rules)
    if (known !== undefined) return known
    const stages = new Set(rules.flatMap((rule) => this.#users.get(rule) ?? []))
    const routes = [...stages].map((stage) => ({
      stage,
      rules: rules.filter((rule) => this.#users.get(rule)?.includes(stage)),
    }))
    if (this.#routes.size === MOST_MATCHED) this.#routes.clear()
    this.#routes.set(rules, routes)
    return routes
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
    const guards = this.set
      .match(this.#valuesOf(fields))
      .flatMap((place) => this.#guarded[place - this.#eventRules.length]?.id ?? [])
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
