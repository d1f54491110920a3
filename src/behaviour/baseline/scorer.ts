import type { EventValues } from '../../event/event-values.ts'
import type { JsonObject } from '../../event/field.ts'
import { ObjectValues } from '../../event/object-values.ts'
import type { Time } from '../../event/record.ts'
import type { HomePattern } from '../../event/resource.ts'
import { flowName, objectName, objectTable, programName, type Classes } from './item.ts'
import { fleetOf, type Behaviour, type Learned } from './learned.ts'
import type { Passage } from './lineage.ts'
import type { Prior } from './prior.ts'
import {
  bitsOf,
  chainRarity,
  gapRarity,
  noHistory,
  rarity,
  time,
  type Known,
  type Rare,
  type Reason,
} from './reason.ts'
import { thisSubject, type SubjectName } from './subject.ts'
import type { Transition } from './symbol.ts'
import { Tracker } from './tracker.ts'
import { USE_FIELDS, UseReader, type SeenUse, type Use } from './use.ts'

export interface ScoreOptions {
  readonly learned: Learned
  /** What is expected of a subject whatever was learned. */
  readonly priorOf: (subject: SubjectName) => Prior
  readonly homes: readonly HomePattern[]
  readonly classes: Classes
}

/** So much is remembered of what was worked out; it is worked out anew after that. */
const MOST = 1 << 14
/** So many runs are added up at once. */
const MOST_RUNS = 1024
/** A run is told to send much beyond so many times the most. */
const BEYOND = 2
const ENOUGH_RUNS = 20

interface Subject extends Known {
  readonly prior: Prior
  readonly items: Readonly<Record<ItemTable, Map<string, Reason | null>>>
  /** By shape of a path: uses of it in which nothing is unusual. */
  readonly usual: Map<string, readonly Pick<Use, 'capability' | 'objectClass'>[]>
  readonly chains: Map<Transition, Reason | null>
}

/**
 * Says of events, one after the other, what is unusual in them for who does it: by what was learned, and where nothing was,
 * by what was declared. What is usual has no reasons.
 */
export class Scorer {
  readonly #options: ScoreOptions
  readonly #fleet: Behaviour
  readonly #reader: UseReader
  readonly #tracker = new Tracker()
  readonly #objects = new ObjectValues(USE_FIELDS, false)
  readonly #subjects = new Map<SubjectName, Subject>()
  readonly #bytes = new Map<string, number>()
  /** Of the event that is looked at. */
  #found: Reason[] = []

  constructor(options: ScoreOptions) {
    this.#options = options
    this.#fleet = fleetOf(options.learned)
    this.#reader = new UseReader(options.homes)
  }

  seeObject(event: JsonObject, at: Time | null): readonly Reason[] {
    this.#objects.turn(event)
    return this.see(this.#objects, at)
  }

  /** @param places where the values of `USE_FIELDS` are, if not in order */
  see(values: EventValues, at: Time | null, places?: readonly number[]): readonly Reason[] {
    if (!this.#reader.read(values, at, places)) return NONE
    const { use } = this.#reader
    const step = this.#tracker.take(use)
    if (use.capability === null) return NONE
    const subject = this.#subject(use.subject)
    this.#add(this.#item(subject, 'capability', use.capability, use))
    this.#add(this.#object(subject, use))
    const program = programName(use)
    if (program !== null) this.#add(this.#item(subject, 'program', program, use))
    const { destination } = step
    if (destination !== null) this.#add(this.#item(subject, 'destination', destination, use))
    if (step.transition !== null) this.#add(this.#chain(step.transition, subject))
    for (const passage of step.passages) this.#passage(passage, use, subject)
    this.#add(this.#rate(use, subject))
    if (this.#found.length === 0) return NONE
    const found = this.#found
    this.#found = []
    return found
  }

  #add(reason: Reason | null | undefined): void {
    if (reason !== null && reason !== undefined) this.#found.push(reason)
  }

  #item(subject: Subject, table: ItemTable, name: string, use: SeenUse): Reason | null {
    const items = subject.items[table]
    let reason = items.get(name)
    if (reason === undefined) {
      if (items.size >= MOST) items.clear()
      reason = this.#judge(subject, table, name, use) ?? null
      items.set(name, reason)
    }
    // Not remembered: one of two paths of one shape may be what was declared.
    return reason !== null && isExpected(subject.prior, table, use) ? null : reason
  }

  /** What is usual, which most is, is known without its name being put together. */
  #object(subject: Subject, use: SeenUse): Reason | null {
    const { capability, objectClass, shape } = use
    if (shape === null) return null
    const usual = subject.usual.get(shape)
    if (usual !== undefined)
      for (const each of usual) if (each.capability === capability && each.objectClass === objectClass) return null
    const name = objectName(use)
    if (name === null) return null
    const table = objectTable(use, this.#options.classes)
    const reason = this.#item(subject, table, name, use)
    if (subject.items[table].get(name) !== null) return reason
    if (subject.usual.size >= MOST) subject.usual.clear()
    subject.usual.set(shape, [...(subject.usual.get(shape) ?? []), { capability, objectClass }])
    return null
  }

  #judge(subject: Subject, table: ItemTable, name: string, use: SeenUse): Reason | undefined {
    const { prior, behaviour } = subject
    if (table === 'withheld')
      return {
        words: `${WORDS[table](name)}: of class ${use.objectClass}, which is never learned, and no grant is about it`,
        bits: SECRET,
      }
    if (behaviour === undefined) return coldReason(subject, table, name)
    const who = thisSubject(subject.subject)
    return rarity(subject, table, name, (rare) => {
      const start = rare === 'first' ? 'first time' : 'seldom'
      if (table === 'destination' && prior.hosts.length > 0)
        return `${start} ${who} sends anywhere but ${rare === 'first' ? 'where it did and ' : ''}to the declared ${prior.hosts.join(', ')}: to ${name}`
      return `${start} ${who} ${WORDS[table](name)}`
    })
  }

