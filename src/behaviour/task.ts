import type { Span } from '../diagnostic/source.ts'
import { ACTIONS, type Action } from '../event/action.ts'
import type { ParameterKind } from '../event/binding.ts'
import type { OBJECT_KINDS, ORIGINS } from '../event/own-field.ts'
import type { PathPattern } from '../event/path-pattern.ts'
import { milliseconds, type Duration } from '../ir/duration.ts'
import type { FieldName } from '../ir/predicate.ts'
import type { Level } from '../ir/rule.ts'

/** What an agent or a service was asked to do, as a file in rules/tasks declares it. */
export interface Task {
  readonly name: string
  readonly purpose: string
  /** `gen_ai.agent.name`, or the service that runs the task. */
  readonly agent: string | null
  readonly owner: string | null
  /** The task whose parameters, hosts, grants and chains this one takes over where it says nothing else. */
  readonly parent: Word | null
  readonly holder: Holder
  /** What a use that no grant covers is: an alert, or let be. Null: as the parent says, else as the holder has it. */
  readonly otherwise: 'alert' | 'allow' | null
  /** Capabilities of which every use needs a grant, not only that of classed objects and of the network. */
  readonly deny: readonly Capability[]
  readonly parameters: readonly Parameter[]
  readonly hosts: readonly TaskHost[]
  readonly grants: readonly Grant[]
  readonly chains: readonly Chain[]
  readonly risk: readonly string[]
  readonly tags: readonly string[]
  /** What a draft could not know, and a person has yet to decide. */
  readonly todo: readonly Word[]
  readonly span: Span
}

/** A text and where it stands. */
export interface Word {
  readonly text: string
  readonly span: Span
}

/** Which processes the task is of. */
export type Holder =
  /** Those that the launcher labelled with its name. */
  | { readonly kind: 'label' }
  /** Those, and those of a systemd unit that carry no label. */
  | { readonly kind: 'unit'; readonly unit: string }
  /** Those that no task of the pack is of. */
  | { readonly kind: 'undeclared' }

/** What a task can be granted: the actions of a process, not those of the sensor and of tasks themselves. */
export type Capability = Exclude<Action, `sensor_${string}` | `task_${string}` | 'process_exit'>

export const CAPABILITIES = ACTIONS.filter((action) => !/^(?:sensor_|task_|process_exit$)/.test(action)) as Capability[]

/** A value that is bound when a run of the task starts. */
export interface Parameter {
  readonly name: string
  readonly kind: ParameterKind
  /** A run may start without it. */
  readonly optional: boolean
  readonly why: string | null
  readonly span: Span
}

export interface TaskHost {
  readonly name: string
  readonly at:
    | {
        readonly is: 'network'
        /** CIDR: an event knows addresses, not names. */
        readonly network: string
        /** Null: every port. */
        readonly port: number | null
      }
    /** A helper on this host, by the path of its UNIX socket. */
    | { readonly is: 'socket'; readonly path: string }
  readonly why: string | null
  readonly span: Span
}

/**
 * A capability that the task may use. A use needs a grant that it falls under (`on`); the conditions of every grant
 * that it falls under hold for it.
 */
export interface Grant {
  readonly id: string
  /** The grant in words, as an alert prints it; null: they are made from the grant. */
  readonly clause: string | null
  readonly capabilities: readonly Capability[]
  readonly on: Target
  readonly conditions: readonly Condition[]
  /** Where such a use came before, `when` and `when_not` need not hold. */
  readonly orAfter: (OtherUse & { readonly span: Span }) | null
  readonly level: Level | null
  readonly risk: readonly string[] | null
  readonly tags: readonly string[] | null
  readonly span: Span
}

