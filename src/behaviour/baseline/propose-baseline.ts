import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import { milliseconds } from '../../ir/duration.ts'
import { CAPABILITIES } from '../task.ts'
import { parseDestination, type Baseline, type Change, type Flow, type Gap, type Read } from './baseline.ts'
import type { Behaviour, Entry, TableName } from './learned.ts'
import { Sketch } from './sketch.ts'
import { subjectInWords, type SubjectName } from './subject.ts'

export interface ProposeOptions {
  /** Whether it is a service's: that tells files of no class as well. */
  readonly isService: boolean
  readonly owner: string
  /** What was seen in fewer runs is left out: once is no habit. */
  readonly seenIn: number
  readonly span: Span
}

/** What would be normal, and what was left out of it and why. */
export interface Proposed {
  readonly baseline: Baseline
  /** Seen in too few runs, as `set: entry (runs)`. */
  readonly seldom: readonly string[]
  /** Of secret classes: never proposed, told for the reviewer. */
  readonly withheld: readonly string[]
}

/** Fewer runs show little of what a task does. */
const FEW = 20
/** A gap says something after so many. */
const ENOUGH_GAPS = 20
/** So many names in one folder are names that differ from run to run, as those of documents do; so many of one ending likewise. */
const MANY_NAMES = 8
const MANY_OF_KIND = 3

/**
 * A baseline as it was learned of a subject. `behaviour/nothing-learned`; `behaviour/too-many` where there were more names
 * of a kind than could be told apart, of which no set can be made; `behaviour/few-runs` (a warning).
 */
export function proposeBaseline(
  subject: SubjectName,
  behaviour: Behaviour | undefined,
  options: ProposeOptions,
): { readonly proposed?: Proposed; readonly diagnostics: readonly Diagnostic[] } {
  const who = subjectInWords(subject)
  if (behaviour === undefined || behaviour.runs === 0)
    return {
      diagnostics: [
        error('behaviour/nothing-learned', `nothing was learned of ${who}`, undefined, {
          hint: '"detpack baseline show" names those of whom something was',
        }),
      ],
    }
  const diagnostics: Diagnostic[] = []
  for (const table of tablesOf(options)) {
    if (!behaviour.tables[table].isFull) continue
    const message = `${who} has more kinds of ${table} than can be told apart: no set of them is normal`
    const hint = 'split the task, or give what differs from run to run a name that shows it'
    diagnostics.push(error('behaviour/too-many', message, undefined, { hint }))
  }
  if (diagnostics.length > 0) return { diagnostics }
  if (behaviour.runs < FEW) {
    const message = `only ${behaviour.runs} runs of ${who} were learned: what it does seldom is not among them`
    diagnostics.push(warning('behaviour/few-runs', message))
  }
  return { proposed: new Proposer(subject, behaviour, options).propose(), diagnostics }
}

/** The tables that a baseline is made of. What an agent does to files of no class is not told, so nobody has to review it. */
function tablesOf({ isService }: ProposeOptions): TableName[] {
  return ['object', ...(isService ? (['file'] as const) : []), 'destination', 'program', 'flow']
}

class Proposer {
  readonly #subject: SubjectName
  readonly #behaviour: Behaviour
  readonly #options: ProposeOptions
  readonly #seenIn: number
  readonly #seldom: string[] = []

  constructor(subject: SubjectName, behaviour: Behaviour, options: ProposeOptions) {
    this.#subject = subject
    this.#behaviour = behaviour
    this.#options = options
    this.#seenIn = Math.min(options.seenIn, behaviour.runs)
  }

