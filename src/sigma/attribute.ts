import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { ListNode, MapNode, ScalarNode } from '../diagnostic/yaml.ts'
import { parseDuration, type Duration } from '../ir/duration.ts'
import type {
  Attribute,
  AttributeAbsence,
  AttributeJoin,
  AttributeStep,
  CorrelationType,
  TaskCondition,
  Word,
} from './document.ts'
import { decodeGovernance } from './governance.ts'

const ORDERED_ONLY = ['steps', 'join', 'unless', 'until']

/**
 * Reads the attribute of a document, null when there is none. Unknown keys are errors; what belongs to ordered
 * correlations is refused elsewhere (`sigma/ordered-only`).
 */
export function decodeAttribute(
  document: MapReader,
  on: 'rule' | 'correlation' | CorrelationType,
  diagnostics: Diagnostic[],
): Attribute | null {
  const node = document.map('detpack')
  if (node === undefined) return null
  const reader = new MapReader(node, 'sigma', 'the detpack attribute', diagnostics)
  const attribute = {
    governance: decodeGovernance(reader, diagnostics),
    task: decodeTask(reader, diagnostics),
    steps: decodeSteps(reader, diagnostics),
    join: decodeJoins(reader, diagnostics),
    unless: decodeAbsences(reader, diagnostics),
    until: decodeUntil(reader, diagnostics),
    span: node.span,
  }
  reader.finish()
  if (on !== 'temporal_ordered' && on !== 'correlation') refuseOrdered(node, on, diagnostics)
  return attribute
}

function refuseOrdered(node: MapNode, on: 'rule' | CorrelationType, diagnostics: Diagnostic[]): void {
  for (const { key } of node.entries) {
    if (!ORDERED_ONLY.includes(key.text)) continue
    const what = on === 'rule' ? 'a rule about single events has no steps' : `${on} has no order`
    const hint = 'put it on a correlation of type temporal_ordered'
    diagnostics.push(error('sigma/ordered-only', `"${key.text}" does not fit: ${what}`, key.span, { hint }))
  }
}

function decodeTask(parent: MapReader, diagnostics: Diagnostic[]): TaskCondition | null {
  const node = parent.map('task')
  if (node === undefined) return null
  const reader = new MapReader(node, 'sigma', 'a task condition', diagnostics)
  const written = reader.node('name')
  const names = reader.texts('name')?.map(({ text, span }) => ({ text, span })) ?? null
  const declared = reader.boolean('declared') ?? null
  reader.finish()
  if (written === undefined && reader.node('declared') === undefined) {
    diagnostics.push(
      error('sigma/empty', 'the task condition says nothing', node.span, { hint: 'add name or declared' }),
    )
  } else if (written?.kind === 'list' && written.items.length === 0) {
    diagnostics.push(error('sigma/empty', 'no task is named', written.span, { hint: 'name the tasks' }))
  }
  return { names, declared, span: node.span }
}

function decodeSteps(parent: MapReader, diagnostics: Diagnostic[]): AttributeStep[] | null {
  const list = parent.list('steps')
  if (list === undefined) return null
  return mapsIn(list, 'steps', parent).flatMap((node, index) => {
    const reader = new MapReader(node, 'sigma', 'a step', diagnostics)
    reader.require('rule')
    const as = name(reader, 'as')
    const rule = name(reader, 'rule')
    const within = decodeWithin(reader, diagnostics)
    reader.finish()
    if (index === 0 && within !== null) {
      const hint = 'the timespan of the correlation bounds the whole chain'
      const at = reader.node('within')?.span
      diagnostics.push(error('sigma/within', 'the first step has no step before it', at, { hint }))
    }
    return rule ? [{ as, rule, within, span: node.span }] : []
  })
}

function decodeJoins(parent: MapReader, diagnostics: Diagnostic[]): AttributeJoin[] {
  const joins: AttributeJoin[] = []
  for (const item of parent.list('join')?.items ?? []) {
    const [left, right, ...rest] = item.kind === 'list' ? item.items : []
    if (left?.kind === 'scalar' && right?.kind === 'scalar' && rest.length === 0) {
      joins.push({ left: asWord(left), right: asWord(right), span: item.span })
      continue
    }
    const hint = 'write [first.field, second.field]'
    diagnostics.push(error('sigma/wrong-type', 'a join is a list of two fields of steps', item.span, { hint }))
  }
  return joins
}

function decodeAbsences(parent: MapReader, diagnostics: Diagnostic[]): AttributeAbsence[] {
  const list = parent.list('unless')
  if (list === undefined) return []
  return mapsIn(list, 'unless', parent).flatMap((node): AttributeAbsence[] => {
    const found = diagnostics.length
    const reader = new MapReader(node, 'sigma', 'an absence', diagnostics)
    reader.require('rule')
    const rule = name(reader, 'rule')
    const between = reader.list('between')
    const before = name(reader, 'before')
    const after = name(reader, 'after')
    const within = decodeWithin(reader, diagnostics)
    reader.finish()
    const given = ['between', 'before', 'after'].filter((key) => reader.node(key) !== undefined)
    if (given.length !== 1) {
      const hint = 'write one of between: [a, b], before: a, after: b'
      diagnostics.push(error('sigma/absence', 'an absence has one of between, before and after', node.span, { hint }))
    }
    const steps = between ? between.items.filter((item) => item.kind === 'scalar').map(asWord) : []
    if (between && (steps.length !== 2 || between.items.length !== 2)) {
      const hint = 'write between: [first, second]'
      diagnostics.push(error('sigma/absence', '"between" names two steps', between.span, { hint }))
    }
    if (between && within !== null) {
      const hint = 'put "within" on the second of the two steps'
      const at = reader.node('within')?.span
      diagnostics.push(error('sigma/within', 'the two steps already bound this absence', at, { hint }))
    }
    if (diagnostics.length > found || rule === null) return []
    const span = node.span
    if (before) return [{ rule, where: 'before', steps: [before], within, span }]
    if (after) return [{ rule, where: 'after', steps: [after], within, span }]
    return [{ rule, where: 'between', steps, within, span }]
  })
}

function decodeUntil(parent: MapReader, diagnostics: Diagnostic[]): Word | null {
  const node = parent.map('until')
  if (node === undefined) return null
  const reader = new MapReader(node, 'sigma', '"until"', diagnostics)
  reader.require('rule')
  const rule = name(reader, 'rule')
  reader.finish()
  return rule
}

function decodeWithin(reader: MapReader, diagnostics: Diagnostic[]): Duration | null {
  const node = reader.node('within')
  if (node === undefined) return null
  const duration = node.kind === 'scalar' ? parseDuration(node.text) : undefined
  if (duration !== undefined) return duration
  const hint = 'write a whole number and ms, s, m, h or d, such as 500ms'
  diagnostics.push(error('sigma/within', 'not a duration', node.span, { hint }))
  return null
}

function mapsIn(list: ListNode, key: string, parent: MapReader): readonly MapNode[] {
  for (const item of list.items) if (item.kind !== 'map') parent.wrong(item, key, 'a list of maps')
  return list.items.filter((item) => item.kind === 'map')
}

function name(reader: MapReader, key: string): Word | null {
  const text = reader.text(key)
  const node = reader.node(key)
  if (node === undefined) return null
  if (text !== undefined && text !== '') return { text, span: node.span }
  if (node.kind === 'scalar') reader.wrong(node, key, 'a name')
  return null
}

function asWord({ text, span }: ScalarNode): Word {
  return { text, span }
}
