import { printable } from '../../../diagnostic/frame.ts'
import type { FieldChange, Outcome, Plan, PlanAction } from '../../../target/plan.ts'
import type { Paint, Tone } from '../../terminal.ts'

const MARKS: Record<PlanAction['kind'], readonly [string, Tone]> = {
  create: ['+', 'good'],
  update: ['~', 'warn'],
  unchanged: ['=', 'quiet'],
  blocked: ['!', 'bad'],
  delete: ['-', 'bad'],
}

/** What would happen, a line an object, with each field that changes; unchanged objects are only counted. */
export function renderPlan(plan: Plan, paint: Paint): string {
  const lines: string[] = []
  for (const action of plan.actions) {
    if (action.kind === 'unchanged' && action.kept.length === 0) continue
    const [mark, tone] = MARKS[action.kind]
    const { object } = action
    const version = object.version === null ? '' : ` v${object.version}`
    lines.push(
      `${paint(tone, `${mark} ${action.kind}`.padEnd(12))} ${object.kind} ${printable(object.title)}${paint('quiet', version)}`,
    )
    if (action.kind === 'blocked') lines.push(`             ${printable(action.reason)}`)
    if (action.kind === 'update') {
      if (action.drifted)
        lines.push(`             ${paint('warn', 'changed by hand since it was deployed; this undoes it')}`)
      lines.push(...action.changes.map((change) => `             ${changed(change, paint)}`))
    }
    if (action.kind === 'update' || action.kind === 'unchanged') {
      lines.push(
        ...action.kept.map(
          (change) => `             ${paint('quiet', `kept  ${change.field} = ${short(change.live)}`)}`,
        ),
      )
    }
  }
  lines.push(countPlan(plan))
  return `${lines.join('\n')}\n`
}

/** `plan for elastic: 3 to create, 1 to update, 12 unchanged`. */
export function countPlan(plan: Plan): string {
  const of = (kind: PlanAction['kind']): number => plan.actions.filter((action) => action.kind === kind).length
  const words: readonly (readonly [PlanAction['kind'], string])[] = [
    ['create', 'to create'],
    ['update', 'to update'],
    ['delete', 'to delete'],
    ['blocked', 'blocked'],
    ['unchanged', 'unchanged'],
  ]
  const counts = words.flatMap(([kind, text]) => (of(kind) > 0 ? [`${of(kind)} ${text}`] : []))
  return `plan for ${plan.target}: ${counts.length > 0 ? counts.join(', ') : 'nothing to do'}`
}

/** What was done, counted; what failed and what was therefore not tried, by name. */
export function renderOutcomes(outcomes: readonly Outcome[], paint: Paint): string {
  const of = (result: Outcome['result']): readonly Outcome[] => outcomes.filter((one) => one.result === result)
  const failed = of('failed')
  const lines = failed.map(
    ({ action }) => `${paint('bad', 'failed')}   ${action.object.kind} ${printable(action.object.title)}`,
  )
  for (const { action } of of('skipped'))
    lines.push(`${paint('warn', 'skipped')}  ${action.object.kind} ${printable(action.object.title)}`)
  if (outcomes.every((one) => one.result === 'nothing')) return 'nothing to do\n'
  const done = `${of('done').length} done and read back`
  const rest = [
    [failed.length, 'failed'],
    [of('skipped').length, 'not tried'],
  ] as const
  lines.push([done, ...rest.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []))].join(', '))
  return `${lines.join('\n')}\n`
}

function changed(change: FieldChange, paint: Paint): string {
  return `${change.field}: ${paint('bad', short(change.live))} -> ${paint('good', short(change.desired))}`
}

function short(value: unknown): string {
  if (value === undefined) return '(not there)'
  const text = printable(JSON.stringify(value))
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`
}
