import type { Time } from '../../event/record.ts'
import { Answers } from './answers.ts'
import { destinationOf } from './item.ts'
import { Lineage, type Passage } from './lineage.ts'
import { Symbols, type Context, type Symbol, type Transition } from './symbol.ts'
import { emptyUse, type Use } from './use.ts'

/** So many processes are followed at once; those that were met longest ago begin anew. */
const MOST_PROCESSES = 8192
/** A clock that goes back further than events may be out of order, ms. */
const BACK = 2000

interface Process {
  context: Context
  time: Time
}

/** What a use adds to behaviour. The same object is filled anew for each. */
export interface Step {
  use: Use
  /** What the step is; null where it is no use of a capability. */
  symbol: Symbol | null
  /** The step in its process, and how long after the one before it, ms; null: as before, or nothing to learn. */
  transition: Transition | null
  gap: number | null
  /** Where it connects or sends to, beyond this host; null also for an answer to who asked. */
  destination: string | null
  passages: readonly Passage[]
}

/** Turns uses, one after the other, into steps: what both learning and scoring are made of. */
export class Tracker {
  jumps = 0
  readonly #step: Step = { use: emptyUse(), symbol: null, transition: null, gap: null, destination: null, passages: [] }
  readonly #symbols = new Symbols()
  readonly #lineage = new Lineage()
  readonly #answers = new Answers()
  readonly #processes = new Map<string, Process>()
  readonly #clocks = new Map<string, { time: Time; epoch: number }>()

  take(use: Use): Step {
    const step = this.#step
    step.use = use
    step.symbol = null
    step.transition = null
    step.gap = null
    step.destination = null
    step.passages = []
    const jumped = this.#jumped(use)
    if (use.action === 'process_exit') this.#processes.delete(use.process)
    if (use.capability === null) return step
    this.#advance(use, jumped)
    const isAnswer = this.#answers.isOne(use)
    if (!isAnswer) step.destination = destinationOf(use)
    step.passages = this.#lineage.see(use, isAnswer)
    if (jumped) step.passages = step.passages.map((each) => ({ ...each, gap: null }))
    return step
  }

  /** The clock of the host was set since its last event: no gap across that means anything. */
  #jumped({ host, time, epoch, action }: Use): boolean {
    const clock = this.#clocks.get(host)
    if (clock === undefined) {
      if (this.#clocks.size >= MOST_PROCESSES) this.#clocks.clear()
      this.#clocks.set(host, { time, epoch })
      return false
    }
    const jumped = clock.epoch !== epoch || time < clock.time - BACK || action === 'sensor_clock'
    if (jumped) {
      this.jumps++
      this.#processes.clear()
    }
    if (jumped || time > clock.time) clock.time = time
    clock.epoch = epoch
    return jumped
  }

  #advance(use: Use, jumped: boolean): void {
    const step = this.#step
    let process = this.#processes.get(use.process)
    if (process === undefined) {
      if (this.#processes.size >= MOST_PROCESSES)
        for (const [oldest] of this.#processes) if (this.#processes.delete(oldest)) break
      process = { context: this.#symbols.start, time: use.time }
      this.#processes.set(use.process, process)
    }
    const symbol = this.#symbols.of(use)
    step.symbol = symbol
    const before = process.context.steps.at(-1)
    if (symbol !== before) {
      step.transition = this.#symbols.step(process.context, symbol)
      step.gap = before === undefined || jumped || use.time < process.time ? null : use.time - process.time
      process.context = step.transition.to
    }
    process.time = use.time
  }
}
