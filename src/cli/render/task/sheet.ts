import { deniesOthers, type Holder, type Task, type TaskHost } from '../../../behaviour/task.ts'
import { grantInWords } from '../../../behaviour/words.ts'
import { place } from '../../../diagnostic/frame.ts'
import { letBe, matrixRows, type MatrixRow } from '../../../prove/task/rows.ts'
import type { TaskMatrix } from '../../../prove/task/matrix.ts'

/** A task for its reviewer: what it is, what it may do, and what of it would be told. Texts are as the files have them. */
export interface TaskSheet {
  readonly name: string
  /** `file:line:column`. */
  readonly place: string
  readonly facts: readonly (readonly [name: string, values: readonly string[]])[]
  readonly grants: readonly { readonly id: string; readonly words: string; readonly risk: readonly string[] }[]
  readonly rows: readonly MatrixRow[]
  /** What nothing of it tells, a line each. */
  readonly letBe: readonly string[]
}

/** The baseline of a task, as far as there is one. */
export type KnownBaseline = { readonly file: string; readonly until: string | null; readonly force: string } | null

export function taskSheet(matrix: TaskMatrix, baseline: KnownBaseline): TaskSheet {
  const { task } = matrix
  const rows = matrixRows(matrix)
  return {
    name: task.name,
    place: place(task.span),
    facts: factsOf(task, baseline).filter(([, values]) => values.length > 0),
    grants: task.grants.map((grant) => ({ id: grant.id, words: grantInWords(grant), risk: grant.risk ?? task.risk })),
    rows,
    letBe: letBe(rows).map(({ capabilities, on }) =>
      [capabilities.join(', '), on.join('; ')].filter(Boolean).join(': '),
    ),
  }
}

/** What is to be known before the matrix is read. */
export const MATRIX_NOTE =
  "By the task's own clauses, asked of its compiled rules: other rules, and a baseline, may tell more. A UNIX socket is one " +
  'with a name, and none of name services or logs. "granted if": told where a condition of the grant is broken.'

function factsOf(task: Task, baseline: KnownBaseline): [string, readonly string[]][] {
  const why = (reason: string | null): string => (reason === null ? '' : `. ${reason}`)
  return [
    ['purpose', [task.purpose]],
    ['agent', task.agent === null ? [] : [task.agent]],
    ['owner', task.owner === null ? [] : [task.owner]],
    ['of', [holderInWords(task.holder)]],
    ['extends', task.parent === null ? [] : [task.parent.text]],
    [
      'parameters',
      task.parameters.map((one) => `${one.name}: a ${one.kind}${one.optional ? ', optional' : ''}${why(one.why)}`),
    ],
    ['hosts', task.hosts.map((host) => `${host.name}: ${hostInWords(host)}${why(host.why)}`)],
    ['otherwise', [deniesOthers(task) ? 'what needs a grant and has none is told' : 'what has no grant is let be']],
    ['denied', task.deny.length === 0 ? [] : [`${task.deny.join(', ')}: every use needs a grant`]],
    ['baseline', [baselineInWords(baseline)]],
    ['to do', task.todo.map(({ text }) => text)],
  ]
}

function holderInWords(holder: Holder): string {
  switch (holder.kind) {
    case 'label':
      return 'processes that the launcher started for it'
    case 'unit':
      return `processes of ${holder.unit} without a task of their own, and those that the launcher started for it`
    case 'undeclared':
      return 'processes that no task of the pack is of'
  }
}

function hostInWords({ at }: TaskHost): string {
  if (at.is === 'socket') return `the UNIX socket ${at.path}`
  return `${at.network}, ${at.port === null ? 'every port' : `port ${at.port}`}`
}

function baselineInWords(baseline: KnownBaseline): string {
  if (baseline === null) return 'none'
  const { file, until, force } = baseline
  return `${file}${until === null ? '' : `, until ${until}`}${force === 'whole' ? '' : ` (in force: ${force})`}`
}
