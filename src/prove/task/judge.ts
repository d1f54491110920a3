import { usesOf } from '../../behaviour/compile-grant.ts'
import { compileTask } from '../../behaviour/compile-task.ts'
import { compileNotGranted } from '../../behaviour/not-granted.ts'
import type { Surroundings } from '../../behaviour/surroundings.ts'
import type { Grant, Holder, Task } from '../../behaviour/task.ts'
import { evaluate } from '../../engine/stream/evaluate.ts'
import type { Alert } from '../../event/alert.ts'
import type { JsonObject } from '../../event/field.ts'
import { recordReader } from '../../event/record-reader.ts'
import { formatTime, type EventRecord, type Time } from '../../event/record.ts'
import type { Predicate } from '../../ir/predicate.ts'
import type { Program, Rule, RuleId } from '../../ir/rule.ts'
import type { Answer } from './answer.ts'
import { asked } from './asked.ts'
import { sampleHosts } from './sample-host.ts'
import type { SampleUse } from './sample-use.ts'

/** Uses by which a process comes to hold an object: by its data, or by a descriptor. */
const TAKES = new Set(['file_open', 'file_read', 'file_map', 'descriptor_receive', 'descriptor_take'])

/**
 * Tells what the compiled rules of a task say of uses. Nothing is derived from the task's words a second time: each use
 * becomes an event, alone and followed by a send of what was taken, and the stream engine runs the rules on it. Which
 * grants cover a use is found by what is told without any grant and no longer with one of them alone.
 */
export class TaskJudge {
  readonly #program: Program
  readonly #task: Task
  readonly #followed: ReadonlySet<string>
  readonly #matched: (event: JsonObject) => readonly number[]
  readonly #coverage: (event: JsonObject) => readonly Cover[]
  /** Where a process sends what it took; undefined where every address is a host of the task. */
  readonly #elsewhere: JsonObject | undefined

  /** @param task with what it inherits, and nothing in it that is not there (`compileTask`) */
  constructor(task: Task, around: Surroundings) {
    this.#task = task
    const rules = compileTask(task, around)
    this.#program = { rules: new Map(rules.map((rule) => [rule.id, rule])) }
    this.#followed = new Set(around.followed)
    const { predicates, coverage } = coverageOf(task, around, rules)
    this.#coverage = coverage
    this.#matched = asked([...predicates, ...rules.flatMap((rule) => (rule.kind === 'event' ? [rule.where] : []))])
    this.#elsewhere = sampleHosts(task).find(({ hosts }) => hosts.length === 0)?.fields
  }

  /** One for each use, in order. Uses of which the same is true for every rule are the same to the engine, and run once. */
  answers(uses: readonly SampleUse[]): Answer[] {
    const keys = uses.map((use) => this.#keyOf(use))
    const first = new Map(keys.map((key, at) => [key, at]))
    const chosen = [...first].flatMap(([key, at]) => {
      const use = uses[at]
      return use === undefined ? [] : [{ key, use }]
    })
    const answers = this.#run(chosen.map(({ use }) => use))
    const byKey = new Map(chosen.map(({ key }, at) => [key, answers[at]]))
    return keys.flatMap((key) => byKey.get(key) ?? [])
  }

  #keyOf(use: SampleUse): string {
    const places = this.#matched(this.#eventOf(use, new Story(this.#task).begin()))
    return JSON.stringify([use.capability, use.column, use.connects, places])
  }

