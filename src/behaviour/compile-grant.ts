import type { Duration } from '../ir/duration.ts'
import { all, anyOf, field, not, type Predicate } from '../ir/predicate.ts'
import type { Bounds, CorrelationBody, EventRule, Level, Rule } from '../ir/rule.ts'
import { isFromElsewhere } from './connection.ts'
import { isOtherThan } from './destination.ts'
import { exists, isOne } from './field-test.ts'
import { groupBy, joiningOf } from './joining.ts'
import { correlation, eventRule, inOrder, type Clause } from './clause-rule.ts'
import { besideUse, COPIED, unbrokenUse, withoutOther, type Taking } from './without-other.ts'
import type { Surroundings } from './surroundings.ts'
import type { Capability, Condition, Grant, Joining, OtherUse, Target, Task, WhenTest } from './task.ts'
import { isOfTask, isOn, isUse, waysOf } from './use.ts'
import { conditionInWords, grantInWords, stepName } from './words.ts'

/** A use of the grant: by the task, of the capability, on what it is about. */
export function isUseOf(grant: Grant, task: Task, around: Surroundings): Predicate {
  return anyOf(isDirectUseOf(grant, task, around), ...isCopyBy(grant, task, around))
}

function isDirectUseOf(grant: Grant, task: Task, around: Surroundings): Predicate {
  return all(isOfTask(task, around), isUse(waysOf(grant.capabilities)), isOn(grant.on, task, around))
}

/** Data that the kernel moves (copy_file_range, sendfile, splice) are read by nobody: what they are put to tells whence. */
function isCopyBy(grant: Grant, task: Task, around: Surroundings): Predicate[] {
  if (!grant.capabilities.includes('file_read')) return []
  const isDone = isOne('event.outcome', ['success'])
  const source = isOn(grant.on, task, around, 'source')
  return [all(isOfTask(task, around), isDone, exists(COPIED), source)]
}

/** The rule that tells every use of a grant; no alert, but what is looked for to know that a grant is needed. */
export function usesOf(grant: Grant, task: Task, around: Surroundings): EventRule {
  const words = grantInWords(grant)
  const title = `${task.name} used ${grant.id}`
  const clause: Clause = {
    task,
    grant,
    name: grant.id,
    title,
    description: words,
    level: 'informational',
    span: grant.span,
  }
  return eventRule(clause, isUseOf(grant, task, around), 'uses')
}

/** The rules that tell when a condition of a grant is broken: one that alerts for each condition, and what it needs. */
export function compileGrant(grant: Grant, task: Task, around: Surroundings): Rule[] {
  const seen = new Map<Condition['kind'], number>()
  return grant.conditions.flatMap((condition) => {
    const nth = (seen.get(condition.kind) ?? 0) + 1
    seen.set(condition.kind, nth)
    const suffix = nth === 1 ? '' : `-${nth}`
    // Splunk knows searches by their titles.
    const which = nth === 1 ? '' : ` (${nth})`
    const clause: Clause = {
      task,
      grant,
      name: `${grant.id}.${condition.kind.replace('_', '-')}${suffix}`,
      title: `${task.name} broke its grant ${grant.id}: ${BROKEN[condition.kind]}${which}`,
      description: `The task ${task.name} ${grantInWords(grant)}. The condition "${conditionInWords(condition)}" did not hold.`,
      level: grant.level ?? LEVELS[condition.kind],
      span: condition.span,
    }
    return new GrantCompiler(clause, grant, task, around).compile(condition)
  })
}

const BROKEN: Readonly<Record<Condition['kind'], string>> = {
  when: 'used in another way',
  when_not: 'used in a way that it excludes',
  only_from: 'by a descriptor from elsewhere',
  only_to: 'sent elsewhere',
  unless: 'followed by what it excludes',
  only_after: 'not after what it needs',
  only_before: 'not followed by what it is for',
  at_most: 'used too often',
}

const LEVELS: Readonly<Record<Condition['kind'], Level>> = {
  when: 'medium',
  when_not: 'medium',
  only_from: 'medium',
  only_to: 'high',
  unless: 'high',
  only_after: 'medium',
  only_before: 'medium',
  at_most: 'medium',
}

