import type { Span } from '../diagnostic/source.ts'
import type { Duration } from '../ir/duration.ts'
import type { Predicate } from '../ir/predicate.ts'
import { always } from '../ir/predicate.ts'
import type {
  Correlation,
  CorrelationBody,
  EventRule,
  GroupKey,
  Level,
  LogSource,
  Presence,
  RuleHeader,
  RuleId,
} from '../ir/rule.ts'
import { clauseId } from './rule-id.ts'
import type { Grant, Task } from './task.ts'

/** What a compiled rule says for people. */
export interface Clause {
  readonly task: Task
  /** Null: no grant is broken, there is none. */
  readonly grant: Grant | null
  /** Unique in the task: `credential-read.only-to`. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly level: Level
  /** The words that were broken, in the task file. */
  readonly span: Span
}

/** An event rule of a clause, with the name of the clause or, where it only serves the clause's rule, one below it. */
export function eventRule(clause: Clause, where: Predicate, part?: string): EventRule {
  const header = headerOf(clause, part)
  return { ...header, kind: 'event', logsource: { ...LOGSOURCE, span: clause.span }, where, alone: part === undefined }
}

export function correlation(
  clause: Clause,
  { body, group, timespan }: Pick<Correlation, 'body' | 'group' | 'timespan'>,
): Correlation {
  return { ...headerOf(clause), kind: 'correlation', body, group, timespan, guard: always, alone: true }
}

/** A use that a chain asks for. */
interface ChainStep {
  /** Its name in the chain. */
  readonly as: string
  /** The part of the clause's name that its rule gets. */
  readonly part: string
  readonly where: Predicate
}

/** One use and then another within the time, and the rules of both. @param groupOf what joins the two, by their rules */
export function inOrder(
  clause: Clause,
  [first, second]: readonly [ChainStep, ChainStep],
  groupOf: (first: RuleId, second: RuleId) => readonly GroupKey[],
  timespan: Duration,
): [EventRule, EventRule, Correlation] {
  const { span } = clause
  const [one, other] = [eventRule(clause, first.where, first.part), eventRule(clause, second.where, second.part)]
  const steps = [
    { as: first.as, rule: one.id, within: null, span },
    { as: second.as, rule: other.id, within: null, span },
  ]
  const body: CorrelationBody = { type: 'ordered', steps, joins: [], unless: [], until: null }
  return [one, other, correlation(clause, { body, group: groupOf(one.id, other.id), timespan })]
}

/**
 * A use that none of the others came before within the time. As a condition over what has matched, and not as an absence
 * before a chain, which counts whole milliseconds (semantics §4): a program opens what it made, and asks where it listens, in
 * the same one.
 */
export function withoutBefore(
  clause: Clause,
  use: EventRule,
  others: readonly EventRule[],
  { group, within }: { readonly group: readonly GroupKey[]; readonly within: Duration },
): Correlation {
  const { span } = clause
  const condition: Presence = {
    op: 'all',
    of: [
      { op: 'rule', rule: use.id },
      ...others.map(({ id }): Presence => ({ op: 'not', of: { op: 'rule', rule: id } })),
    ],
  }
  const of = [use, ...others].map(({ id }) => ({ rule: id, span }))
  return correlation(clause, { body: { type: 'unordered', of, condition }, group, timespan: within })
}

const LOGSOURCE: Omit<LogSource, 'span'> = { category: null, product: 'linux', service: 'detpack', definition: null }

const FIELDS = [
  'detpack.task.name',
  'detpack.task.run',
  'process.executable',
  'file.path',
  'detpack.object.class',
  'destination.ip',
  'destination.port',
]

/** The part of a rule's name that tells a rule that only serves another. */
function headerOf({ task, grant, name, title, description, level, span }: Clause, part?: string): RuleHeader {
  const full = [task.name, name, ...(part === undefined ? [] : [part])].join('.')
  const file = span.source.name
  const owner = task.owner ?? 'whoever answers for the task'
  return {
    id: clauseId(full),
    name: full,
    title: part === undefined ? title : `${title}: ${part}`,
    description,
    status: 'test',
    level: part === undefined ? level : 'informational',
    author: null,
    date: null,
    modified: null,
    tags: grant?.tags ?? task.tags,
    references: [],
    falsepositives: [`The work of ${task.name} has changed and ${file} has not; ${owner} decides.`],
    fields: FIELDS,
    governance: {
      version: null,
      risk: grant?.risk ?? task.risk,
      grant: grant === null ? null : `${task.name}/${grant.id}`,
      triage: [
        { ask: 'What was used, by which processes, and where did it go?', run: 'detpack explain {alert.id}' },
        {
          ask: `Is it what the task is for? ${owner} decides, not the agent; then change the grant.`,
          run: `cat ${file}`,
        },
        {
          ask: 'If not, and this is still the same process (its start time tells), stop it with kill -STOP and keep it for inspection.',
          run: 'ps -o pid,ppid,lstart,user,cmd -p {process.pid}',
        },
        {
          ask: 'What in the input of this run asked for it? Keep the input as evidence, and rotate what may have left.',
          run: null,
        },
      ],
      accept: [],
    },
    span,
  }
}
