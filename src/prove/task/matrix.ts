import type { Surroundings } from '../../behaviour/surroundings.ts'
import type { Capability, Task } from '../../behaviour/task.ts'
import { ANSWERS, answerKey, type Answer } from './answer.ts'
import type { Column } from './column.ts'
import { TaskJudge } from './judge.ts'
import { sampleUses, type SampleUse } from './sample-use.ts'

/** What a task may do, and what of it would be told: for each capability on each kind of thing. */
export interface TaskMatrix {
  readonly task: Task
  readonly cells: readonly Cell[]
}

export interface Cell {
  readonly capability: Capability
  readonly column: Column
  /** More than one where it depends on more than capability and column; in the order of `ANSWERS`. */
  readonly parts: readonly Part[]
}

export interface Part {
  readonly answer: Answer
  /** In which ways of using it, in words, where that matters; empty: in each. */
  readonly manners: readonly string[]
  /** Where the cell has other parts for the same manner: `covered`, what `grants` are about; `other`, the rest. */
  readonly of: 'all' | 'covered' | 'other'
  /** Grants that cover it, or a part of what it needs. */
  readonly grants: readonly string[]
}

/**
 * Asks the compiled rules of a task about a use of each capability on each kind of thing, in each way in which they can tell
 * uses apart. Of the task's own clauses only: rules beside it, and baselines, may tell more.
 */
export function taskMatrix(task: Task, around: Surroundings): TaskMatrix {
  const uses = sampleUses(task, around)
  const answers = new TaskJudge(task, around).answers(uses)
  const cells = new Map<string, { readonly use: SampleUse; readonly judged: Judged[] }>()
  for (const [at, use] of uses.entries()) {
    const answer = answers[at]
    if (answer === undefined) continue
    const key = JSON.stringify([use.capability, use.column])
    const cell = cells.get(key) ?? { use, judged: [] }
    cell.judged.push({ manner: use.manner, answer })
    cells.set(key, cell)
  }
  return {
    task,
    cells: [...cells.values()].map(({ use: { capability, column }, judged }) => {
      return { capability, column, parts: partsOf(judged) }
    }),
  }
}

interface Judged {
  readonly manner: SampleUse['manner']
  readonly answer: Answer
}

function partsOf(judged: readonly Judged[]): Part[] {
  const factors = decidingFactors(judged)
  const inWords = ({ manner }: Judged): string => factors.map((factor) => manner[factor] ?? '').join(', ')
  const every = new Set(judged.map(inWords))
  const groups = groupBy(judged, ({ answer }) => answerKey(answer)).map((group) => {
    return { group, manners: [...new Set(group.map(inWords))] }
  })
  return groups
    .map(({ group, manners }): Part => {
      const answer = (group[0] as Judged).answer
      const isDivided = groups.some(
        (other) => other.group !== group && other.manners.some((one) => manners.includes(one)),
      )
      const isCovered = group.every((one) => one.answer.grants.length > 0)
      return {
        answer,
        manners: manners.length === every.size ? [] : manners,
        of: isDivided ? (isCovered ? 'covered' : 'other') : 'all',
        grants: [...new Set(group.flatMap((one) => one.answer.grants))],
      }
    })
    .sort((a, b) => rank(a) - rank(b))
}

function rank({ answer }: Part): number {
  return ANSWERS.indexOf(answer.is)
}

/** What of the manner changes an answer while the rest stays. */
function decidingFactors(judged: readonly Judged[]): string[] {
  const ways = groupBy(judged, ({ manner }) => JSON.stringify(manner)).map((group) => {
    const answers = [...new Set(group.map(({ answer }) => answerKey(answer)))].sort().join('\n')
    return { manner: group[0]?.manner ?? {}, answers }
  })
  return Object.keys(judged[0]?.manner ?? {}).filter((factor) => {
    const rest = ({ manner }: (typeof ways)[number]): string => JSON.stringify({ ...manner, [factor]: '' })
    return groupBy(ways, rest).some((group) => new Set(group.map(({ answers }) => answers)).size > 1)
  })
}

/** In the order in which keys come first. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups.values()]
}