class GrantCompiler {
  readonly #clause: Clause
  readonly #grant: Grant
  readonly #task: Task
  readonly #around: Surroundings

  constructor(clause: Clause, grant: Grant, task: Task, around: Surroundings) {
    this.#clause = clause
    this.#grant = grant
    this.#task = task
    this.#around = around
  }

  compile(condition: Condition): Rule[] {
    switch (condition.kind) {
      case 'when':
        return this.#tested(not(all(...condition.tests.map(isValue))))
      case 'when_not':
        return this.#tested(anyOf(...condition.tests.map(isValue)))
      case 'only_from':
        return [eventRule(this.#clause, all(this.#use(), isFromElsewhere(condition.origins)))]
      case 'only_to':
        return this.#onlyTo(condition)
      case 'unless':
        return this.#unless(condition)
      case 'only_after':
        return this.#onlyBeside(condition, 'before')
      case 'only_before':
        return this.#onlyBeside(condition, 'after')
      case 'at_most':
        return this.#atMost(condition)
    }
  }

  /** What `when` and `only_from` ask is said of the object of a use, not of what it copies from. */
  #use(): Predicate {
    return isDirectUseOf(this.#grant, this.#task, this.#around)
  }

  /** Broken by uses that are so, but for those after the use by which it may be. */
  #tested(broken: Predicate): Rule[] {
    const where = all(this.#use(), broken)
    const { orAfter } = this.#grant
    if (orAfter === null) return [eventRule(this.#clause, where)]
    const taking = { clause: this.#clause, where, object: 'detpack.object.id' }
    return withoutOther(taking, this.#grant, this.#task, unbrokenUse(orAfter, this.#isOtherUse(orAfter), where))
  }

  /** All uses; where the object matters, those apart that name it elsewhere. */
  #takings(isByObject: boolean): Taking[] {
    const [clause, grant, task, around] = [this.#clause, this.#grant, this.#task, this.#around]
    const object = 'detpack.object.id'
    if (!isByObject) return [{ clause, where: isUseOf(grant, task, around), object }]
    const copies = isCopyBy(grant, task, around).map((where) => ({
      clause: { ...clause, name: `${clause.name}.copied`, title: `${clause.title}, as a copy` },
      where,
      object: COPIED,
    }))
    return [{ clause, where: this.#use(), object }, ...copies]
  }

  /**
   * By the task itself, or by a process that no task answers for and that got at the object: what another task does
   * with its own data is told by its own grants.
   */
  #onward(capabilities: readonly Capability[], on: Predicate): Predicate {
    const own = anyOf(isOfTask(this.#task, this.#around), not(exists('detpack.task.name')))
    return all(own, isUse(waysOf(capabilities)), on)
  }

  #onlyTo({ hosts, within }: Extract<Condition, { kind: 'only_to' }>): Rule[] {
    const other = isOtherThan(
      hosts.map(({ text }) => text),
      this.#task,
    )
    const { capabilities, on } = this.#grant
    if (capabilities.every((each) => each.startsWith('network_')))
      return [eventRule(this.#clause, all(this.#use(), other))]
    const joining = joiningOf(null, on, this.#task, this.#around.followed)
    return [
      ...this.#followedBy(
        ['network_send'],
        joining === 'object' ? this.#onward(['network_send'], other) : this.#own(['network_send'], other),
        within,
        joining,
      ),
      ...this.#atOnce(other),
    ]
  }

  #own(capabilities: readonly Capability[], on: Predicate): Predicate {
    return all(isOfTask(this.#task, this.#around), isUse(waysOf(capabilities)), on)
  }

  /** Taken and sent by one call (sendfile, splice): there is no use before the send. */
  #atOnce(other: Predicate): Rule[] {
    if (!this.#grant.capabilities.includes('file_read')) return []
    const { name, title } = this.#clause
    const clause = { ...this.#clause, name: `${name}.at-once`, title: `${title} at once` }
    const source = all(exists(COPIED), isOn(this.#grant.on, this.#task, this.#around, 'source'))
    return [eventRule(clause, all(this.#own(['network_send'], other), source))]
  }

  #unless({ capabilities, on, butNot, within, by }: OtherUse): Rule[] {
    const joining = joiningOf(by, this.#grant.on, this.#task, this.#around.followed)
    const target = this.#isOther(on, butNot)
    const then = joining === 'object' ? this.#onward(capabilities, target) : this.#own(capabilities, target)
    const atOnce = capabilities.includes('network_send') ? this.#atOnce(target) : []
    return [...this.#followedBy(capabilities, then, within, joining), ...atOnce]
  }

  #isOther(on: Target, butNot: readonly WhenTest[]): Predicate {
    const target = isOn(on, this.#task, this.#around)
    return butNot.length === 0 ? target : all(target, not(anyOf(...butNot.map(isValue))))
  }

  #followedBy(capabilities: readonly Capability[], then: Predicate, within: Duration, joining: Joining): Rule[] {
    const [first, second] = [stepName(this.#grant.capabilities), stepName(capabilities)]
    const next = { as: first === second ? `${second}_again` : second, part: 'then', where: then }
    return this.#takings(joining === 'object').flatMap(({ clause, where, object }) =>
      inOrder(
        clause,
        [{ as: first, part: 'use', where }, next],
        (use, other) => groupBy(joining, clause.span, new Map([[use, object]]), [other]),
        within,
      ),
    )
  }

  /** Broken where the other use is absent on that side. */
  #onlyBeside(other: OtherUse, where: 'before' | 'after'): Rule[] {
    const isByObject = joiningOf(other.by, this.#grant.on, this.#task, []) === 'object'
    const beside = besideUse(this.#grant, other, this.#isOtherUse(other), where)
    return this.#takings(isByObject).flatMap((taking) => withoutOther(taking, this.#grant, this.#task, beside))
  }

  #isOtherUse({ capabilities, on, butNot }: OtherUse): Predicate {
    return this.#own(capabilities, this.#isOther(on, butNot))
  }

  #atMost({ count, of, per, by }: Extract<Condition, { kind: 'at_most' }>): Rule[] {
    if (per === 'use') {
      const use = isUseOf(this.#grant, this.#task, this.#around)
      return [eventRule(this.#clause, all(use, moreThan(count)))]
    }
    const joining = joiningOf(by, this.#grant.on, this.#task, [])
    return this.#takings(joining === 'object' || of === 'objects').flatMap(({ clause, where, object }) => {
      const { span } = clause
      const use = eventRule(clause, where, 'use')
      const bounds: Bounds = [{ operator: 'gte', value: count + 1 }]
      const { measure, name } = MEASURES[of]
      const body: CorrelationBody = {
        type: 'value',
        of: [{ rule: use.id, span }],
        measure: { of: measure },
        fields: [name ?? object],
        bounds,
      }
      const group = groupBy(joining, span, new Map([[use.id, object]]), [])
      return [use, correlation(clause, { body, group, timespan: per })]
    })
  }
}

/** A fold is one event for many uses, so uses are added up and not counted. */
const MEASURES = {
  uses: { measure: 'sum', name: 'detpack.use.count' },
  bytes: { measure: 'sum', name: 'detpack.use.bytes' },
  objects: { measure: 'distinct', name: null },
  hosts: { measure: 'distinct', name: 'destination.ip' },
} as const

/** More bytes by one use. A fold says only what its uses moved together; the first of them is always told by itself. */
function moreThan(bytes: number): Predicate {
  const folded = field('detpack.use.count', { is: 'order', operator: 'gt', value: 1 })
  return all(field('detpack.use.bytes', { is: 'order', operator: 'gt', value: bytes }), not(folded))
}

function isValue({ field: name, values }: WhenTest): Predicate {
  return anyOf(
    ...values.map((value) => {
      if (typeof value === 'string') return isOne(name, [value])
      return field(name, typeof value === 'number' ? { is: 'number', value } : { is: 'boolean', value })
    }),
  )
}
