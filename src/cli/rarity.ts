import { readFileSync } from 'node:fs'
import { NOTHING_EXPECTED, priorOf, type Prior } from '../behaviour/baseline/prior.ts'
import type { Reason } from '../behaviour/baseline/reason.ts'
import { Scorer } from '../behaviour/baseline/scorer.ts'
import { USE_FIELDS } from '../behaviour/baseline/use.ts'
import type { Onlooker } from '../engine/stream/stream-lines.ts'
import { hasErrors } from '../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import type { Task } from '../behaviour/task.ts'
import type { Alert } from '../event/alert.ts'
import type { EventValues } from '../event/event-values.ts'
import type { EventRecord, Time } from '../event/record.ts'
import type { HomePattern } from '../event/resource.ts'
import { reason } from '../pack/system-reason.ts'
import { checkClasses, classesDigest, classesOf, findLearned, learnedPlace } from './learned.ts'
import type { MappedRules } from './packs.ts'
import { loadResources } from './resources.ts'
import { say } from './terminal.ts'
import { Unusable } from './unusable.ts'

/** So many events are remembered with what is unusual in them. */
const MOST = 1 << 16
/** An alert tells so many reasons, the rarest. */
const TOLD = 3

/** How rare the steps of alerts are for who did them. */
export class Rarity implements Onlooker {
  readonly fields = USE_FIELDS
  readonly #scorer: Scorer
  readonly #reasons = new Map<number, readonly Reason[]>()
  #wanted: ReadonlySet<number> | undefined

  constructor(scorer: Scorer) {
    this.#scorer = scorer
  }

  /** Only what is in these alerts will be asked for. */
  expect(alerts: readonly Alert[]): void {
    this.#wanted = new Set(alerts.flatMap((alert) => eventsOf(alert).map(({ line }) => line)))
  }

  /** Takes each event, in its order: what is unusual may be so by what came before it. */
  seeRecord({ fields, time, line }: EventRecord): void {
    this.#remember(this.#scorer.seeObject(fields, time), line)
  }

  see(values: EventValues, places: readonly number[], time: Time | null, line: number): void {
    this.#remember(this.#scorer.see(values, time, places), line)
  }

  #remember(found: readonly Reason[], line: number): void {
    if (found.length === 0 || this.#wanted?.has(line) === false) return
    if (this.#reasons.size >= MOST) for (const [oldest] of this.#reasons) if (this.#reasons.delete(oldest)) break
    this.#reasons.set(line, found)
  }

  /** What is unusual in an alert, the rarest first. */
  of(alert: Alert): readonly string[] {
    const all = eventsOf(alert).flatMap(({ line }) => this.#reasons.get(line) ?? [])
    const sorted = all.sort((a, b) => b.bits - a.bits || (a.words < b.words ? -1 : 1))
    return [...new Set(sorted.map(({ words }) => words))].slice(0, TOLD)
  }
}

/** The events that an alert is made of, in their order. */
export function eventsOf({ steps, hops = [] }: Alert): readonly EventRecord[] {
  const events = [...steps.flatMap(({ event }) => event ?? []), ...hops]
  return events.sort((a, b) => a.line - b.line)
}

type Surroundings = Pick<MappedRules, 'configuration' | 'tasks'>

interface RarityOptions {
  readonly learned?: string
  readonly prompt?: string
}

/**
 * Undefined where nothing was learned and no file of it is named. What lies where it usually does and cannot be used is told,
 * and does not keep rules from running.
 */
export function loadRarity(loaded: Surroundings, options: RarityOptions): Rarity | undefined {
  try {
    return makeRarity(loaded, options)
  } catch (problem) {
    if (!(problem instanceof Unusable) || options.learned !== undefined || options.prompt !== undefined) throw problem
    say(`${problem.message}\nalerts are told without how rare their steps are`)
    return undefined
  }
}

function makeRarity({ configuration, tasks }: Surroundings, options: RarityOptions): Rarity | undefined {
  const file = findLearned(configuration, options.learned)
  if (file === undefined) return undefined
  const resources = loadResources(undefined)
  const wrong = checkClasses([[learnedPlace(configuration, options.learned), file]], classesDigest(resources))
  if (hasErrors(wrong)) throw new Unusable(wrong.map(renderDiagnostic).join('\n'))
  const texts = options.prompt === undefined ? [] : [readPrompt(options.prompt)]
  const { homes } = resources
  const scorer = new Scorer({
    learned: file.learned,
    priorOf: (subject) => priorFor(subject, tasks, texts, homes),
    homes,
    classes: classesOf(resources),
  })
  return new Rarity(scorer)
}

function priorFor(
  subject: string,
  tasks: ReadonlyMap<string, Task>,
  texts: readonly string[],
  homes: readonly HomePattern[],
): Prior {
  const [kind, name = ''] = subject.split('/')
  const unit = (task: Task): boolean => task.holder.kind === 'unit' && task.holder.unit === name
  const task = kind === 'task' ? tasks.get(name) : [...tasks.values()].find(unit)
  return task === undefined ? NOTHING_EXPECTED : priorOf(task, texts, homes)
}

function readPrompt(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (problem) {
    throw new Unusable(`cannot read "${file}": ${reason(problem)}`)
  }
}
