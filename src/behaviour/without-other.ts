import { all, not, type FieldName, type Predicate } from '../ir/predicate.ts'
import type { Absence, CorrelationBody, GroupKey, Rule, RuleId } from '../ir/rule.ts'
import { correlation, eventRule, withoutBefore, type Clause } from './clause-rule.ts'
import { exists, isOne } from './field-test.ts'
import { groupBy, joiningOf } from './joining.ts'
import type { Capability, Grant, OtherUse, Task } from './task.ts'
import { waysOf } from './use.ts'
import { stepName } from './words.ts'

/** What a use has by which the kernel copied, and no other. */
export const COPIED = 'detpack.source.object.id'

const OBJECT = 'detpack.object.id'

/** A use as a rule looks for it. */
export interface Taking {
  readonly clause: Clause
  readonly where: Predicate
  /** The field that names what was taken. */
  readonly object: FieldName
}

interface Other extends OtherUse {
  /** The other use, as an event. */
  readonly is: Predicate
  readonly where: 'before' | 'after'
  /** In the order of events, since none is both uses; else whole milliseconds count. */
  readonly isOrdered: boolean
}

/** The other use of `only_after` or `only_before`. */
export function besideUse(grant: Grant, use: OtherUse, is: Predicate, where: 'before' | 'after'): Other {
  const isOrdered = where === 'before' && isApart(grant, use.capabilities)
  const isNoCopy = isOrdered && grant.capabilities.includes('file_read') ? [not(exists(COPIED))] : []
  return { ...use, is: all(is, ...isNoCopy), where, isOrdered }
}

/** That of `or_after`: what breaks the condition itself lets nothing else do so. */
export function unbrokenUse(use: OtherUse, is: Predicate, broken: Predicate): Other {
  return { ...use, is: all(is, not(broken)), where: 'before', isOrdered: true }
}

/**
 * Uses beside which the other one is absent, on that side.
 *
 * What names are made, changed and removed by, the kernel may be asked for its object (sensor/bpf/lookup.bpf.h), or
 * only what the caller wrote is known. Then the uses are joined by that, in one run: a rule of its own tells of those.
 */
export function withoutOther(taking: Taking, grant: Grant, task: Task, other: Other): Rule[] {
  const { span } = taking.clause
  const { by, is } = other
  const joining = joiningOf(by, grant.on, task, [])
  if (joining !== 'object') return absent(taking, grant, other, () => groupBy(joining, span, new Map(), []))
  // A link is one more name of what was there.
  const made = { ...other, is: all(is, not(exists('file.target_path'))) }
  const byObject = absent(taking, grant, made, (use, beside) => {
    const objects: readonly (readonly [RuleId, FieldName])[] = [
      [use, taking.object],
      [beside, OBJECT],
    ]
    return groupBy('object', span, new Map(objects), [])
  })
  if (taking.object !== OBJECT) return byObject
  const holder = joiningOf(null, grant.on, task, [])
  const byName = NAMED.flatMap(({ part, title, actions, name }) => {
    const own = actions.filter((action) => grant.capabilities.includes(action))
    if (own.length === 0) return []
    const { clause: whole } = taking
    const clause = { ...whole, name: `${whole.name}.${part}`, title: `${whole.title}, ${title}` }
    const where = all(taking.where, isOne('event.action', own), not(exists(OBJECT)))
    return absent({ clause, where, object: OBJECT }, grant, made, (use, beside) => [
      ...groupBy(holder, span, new Map(), []),
      {
        name: 'name',
        fieldOf: new Map([
          [use, name],
          [beside, 'file.path'],
        ]),
        span,
      },
    ])
  })
  return [...byObject, ...byName]
}

/** Uses whose object may be known by name alone, and the field that has its name before the use. */
const NAMED: readonly {
  readonly part: string
  readonly title: string
  readonly actions: readonly Capability[]
  readonly name: FieldName
}[] = [
  { part: 'named', title: 'by name', actions: ['file_create', 'file_delete', 'file_attribute'], name: 'file.path' },
  { part: 'renamed', title: 'renamed', actions: ['file_rename'], name: 'detpack.file.previous_path' },
]

/** Of these the object may be known by its name alone. */
export const KNOWN_BY_NAME: readonly Capability[] = NAMED.flatMap(({ actions }) => actions)

function absent(
  { clause, where: uses }: Taking,
  grant: Grant,
  { is, within, where, isOrdered }: Other,
  groupOf: (use: RuleId, beside: RuleId) => readonly GroupKey[],
): Rule[] {
  const { span } = clause
  const use = eventRule(clause, uses, 'use')
  const beside = eventRule(clause, is, where)
  const group = groupOf(use.id, beside.id)
  if (isOrdered) return [use, beside, withoutBefore(clause, use, [beside], { group, within })]
  const absence: Absence = { where, within: null, rule: beside.id, span }
  const steps = [{ as: stepName(grant.capabilities), rule: use.id, within: null, span }]
  const body: CorrelationBody = { type: 'ordered', steps, joins: [], unless: [absence], until: null }
  return [use, beside, correlation(clause, { body, group, timespan: within })]
}

/** Whether no event is a use of the grant and of the capabilities as well, and so its own forerunner. */
function isApart({ capabilities: granted }: Grant, capabilities: readonly Capability[]): boolean {
  const own = new Set<string>([...waysOf(granted), ...(granted.includes('file_read') ? waysOf(COPYING) : [])])
  return !waysOf(capabilities).some((way) => own.has(way))
}

/** By these data are put to where a copy comes. */
const COPYING: readonly Capability[] = ['file_write', 'network_send']
