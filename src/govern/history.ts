import type { Time } from '../event/record.ts'
import type { Level, Status } from '../ir/rule.ts'
import type { Stretch } from './coverage.ts'
import type { DeploymentRecord } from './deployment.ts'
import type { Exception } from './exception/exception.ts'
import type { HostReport } from './host/report.ts'
import type { ReviewLog } from './log/log.ts'
import type { Item } from './review/population.ts'
import type { Reviews } from './review/review.ts'
import type { Allowed } from './risk/allowed.ts'
import type { Risk } from './risk/risk.ts'
import type { RegisteredAlert } from './triage/register.ts'

/** Everything that is known of a pack: what it says now, and what happened to it and with its alerts. */
export interface History {
  readonly pack: { readonly name: string; readonly version: string; readonly digest: string }
  readonly risks: readonly Risk[]
  readonly allowed: readonly Allowed[]
  /** The rules that alert. */
  readonly rules: readonly RuleRecord[]
  readonly tests: readonly TestRecord[]
  readonly exceptions: readonly ExceptionRecord[]
  readonly baselines: readonly BaselineRecord[]
  readonly alerts: readonly RegisteredAlert[]
  readonly deployments: readonly DeploymentRecord[]
  readonly stretches: readonly Stretch[]
  /** What `check host` found, of each host and time. */
  readonly hosts: readonly HostReport[]
  readonly log: ReviewLog
  readonly reviews: Reviews
  /** The population of each review, by its period, where there is the one that was signed. */
  readonly populations: ReadonlyMap<string, readonly Item[]>
}

export interface RuleRecord {
  readonly id: string
  readonly name: string | null
  readonly title: string
  readonly version: number | null
  readonly level: Level | null
  readonly status: Status | null
  /** Relative to the pack. */
  readonly file: string
  readonly risks: readonly string[]
  /** `task/grant` */
  readonly grant: string | null
  readonly tags: readonly string[]
}

/** A rule on one recording. */
export interface TestRecord {
  /** The rule's id. */
  readonly rule: string
  readonly name: string
  /** The recording, relative to the pack. */
  readonly events: string
  readonly expected: number
  /** Null: it was not run. */
  readonly passed: boolean | null
}

/** A file of the pack, and the state that a signature is about. */
export interface FileState {
  /** Relative to the pack. */
  readonly file: string
  /** SHA-256, in hex. */
  readonly digest: string
}

export interface ExceptionRecord extends FileState {
  readonly exception: Exception
}

export interface BaselineRecord extends FileState {
  readonly id: string
  readonly title: string
  readonly owner: string
  readonly proposedBy: string | null
  readonly approved: { readonly by: string; readonly at: Time; readonly until: Time } | null
  /** Milliseconds. */
  readonly reviewEvery: number
}

/** Whether a name, an id, a title or a file means this rule. */
export function ruleMatches({ id, name, title, file }: RuleRecord, wanted: string): boolean {
  return id === wanted || name === wanted || title === wanted || file === wanted
}
