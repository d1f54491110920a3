import type { TOOL_VIEWS } from '../own-field.ts'
import { toldNumber, toldObject, toldText, type ToldObject } from '../recording/told-json.ts'
import type { ResourceTable } from '../resource.ts'
import type { OwnUses } from '../tool/tool.ts'
import { callOf, claimOf, claimText, type Call, type Claim } from './claim.ts'
import { ownUses } from './own-use.ts'
import { RunCalls } from './run-calls.ts'
import { accountsFor, needsCall, seenUseOf, type SeenUse } from './seen-use.ts'

type View = (typeof TOOL_VIEWS)[number]

export interface JoinOptions {
  readonly resources: ResourceTable
  readonly own: OwnUses
  /** How far a use may lie outside of its call: clocks and buffers; microseconds. */
  readonly slack: number
}

export interface JoinCounts {
  readonly calls: number
  /** Calls of runs that the sensor did not see. */
  readonly alone: number
  /** Claims that were left out, since the sensor saw the run itself. */
  readonly replaced: number
  readonly views: ReadonlyMap<View, number>
}

/**
 * Joins what agents say with what the sensor saw. Both are of one run of a task when the call's `detpack.tool.run`, or
 * the run of the process whose pid the log gives, is the use's `detpack.task.run`. In such a run
 *
 * - a use that the sensor saw is `claimed` when a call that ran just then says it: the same capability, and the same
 *   path or address; it gets the name and the id of that call. One that needs a call (`needsCall`) is `within` a call
 *   that may do more than it says, `beyond` all calls that ran, or `unclaimed` when none did; what the file of tools
 *   says that the agent does by itself is its `own`.
 * - a call is `seen` when all that it says was seen, else `unseen`, and says what. One that failed, and one that says
 *   nothing that could be seen, is `unchecked`.
 * - the claims themselves are left out: the sensor says the same better, so that nothing counts twice, and no rule that
 *   asks what came before can be content with what the agent says.
 *
 * Calls of other runs stay as they are, with their claims. Memory grows with the calls, not with the uses.
 */
export class ToolJoin {
  readonly #options: JoinOptions
  readonly #isOwn: (use: SeenUse) => boolean
  readonly #calls = new Map<string, Call>()
  readonly #runs = new Map<string, RunCalls>()
  /** Calls without a run, by the process of their agent. */
  readonly #byProcess = new Map<number, Call[]>()
  readonly #views = new Map<View, number>()

  constructor(options: JoinOptions) {
    this.#options = options
    this.#isOwn = ownUses(options.own, options.resources.homes)
  }

  /** Takes an event of an agent's log, all before the first use. False: it is none. */
  call(event: ToldObject): boolean {
    const call = callOf(event)
    if (call !== undefined) {
      if (this.#calls.has(call.key)) return true
      this.#calls.set(call.key, call)
      if (call.run !== undefined) this.#of(call.run).add(call)
      else if (call.pid !== undefined) this.#byProcess.set(call.pid, [...(this.#byProcess.get(call.pid) ?? []), call])
      return true
    }
    const claimed = claimOf(event)
    const of = claimed && this.#calls.get(claimed.key)
    if (claimed === undefined || of === undefined) return false
    of.claims.push(claimed.claim)
    return true
  }

  /** Takes an event of the sensor, and gives it with what the calls say of it; the same object where that is nothing. */
  use(event: ToldObject): ToldObject {
    const run = toldText(toldObject(toldObject(event, 'detpack'), 'task'), 'run')
    if (run === undefined) return event
    this.#meet(event, run)
    const calls = this.#runs.get(run)
    if (calls === undefined) return event
    calls.seen = true
    const use = seenUseOf(event)
    const found = use && this.#viewOf(use, calls)
    if (found === undefined) return event
    this.#count(found.view)
    return annotated(event, found.view, found.call)
  }

  /** All calls, with what was seen of them; and the claims of those that the sensor did not see. */
  *end(): Generator<ToldObject> {
    const seen = new Set([...this.#runs.values()].filter((run) => run.seen).flatMap((run) => run.all))
    for (const call of this.#calls.values()) {
      const needed = seen.has(call) && call.succeeded ? call.claims.filter((claim) => claim.needed) : []
      const unseen = needed.filter((claim) => !claim.seen)
      const view = needed.length === 0 ? 'unchecked' : unseen.length === 0 ? 'seen' : 'unseen'
      this.#count(view)
      yield annotated(call.event, view, undefined, unseen)
      if (!seen.has(call)) for (const claim of call.claims) yield claim.event
    }
  }

  get counts(): JoinCounts {
    const calls = [...this.#calls.values()]
    const seen = [...this.#runs.values()].filter((run) => run.seen).flatMap((run) => run.all)
    return {
      calls: calls.length,
      alone: calls.length - seen.length,
      replaced: seen.reduce((sum, call) => sum + call.claims.length, 0),
      views: this.#views,
    }
  }

  #of(run: string): RunCalls {
    let calls = this.#runs.get(run)
    if (calls === undefined) this.#runs.set(run, (calls = new RunCalls()))
    return calls
  }

  /** A process whose pid a log gives is of this run: then so are the calls of that log. */
  #meet(event: ToldObject, run: string): void {
    if (this.#byProcess.size === 0) return
    const pid = toldNumber(toldObject(event, 'process'), 'pid') ?? 0
    const calls = this.#byProcess.get(pid)
    if (calls === undefined) return
    const host = toldText(toldObject(event, 'host'), 'name')
    const here = calls.filter((call) => call.host === undefined || call.host === host)
    for (const call of here) this.#of(run).add(call)
    const others = calls.filter((call) => !here.includes(call))
    if (others.length === 0) this.#byProcess.delete(pid)
    else this.#byProcess.set(pid, others)
  }

  #viewOf(use: SeenUse, calls: RunCalls): { readonly view: View; readonly call: Call | undefined } | undefined {
    let perhaps: Call | undefined
    let latest: Call | undefined
    for (const call of calls.at(use.time, this.#options.slack)) {
      latest ??= call
      if (call.open) perhaps ??= call
      for (const claim of call.claims) {
        const accounted = accountsFor(claim, use)
        if (accounted === 'perhaps') perhaps ??= call
        if (accounted !== 'yes') continue
        for (const same of call.claims) if (accountsFor(same, use) === 'yes') same.seen = true
        return { view: 'claimed', call }
      }
    }
    if (!needsCall(use, (name) => this.#options.resources.isFollowed(name))) return undefined
    if (perhaps !== undefined) return { view: 'within', call: perhaps }
    if (this.#isOwn(use)) return { view: 'own', call: undefined }
    return { view: latest === undefined ? 'unclaimed' : 'beyond', call: latest }
  }

  #count(view: View): void {
    this.#views.set(view, (this.#views.get(view) ?? 0) + 1)
  }
}

function annotated(event: ToldObject, view: View, call: Call | undefined, unseen: readonly Claim[] = []): ToldObject {
  const own = toldObject(event, 'detpack')
  const tool = toldObject(own, 'tool')
  const agent = toldObject(event, 'gen_ai')
  const named = call && toldObject(toldObject(call.event, 'gen_ai'), 'tool')
  return {
    ...event,
    ...(named && { gen_ai: { ...agent, tool: named } }),
    detpack: {
      ...own,
      tool: {
        ...tool,
        ...(call && { call: call.key }),
        view,
        ...(unseen.length > 0 && { unseen: [...new Set(unseen.map(claimText))].sort() }),
      },
    },
  }
}
