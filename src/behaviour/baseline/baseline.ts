import type { Span } from '../../diagnostic/source.ts'
import type { Duration } from '../../ir/duration.ts'
import type { Capability } from '../task.ts'
import type { SubjectName } from './subject.ts'

/** What is normal for a task, a service or undeclared processes, as people have reviewed it. */
export interface Baseline {
  readonly subject: SubjectName
  readonly title: string
  /** The role that answers for it. */
  readonly owner: string
  readonly capabilities: readonly Capability[]
  readonly destinations: readonly Destination[]
  /** Shapes of paths. */
  readonly programs: readonly string[]
  readonly changes: readonly Change[]
  readonly reads: readonly Read[]
  readonly flows: readonly Flow[]
  readonly gaps: readonly Gap[]
  readonly rates: Rates
  /** Of so many runs it was learned; null: somebody wrote down what is normal, and means all of it. */
  readonly runs: number | null
  readonly span: Span
}

export type Destination =
  | { readonly kind: 'host'; readonly transport: string | null; readonly address: string; readonly port: number | null }
  /** What a parameter of the task was bound to. */
  | { readonly kind: 'bound'; readonly parameter: string }

/** A change of a file. One of a class is normal only where it was seen as that, however wide a shape of no class is. */
export interface Change {
  readonly capability: Capability
  /** Empty: of no class. */
  readonly objectClass: string
  readonly shape: string
}

/** Data of an object of a class are taken. */
export interface Read {
  readonly objectClass: string
  readonly shape: string
}

/** Data of objects of a class go somewhere. */
export interface Flow {
  readonly objectClass: string
  readonly to: Destination
}

/** From reading an object of a class to sending it: 99 of 100 took so long or more. */
export interface Gap {
  readonly objectClass: string
  readonly usual: Duration
}

/** The most that a run did; null: that was not learned. */
export interface Rates {
  readonly bytesSent: number | null
  readonly classedObjects: number | null
  readonly destinations: number | null
}

/** The lists of a baseline as texts, in the words of its file. */
export const SETS = ['capabilities', 'destinations', 'programs', 'changes', 'reads', 'flows'] as const
export type SetName = (typeof SETS)[number]

export function entriesOf(baseline: Baseline, set: SetName): readonly string[] {
  switch (set) {
    case 'capabilities':
      return baseline.capabilities
    case 'destinations':
      return baseline.destinations.map(destinationText)
    case 'programs':
      return baseline.programs
    case 'changes':
      return baseline.changes.map(({ capability, objectClass, shape }) =>
        [capability, ...(objectClass === '' ? [] : [objectClass]), shape].join(' '),
      )
    case 'reads':
      return baseline.reads.map(({ objectClass, shape }) => `${objectClass} ${shape}`)
    case 'flows':
      return baseline.flows.map(({ objectClass, to }) => `${objectClass} > ${destinationText(to)}`)
  }
}

export function destinationText(of: Destination): string {
  if (of.kind === 'bound') return `{${of.parameter}}`
  const host = of.address.includes(':') ? `[${of.address}]` : of.address
  return `${of.transport ?? 'any'} ${host}${of.port === null ? '' : `:${of.port}`}`
}

/** Undefined for a text that names no destination. */
export function parseDestination(text: string): Destination | undefined {
  const bound = /^\{([A-Za-z0-9_-]{1,64})\}$/.exec(text)?.[1]
  if (bound !== undefined) return { kind: 'bound', parameter: bound }
  const match = /^([a-z0-9]{1,16}) (?:\[([0-9A-Fa-f:.]{2,45})\]|([\d.]{7,15}))(?::(\d{1,5}))?$/.exec(text)
  const address = match?.[2] ?? match?.[3]
  if (match === null || address === undefined || Number(match[4] ?? 0) > 65535) return undefined
  const port = match[4] === undefined ? null : Number(match[4])
  return { kind: 'host', transport: match[1] === 'any' ? null : (match[1] ?? null), address, port }
}