  #run(uses: readonly SampleUse[]): Answer[] {
    const story = new Story(this.#task)
    const told = uses.map((use) => {
      const [alone, sent] = [story.begin(), story.begin()]
      const event = this.#eventOf(use, alone)
      for (const place of [alone, sent]) {
        if (use.connects) place.add(this.#eventOf({ ...use, capability: 'network_connect' }, place))
        place.add(this.#eventOf(use, place))
      }
      const begun = sent.last
      if (this.#elsewhere !== undefined) sent.add(this.#sendOf(use, sent, this.#elsewhere))
      return { event, alone, sent, begun }
    })
    const { alerts } = evaluate(this.#program, story.records, { now: LATER })
    const byLine = new Map<number, Alert[]>()
    for (const alert of alerts) {
      for (const line of new Set(alert.steps.flatMap(({ event }) => event?.line ?? [])))
        byLine.set(line, [...(byLine.get(line) ?? []), alert])
    }
    return told.map(({ event, alone, sent, begun }) => {
      const atOnce = alone.lines.flatMap((line) => byLine.get(line) ?? [])
      const after = (byLine.get(begun) ?? []).filter(({ steps }) =>
        steps.some(({ event: one }) => one?.line === sent.last && one.line !== begun),
      )
      return this.#answer(event, atOnce, after)
    })
  }

  #answer(event: JsonObject, atOnce: readonly Alert[], after: readonly Alert[]): Answer {
    const covers = this.#coverage(event)
    const grants = covers.map(({ grant }) => grant)
    const without = this.#clauses(atOnce)
    if (without.length > 0) return { is: 'alert', grants, clauses: without }
    const conditional = covers.flatMap(({ grant, conditional }) => (conditional ? [grant] : []))
    if (conditional.length > 0) return { is: 'granted if', grants, conditional }
    const clauses = this.#clauses(after)
    if (clauses.length > 0) return { is: 'alert if sent', grants, clauses }
    return { is: grants.length > 0 ? 'granted' : 'let be', grants }
  }

  /** The clauses that tell that there is no grant. That a condition is broken is what a grant with one means. */
  #clauses(alerts: readonly Alert[]): string[] {
    const rules = alerts.flatMap(({ rule }) => this.#program.rules.get(rule as RuleId) ?? [])
    const names = rules
      .filter(({ governance }) => governance.grant === null)
      .map((rule) => clauseName(rule, this.#task))
    return [...new Set(names)].sort()
  }

  #eventOf({ capability, fields }: SampleUse, place: Place): JsonObject {
    const held = fields['detpack.flow.object.id'] === undefined ? {} : { 'detpack.flow.object.id': [place.object] }
    return {
      'detpack.object.id': place.object,
      ...fields,
      ...held,
      ...place.who,
      'event.action': capability,
      'event.outcome': 'success',
    }
  }

  #sendOf({ capability, fields }: SampleUse, place: Place, to: JsonObject): JsonObject {
    const name = fields['detpack.object.class']
    const holds = TAKES.has(capability) && typeof name === 'string' && this.#followed.has(name)
    return {
      ...to,
      ...place.who,
      'event.action': 'network_send',
      'event.outcome': 'success',
      'network.transport': 'tcp',
      'detpack.descriptor.origin': 'opened',
      'detpack.object.id': `${place.object}/socket`,
      'detpack.object.kind': 'socket',
      ...(holds && { 'detpack.flow.object.id': [place.object], 'detpack.flow.object.class': [name] }),
    }
  }
}

/** The name of a rule of a task as reports have it: what it is called within the task. */
export function clauseName({ name, title }: Pick<Rule, 'name' | 'title'>, task: Task): string {
  return name === null ? title : name.slice(task.name.length + 1)
}

/** A grant covers a use; its conditions hold for it unless it is covered as what goes with another capability. */
interface Cover {
  readonly grant: string
  readonly conditional: boolean
}

interface Coverage {
  readonly predicates: readonly Predicate[]
  readonly coverage: (event: JsonObject) => readonly Cover[]
}

function coverageOf(task: Task, around: Surroundings, rules: readonly Rule[]): Coverage {
  const bounded = new Set(rules.flatMap(({ alone, governance }) => (alone ? (governance.grant ?? []) : [])))
  const needing = (grants: readonly Grant[]): Predicate[] =>
    compileNotGranted({ ...task, grants }, around).flatMap((rule) =>
      rule.kind === 'event' && rule.alone ? [rule.where] : [],
    )
  const ungranted = needing([])
  const size = ungranted.length
  const predicates = [
    ...ungranted,
    ...task.grants.flatMap((grant) => [usesOf(grant, task, around).where, ...needing([grant])]),
  ]
  const matched = asked(predicates)
  const coverage = (event: JsonObject): Cover[] => {
    const holding = new Set(matched(event))
    const needs = ungranted.flatMap((_, need) => (holding.has(need) ? [need] : []))
    return task.grants.flatMap((grant, at) => {
      const start = size + at * (size + 1)
      const used = holding.has(start)
      if (!used && !needs.some((need) => !holding.has(start + 1 + need))) return []
      return [{ grant: grant.id, conditional: used && bounded.has(`${task.name}/${grant.id}`) }]
    })
  }
  return { predicates, coverage }
}

const BEGIN = Date.UTC(2026, 0, 1)
/** Behind every window. */
const LATER = Date.UTC(2027, 0, 1) as Time

/** Events of many small stories that have nothing in common: each is of a host, a run and an object of its own. */
class Story {
  readonly records: EventRecord[] = []
  readonly #holder: Holder
  readonly #name: string
  readonly #read = recordReader()
  #places = 0

  constructor({ holder, name }: Task) {
    this.#holder = holder
    this.#name = name
  }

  begin(): Place {
    const id = `s${this.#places++}`
    const who = { 'host.id': id, 'process.entity_id': id, ...this.#labels(id) }
    const lines: number[] = []
    const place: Place = {
      who,
      object: `${id}/object`,
      lines,
      get last() {
        return lines.at(-1) ?? 0
      },
      add: (fields) => {
        const line = this.records.length + 1
        const time = formatTime((BEGIN + lines.length) as Time)
        const own = { ...fields, ...who, '@timestamp': time, 'event.id': `e${line}`, 'event.sequence': line }
        this.records.push(this.#read(own, line))
        lines.push(line)
      },
    }
    return place
  }

  #labels(run: string): JsonObject {
    switch (this.#holder.kind) {
      case 'label':
        return { 'detpack.task.id': this.#name, 'detpack.task.name': this.#name, 'detpack.task.run': run }
      case 'unit':
        return { 'service.name': this.#holder.unit }
      case 'undeclared':
        return {}
    }
  }
}

interface Place {
  readonly who: JsonObject
  readonly object: string
  /** Of its events, in order. */
  readonly lines: readonly number[]
  readonly last: number
  readonly add: (fields: JsonObject) => void
}