  propose(): Proposed {
    const objects = this.#objects()
    const flows = this.#often('flow').flatMap((name) => flowOf(name) ?? [])
    const known = new Set(this.#often('capability'))
    const baseline: Baseline = {
      subject: this.#subject,
      title: `${subjectInWords(this.#subject)} as it was seen`,
      owner: this.#options.owner,
      capabilities: CAPABILITIES.filter((each) => known.has(each)),
      destinations: this.#often('destination').flatMap((name) => parseDestination(name) ?? []),
      programs: this.#often('program'),
      changes: uniqueBy(objects.flatMap(changeOf), (one) => `${one.capability} ${one.objectClass} ${one.shape}`),
      reads: objects.flatMap(readOf),
      flows: uniqueBy(flows, ({ objectClass, to }) => `${objectClass} ${JSON.stringify(to)}`),
      gaps: this.#gaps(),
      rates: {
        bytesSent: this.#most('bytes sent'),
        classedObjects: this.#most('classed objects'),
        destinations: this.#most('destinations'),
      },
      runs: this.#behaviour.runs,
      span: this.#options.span,
    }
    const withheld = this.#behaviour.tables.withheld.sorted().map(([name, { runs }]) => `${name} (${runs} runs)`)
    return { baseline, seldom: this.#seldom, withheld }
  }

  #often(table: TableName): string[] {
    return this.#behaviour.tables[table].sorted().flatMap(([name, { runs }]) => this.#ifOften(table, name, runs))
  }

  #ifOften(table: TableName, name: string, runs: number): readonly string[] {
    if (runs >= this.#seenIn) return [name]
    this.#seldom.push(`${table}: ${name} (${runs} of ${this.#behaviour.runs} runs)`)
    return []
  }

  /**
   * Where many names of one folder are used in one way, any name there, and what is read in folders below; where several
   * have the same ending, any name that ends so; however seldom each of them. But not where objects of a class are changed:
   * one more of those is what a reviewer has to see.
   */
  #objects(): ObjectParts[] {
    const folders = new Map<string, [name: string, runs: number][]>()
    const { object, file } = this.#behaviour.tables
    for (const [name, { runs }] of [...object.sorted(), ...(this.#options.isService ? file.sorted() : [])]) {
      const folder = name.slice(0, name.lastIndexOf('/') + 1)
      folders.set(folder, [...(folders.get(folder) ?? []), [name, runs]])
    }
    return [...folders].flatMap(([folder, names]) => {
      const any = partsOf(`${folder}{any}`)
      if (folder === '' || !mayBeAny(any)) return this.#each(names)
      if (names.length >= MANY_NAMES) return [mayBeBelow(any) ? partsOf(`${folder}**`) : any]
      const kinds = [...new Set(names.map(([name]) => endingOf(name)))]
      return kinds.flatMap((kind) => {
        const own = names.filter(([name]) => endingOf(name) === kind)
        return kind !== '' && own.length >= MANY_OF_KIND ? [partsOf(`${folder}{any}${kind}`)] : this.#each(own)
      })
    })
  }

  #each(names: readonly (readonly [name: string, runs: number])[]): ObjectParts[] {
    return names.flatMap(([name, runs]) => this.#ifOften('object', name, runs)).map(partsOf)
  }

  /** Over all ways and destinations of a class together: one that is seldom taken may be the quick one. */
  #gaps(): Gap[] {
    const byClass = new Map<string, Sketch>()
    for (const [name, { sketch }] of this.#behaviour.tables.flow.sorted()) {
      const flow = flowOf(name)
      if (flow === undefined || sketch === null) continue
      const all = byClass.get(flow.objectClass) ?? new Sketch()
      all.addAll(sketch)
      byClass.set(flow.objectClass, all)
    }
    return [...byClass].flatMap(([objectClass, all]) => {
      const usual = all.count < ENOUGH_GAPS ? 0 : all.quantile(0.01)
      return usual > 0 ? [{ objectClass, usual: milliseconds(usual) }] : []
    })
  }

  #most(name: string): number | null {
    const entry: Entry | undefined = this.#behaviour.tables.rate.find(name)
    return entry?.sketch?.greatest ?? null
  }
}

type ObjectParts = readonly [action: string, objectClass: string, shape: string]

function partsOf(name: string): ObjectParts {
  const [action = '', objectClass = '', ...path] = name.split(' ')
  return [action, objectClass === '-' ? '' : objectClass, path.join(' ')]
}

function mayBeAny([action, objectClass]: ObjectParts): boolean {
  return action === 'file_read' || objectClass === ''
}

/** Reading in a folder of its own, not in that of a person or of the host. */
function mayBeBelow([action, , shape]: ObjectParts): boolean {
  return action === 'file_read' && shape.split('/').length > 2 && shape !== '~/{any}'
}

/** `.txt`; nothing where a name has no ending, or one that differs itself. */
function endingOf(name: string): string {
  return /[^/.]\.[A-Za-z][A-Za-z0-9]{0,7}$/.exec(name)?.[0].slice(1) ?? ''
}

function changeOf([action, objectClass, shape]: ObjectParts): Change[] {
  const capability = CAPABILITIES.find((each) => each === action)
  return capability === undefined || capability === 'file_read' ? [] : [{ capability, objectClass, shape }]
}

/** What is nobody's secret may be read without a baseline. */
function readOf([action, objectClass, shape]: ObjectParts): Read[] {
  return action === 'file_read' && objectClass !== '' ? [{ objectClass, shape }] : []
}

/** A flow that leaves the host; copies that stay are among the changes. */
function flowOf(name: string): Flow | undefined {
  const [objectClass = '', , ...sink] = name.split(' > ')
  const to = parseDestination(sink.join(' > '))
  return to === undefined ? undefined : { objectClass, to }
}

function uniqueBy<T>(all: readonly T[], key: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [key(one), one])).values()]
}