  #chain(transition: Transition, subject: Subject): Reason | null {
    const known = subject.chains.get(transition)
    if (known !== undefined) return known
    if (subject.chains.size >= MOST) subject.chains.clear()
    const { names, before, classes } = transition
    // Of chains with secrets in them nothing was learned, so nothing can be said.
    const isKnown = classes.every((each) => this.#options.classes.learnable.has(each))
    const reason = (isKnown ? chainRarity(subject, names, before) : undefined) ?? null
    subject.chains.set(transition, reason)
    return reason
  }

  #passage(passage: Passage, use: SeenUse, subject: Subject): void {
    const { objectClass, gap } = passage
    if (!this.#options.classes.learnable.has(objectClass)) {
      if (!subject.prior.isDestination(use))
        this.#add({ words: `${passageInWords(passage)}; class ${objectClass} is never learned`, bits: SECRET })
      return
    }
    if (subject.behaviour === undefined) {
      if (use.destination !== null && !subject.prior.isDestination(use))
        this.#add({ words: `${passageInWords(passage)}; ${noHistory(subject.subject)}`, bits: COLD })
      return
    }
    const name = flowName(passage)
    const start = (rare: Rare): string => (rare === 'first' ? 'first time' : 'seldom')
    this.#add(rarity(subject, 'flow', name, (rare) => `${start(rare)} ${passageInWords(passage)}`))
    this.#add(gapRarity(subject.behaviour.tables.flow.find(name), gap, `data of class ${objectClass} sent`))
  }

  #rate(use: SeenUse, subject: Subject): Reason | undefined {
    if (use.capability !== 'network_send' || use.destination === null || use.bytes === 0) return undefined
    const key = `${use.subject} ${use.run}`
    const before = this.#bytes.get(key) ?? 0
    if (before === 0 && this.#bytes.size >= MOST_RUNS)
      for (const [oldest] of this.#bytes) if (this.#bytes.delete(oldest)) break
    this.#bytes.set(key, before + use.bytes)
    const usual = subject.behaviour?.tables.rate.find('bytes sent')?.sketch
    if (usual === undefined || usual === null || usual.count < ENOUGH_RUNS) return undefined
    const limit = usual.greatest * BEYOND
    // Told once, where the run goes beyond it.
    if (before > limit || before + use.bytes <= limit) return undefined
    const words = `${(before + use.bytes).toLocaleString('en-US')} B sent in this run; the most in ${usual.count.toLocaleString('en-US')} runs was ${usual.greatest.toLocaleString('en-US')} B`
    return { words, bits: bitsOf(0, usual.count) }
  }

  #subject(name: SubjectName): Subject {
    const known = this.#subjects.get(name)
    if (known !== undefined) return known
    if (this.#subjects.size >= MOST_RUNS) this.#subjects.clear()
    const made: Subject = {
      subject: name,
      behaviour: this.#options.learned.subjects.find(name),
      fleet: this.#fleet,
      prior: this.#options.priorOf(name),
      items: {
        capability: new Map(),
        object: new Map(),
        file: new Map(),
        withheld: new Map(),
        program: new Map(),
        destination: new Map(),
      },
      usual: new Map(),
      chains: new Map(),
    }
    this.#subjects.set(name, made)
    return made
  }
}

const NONE: readonly Reason[] = []
/** Where nothing was learned the declaration alone speaks, which is worth less than a count. */
const COLD = 4
const SECRET = 16

type ItemTable = 'capability' | 'object' | 'file' | 'withheld' | 'program' | 'destination'

const WORDS: Readonly<Record<ItemTable, (name: string) => string>> = {
  capability: (name) => `uses ${name}`,
  object: objectInWords,
  file: objectInWords,
  withheld: objectInWords,
  program: (name) => `runs ${name}`,
  destination: (name) => `sends to ${name}`,
}

function passageInWords({ objectClass, way, sink, gap }: Passage): string {
  const by = way === 'itself' ? '' : `, by ${way.replaceAll('+', ' and ')}`
  return `data of class ${objectClass} go to ${sink}${by}${gap === null ? '' : `; read ${time(gap)} before`}`
}

function objectInWords(name: string): string {
  const [action = '', objectClass = '', ...path] = name.split(' ')
  return `uses ${action} on ${path.join(' ')}${objectClass === '-' ? '' : ` (${objectClass})`}`
}

function isExpected(prior: Prior, table: ItemTable, use: SeenUse): boolean {
  if (table === 'destination') return prior.isDestination(use)
  return (table === 'object' || table === 'file' || table === 'withheld') && prior.isObject(use)
}

/** Without a history a use is told only where the declaration could have named it, or it is of an object of a class. */
function coldReason(subject: Subject, table: ItemTable, name: string): Reason | undefined {
  const isTold = table === 'destination' || table === 'object'
  if (!isTold) return undefined
  const { hosts } = subject.prior
  const declared =
    table === 'destination' && hosts.length > 0 ? `, and not one of its declared hosts (${hosts.join(', ')})` : ''
  return {
    words: `${thisSubject(subject.subject)} ${WORDS[table](name)}${declared}; ${noHistory(subject.subject)}`,
    bits: COLD,
  }
}