/** What is used. All that is named must hold, one of the values of each; of nothing named: everything. */
export interface Target {
  /** Classes of rules/resources.yml; an empty list: objects of no class. */
  readonly classes: readonly Word[] | null
  readonly paths: readonly TargetPath[] | null
  /** The file or directory that a parameter was bound to. */
  readonly parameters: readonly Word[] | null
  /** Hosts of the task, its parameters of kind host, or a `PLACES` word. */
  readonly hosts: readonly Word[] | null
  readonly kinds: readonly ObjectKind[] | null
  /** What a new name is a link to. A use that makes no link is none of these. */
  readonly linkOf: readonly TargetPath[] | null
  /** What is not meant although all else holds: what any of these means. */
  readonly except: readonly Target[] | null
}

export interface TargetPath {
  readonly pattern: PathPattern
  readonly span: Span
}

/** `elsewhere`: neither a host of the task nor loopback. `anywhere`: every host but loopback. */
export const PLACES = ['elsewhere', 'anywhere', 'loopback'] as const

export type Origin = (typeof ORIGINS)[number]
export type ObjectKind = (typeof OBJECT_KINDS)[number]

/**
 * What two uses must have in common to be of one chain; `data`: an object whose data the process holds at both; `name`: the
 * path, whatever object has it at each.
 */
export const JOINS = ['object', 'data', 'name', 'run', 'process', 'service'] as const
export type Joining = (typeof JOINS)[number]

/** What `at_most` counts. */
export const COUNTED = ['uses', 'objects', 'hosts', 'bytes'] as const

export type Condition = { readonly span: Span } & (
  | { readonly kind: 'when'; readonly tests: readonly WhenTest[] }
  /** Broken where one of the fields has one of the values: `O_TRUNC` among the flags, whichever others are there. */
  | { readonly kind: 'when_not'; readonly tests: readonly WhenTest[] }
  | { readonly kind: 'only_from'; readonly origins: readonly Origin[] }
  /** On a capability of the network: the destination. On any other: where what was used may go within the time. */
  | { readonly kind: 'only_to'; readonly hosts: readonly Word[]; readonly within: Duration }
  /** Unless it is followed by such a use. */
  | ({ readonly kind: 'unless' } & OtherUse)
  /** Only where such a use came before it. */
  | ({ readonly kind: 'only_after' } & OtherUse)
  /** Only where such a use comes after it: what it is for. */
  | ({ readonly kind: 'only_before' } & OtherUse)
  | {
      readonly kind: 'at_most'
      readonly count: number
      readonly of: (typeof COUNTED)[number]
      /** `use`: each use by itself, of bytes only. */
      readonly per: Duration | 'use'
      readonly by: Joining | null
    }
)

export interface WhenTest {
  readonly field: FieldName
  readonly values: readonly (string | number | boolean)[]
}

export interface OtherUse {
  readonly capabilities: readonly Capability[]
  readonly on: Target
  /** Uses of which a field has one of its values do not count. */
  readonly butNot: readonly WhenTest[]
  readonly within: Duration
  /** Null: by what fits the grant (`joiningOf`). */
  readonly by: Joining | null
}

/** An expected chain: grants of the task in order. A later step that does not follow the one before it is out of order. */
export interface Chain {
  readonly id: string
  readonly steps: readonly ChainStep[]
  readonly span: Span
}

export interface ChainStep {
  readonly grant: Word
  /** Longest gap to the step before; null on the first. */
  readonly within: Duration | null
}

/** The window of `only_to` where the grant names none. */
export const ONLY_TO_WITHIN = milliseconds(600_000)

/** Whether a use that no grant covers is an alert. */
export function deniesOthers(task: Task): boolean {
  return (task.otherwise ?? (task.holder.kind === 'undeclared' ? 'allow' : 'alert')) === 'alert'
}

/**
 * Whether an object of this target is followed from process to process by its own identity: lineage is of objects of the
 * classes that are followed. What is only bound to a parameter may have no class.
 */
export function isFollowed({ classes }: Target, followed: readonly string[]): boolean {
  return classes?.some(({ text }) => followed.includes(text)) ?? false
}
