import { placeInWords, targetInWords } from '../../behaviour/words.ts'
import type { Capability, Task } from '../../behaviour/task.ts'
import { answerKey, ANSWERS, sourcesOf, type Answer } from './answer.ts'
import { columnInWords, type Column } from './column.ts'
import type { Cell, Part, TaskMatrix } from './matrix.ts'

/** A matrix as a person reads it: capabilities of which the same is said stand together, and so do equal answers. */
export interface MatrixRow {
  readonly capabilities: readonly Capability[]
  readonly lines: readonly MatrixLine[]
}

export interface MatrixLine {
  readonly is: Answer['is']
  /** Ids of grants, or names of clauses. */
  readonly by: readonly string[]
  /** On what, in words. */
  readonly on: readonly string[]
}

/** What every program does for itself and with its own; shown only where a task says something of it. */
const EVERYDAY: ReadonlySet<Capability> = new Set<Capability>([
  'process_fork',
  'descriptor_create',
  'descriptor_duplicate',
  'descriptor_send',
  'network_accept',
  'network_receive',
  'service_drift',
  'tool_call',
])

/** Most paths of a grant that are named where it divides a cell. */
const MOST_PATHS = 4

export function matrixRows({ task, cells }: TaskMatrix): MatrixRow[] {
  const rows = new Map<string, { capabilities: Capability[]; lines: MatrixLine[] }>()
  for (const capability of new Set(cells.map((cell) => cell.capability))) {
    const own = cells.filter((cell) => cell.capability === capability)
    const lines = linesOf(own, task)
    if (EVERYDAY.has(capability) && lines.every(({ is }) => is === 'let be')) continue
    const key = JSON.stringify(lines)
    const row = rows.get(key) ?? { capabilities: [], lines }
    row.capabilities.push(capability)
    rows.set(key, row)
  }
  return [...rows.values()]
}

/** What is let be, summed up: capabilities, and on what where that is not everything. */
export function letBe(rows: readonly MatrixRow[]): { capabilities: readonly Capability[]; on: readonly string[] }[] {
  const byThings = new Map<string, { capabilities: Capability[]; on: readonly string[] }>()
  for (const { capabilities, lines } of rows) {
    for (const line of lines) {
      if (line.is !== 'let be') continue
      const on = line.on.join() === 'anything' ? [] : line.on
      const told = byThings.get(on.join()) ?? { capabilities: [], on }
      told.capabilities.push(...capabilities)
      byThings.set(on.join(), told)
    }
  }
  return [...byThings.values()].sort((a, b) => Number(a.on.length > 0) - Number(b.on.length > 0))
}

function linesOf(cells: readonly Cell[], task: Task): MatrixLine[] {
  const lines = new Map<string, { answer: Answer; parts: { column: Column; where: Where }[] }>()
  for (const cell of cells) {
    for (const part of cell.parts) {
      const key = answerKey(part.answer)
      const line = lines.get(key) ?? { answer: part.answer, parts: [] }
      line.parts.push({ column: cell.column, where: whereOf(cell, part, task) })
      lines.set(key, line)
    }
  }
  const classes = cells.flatMap(({ column }) => (column.kind === 'class' && column.name !== null ? [column.name] : []))
  return [...lines.values()]
    .map(({ answer, parts }) => ({ is: answer.is, by: sourcesOf(answer), on: thingsInWords(parts, classes) }))
    .sort((a, b) => ANSWERS.indexOf(a.is) - ANSWERS.indexOf(b.is))
}

/** Which part of a column is meant; all empty: the whole. */
interface Where {
  readonly isRest: boolean
  readonly place: string
  readonly manner: string
}

function whereOf({ column, parts }: Cell, part: Part, task: Task): Where {
  const { of, manners } = part
  // The last of several ways is the rest of them.
  const isRest = manners.length > 1 && of === 'all' && part === parts.at(-1)
  const manner = manners.length === 0 ? '' : isRest ? 'otherwise' : manners.join('; ')
  return { isRest: of === 'other', place: of === 'covered' ? placeOf(column, part, task) : '', manner }
}

function placeOf({ kind }: Column, { grants }: Part, task: Task): string {
  const inWords = kind === 'anything' ? targetInWords : placeInWords
  const places = task.grants.flatMap(({ id, on }) => (grants.includes(id) ? inWords(on, MOST_PATHS) : []))
  return unique(places.filter((place) => place !== '')).join(', or ')
}

/** Columns of which the same part is meant are named together. */
function thingsInWords(
  parts: readonly { readonly column: Column; readonly where: Where }[],
  classes: readonly string[],
): string[] {
  const groups = new Map<string, { where: Where; columns: Column[] }>()
  for (const { column, where } of parts) {
    const key = JSON.stringify(where)
    const group = groups.get(key) ?? { where, columns: [] }
    group.columns.push(column)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ where: { isRest, place, manner }, columns }) => {
    const names = namesOf(columns, classes)
    const list = names.join(', ')
    const suffix = manner === '' ? '' : ` (${manner})`
    if (list === 'anything') return (isRest ? 'anything else' : place === '' ? list : place) + suffix
    const several = names.length > 1 || list === 'every class'
    if (isRest)
      return `${several ? 'others of' : 'other'} ${list === 'no class' ? 'objects of no class' : list}${suffix}`
    return `${list}${place === '' ? '' : `${names.length === 1 ? '' : ':'} ${place}`}${suffix}`
  })
}

function namesOf(columns: readonly Column[], classes: readonly string[]): string[] {
  const names = columns.map(columnInWords)
  if (classes.length < 2 || !classes.every((each) => names.includes(each))) return names
  return ['every class', ...names.filter((each) => !classes.includes(each))]
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
