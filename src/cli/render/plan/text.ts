import { printable } from '../../../diagnostic/frame.ts'
import type { ApplyResult, Outcome } from '../../../target/apply.ts'
import type { FieldChange } from '../../../target/difference.ts'
import type { Plan, PlanAction } from '../../../target/plan.ts'
import type { Paint, Tone } from '../../terminal.ts'

const MARKS: Record<PlanAction['kind'], readonly [string, Tone]> = {
  create: ['+', 'good'],
  update: ['~', 'warn'],
  replace: ['±', 'warn'],
  adopt: ['<', 'warn'],
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
    if ('changes' in action) {
      if (action.drifted)
        lines.push(`             ${paint('warn', 'changed by hand since it was deployed; this undoes it')}`)
      lines.push(...action.changes.map((change) => `             ${changed(change, paint)}`))
    }
    if ('kept' in action) {
      lines.push(
        ...action.kept.map(
          (change) => `             ${paint('quiet', `kept  ${printable(change.field)} = ${short(change.live)}`)}`,
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
    ['replace', 'to replace'],
    ['adopt', 'to adopt'],
    ['delete', 'to delete'],
    ['blocked', 'blocked'],
    ['unchanged', 'unchanged'],
  ]
  const counts = words.flatMap(([kind, text]) => (of(kind) > 0 ? [`${of(kind)} ${text}`] : []))
  const what = plan.purpose === 'deploy' ? 'plan' : plan.purpose === 'rollback' ? 'rollback' : 'plan to destroy'
  return `${what} for ${plan.place.name}: ${counts.length > 0 ? counts.join(', ') : 'nothing to do'}`
}

/** What was done, counted; what failed and what was therefore not tried, by name. */
export function renderOutcomes({ outcomes, receipt }: ApplyResult, paint: Paint): string {
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
    [of('undone').length, 'taken back'],
    [of('skipped').length, 'not tried'],
  ] as const
  lines.push([done, ...rest.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []))].join(', '))
  if (receipt !== null) lines.push(`receipt ${receipt}`)
  const touched = outcomes.some(({ result }) => result !== 'nothing' && result !== 'skipped')
  if (!touched) lines.push('nothing was changed')
  else if (failed.length > 0 || of('skipped').length > 0) lines.push('the same command again goes on from here')
  return `${lines.join('\n')}\n`
}

function changed(change: FieldChange, paint: Paint): string {
  const members = membersChanged(change)
  if (members !== undefined) return members
  const [live, desired] = [written(change.live), written(change.desired)]
  const from =
    Math.max(live.length, desired.length) <= WIDEST ? 0 : Math.max(0, firstDifference(live, desired) - BEFORE)
  const line = `${printable(change.field)}: ${paint('bad', cut(live, from))} -> ${paint('good', cut(desired, from))}`
  if (change.written === undefined) return line
  const last = written(change.written)
  // What is wanted is what was written: then the hand is all that differs.
  return last === desired ? line : `${line} ${paint('quiet', `(last written: ${cut(last, from)})`)}`
}

/** Of more members than this it is counted what comes and goes. */
const MOST_MEMBERS = 20

/** What comes, goes or becomes another in something of many members, such as the values of a list. */
function membersChanged({ field, live, desired }: FieldChange): string | undefined {
  const [before, after] = [membersOf(live), membersOf(desired)]
  if (before === undefined || after === undefined || Math.max(before.size, after.size) <= MOST_MEMBERS) return undefined
  const come = [...after.keys()].filter((key) => !before.has(key))
  const gone = [...before.keys()].filter((key) => !after.has(key))
  const other = [...after.keys()].filter((key) => before.has(key) && before.get(key) !== after.get(key))
  const told = (keys: readonly string[], from: ReadonlyMap<string, string>, word: string): readonly string[] => {
    if (keys.length === 0) return []
    const named = keys.slice(0, 3).map((key) => cut(from.get(key) ?? key, 0))
    return [`${keys.length} ${word} (${[...named, ...(keys.length > 3 ? ['…'] : [])].join(', ')})`]
  }
  const parts = [...told(come, after, 'more'), ...told(gone, before, 'gone'), ...told(other, after, 'changed')]
  return `${printable(field)}: ${before.size} -> ${after.size}: ${parts.length > 0 ? parts.join(', ') : 'in another order'}`
}

/** The members of a list or a map, each as text; nothing for what has none. */
function membersOf(value: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const entries = Array.isArray(value)
    ? value.map((each) => [JSON.stringify(each), each] as const)
    : Object.entries(value)
  return new Map(entries.map(([key, each]) => [key, written(each)]))
}

/** Longer values are cut around the first difference. */
const WIDEST = 120
/** How much of what is the same is shown before it. */
const BEFORE = 20

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

function short(value: unknown): string {
  return cut(written(value), 0)
}

function written(value: unknown): string {
  return value === undefined ? '(not there)' : printable(JSON.stringify(value))
}

function cut(text: string, from: number): string {
  const start = from > 0 ? '…' : ''
  const rest = text.slice(from)
  return rest.length <= WIDEST ? `${start}${rest}` : `${start}${rest.slice(0, WIDEST - 1)}…`
}
