import type { ImportOptions } from '../recording/importer.ts'
import type { Session } from '../recording/session.ts'
import { ToldHosts, type ToldHost } from '../recording/told-host.ts'
import type { TracedProcess } from '../recording/traced-process.ts'
import type { Occasion, Use } from '../recording/use.ts'
import type { UsePart } from '../use-event.ts'
import type { ToolCall } from './call.ts'
import { guessedUses } from './guess.ts'
import { ToolTable, type Meaning } from './tool-table.ts'
import { usesOf, type Said } from './use.ts'

/** One call says no more uses than this. */
const MOST_USES = 1024
/** More names of tools than this are not counted, and of these so many are told. */
const MOST_NAMES = 1000
const TOLD_NAMES = 20
/** A name is cut to this: it comes from outside, and stands in events. */
const LONGEST_NAME = 256

/**
 * Tells the session what calls of tools were: for each a `tool_call`, and then the uses of capabilities that the tools
 * and the arguments say. All of it is a claim (event contract §9): its route is `tool`, its objects are known by texts,
 * and its run is this import's own, so that no rule ever joins it with what the kernel saw, nor lets it excuse that.
 */
export class CallTeller {
  readonly #session: Session
  readonly #table: ToolTable
  readonly #run: string | undefined
  readonly #agentGiven: boolean
  readonly #hosts: ToldHosts
  readonly #unknown = new Map<string, number>()
  #unresolved = 0
  #cut = 0
  #calls = 0
  #processes = 0

  constructor(session: Session, { tools, task, agent }: ImportOptions) {
    this.#session = session
    this.#table = tools ?? new ToolTable([])
    this.#run = task?.run
    this.#agentGiven = agent !== undefined
    this.#hosts = new ToldHosts(session)
  }

  get table(): ToolTable {
    return this.#table
  }

  tell(call: ToolCall): void {
    const host = this.#hosts.of(call.host)
    const meaning = this.#table.meaningOf(call.tool, call.server)
    if (meaning.kind === 'unknown') this.#miss(call.tool.slice(0, LONGEST_NAME))
    const occasion: Occasion = {
      process: this.#processOf(host, call),
      thread: undefined,
      began: call.began,
      ended: call.ended,
      syscall: undefined,
      outcome: call.outcome,
      reason: undefined,
    }
    const claim = this.#claimOf(call, meaning)
    this.#session.tell(occasion, { ...claim('called'), action: 'tool_call' })
    const said: Said = { call, host, table: this.#table, isFollowed: (path) => this.#followed(path) }
    let told = 0
    for (const [how, uses] of [
      ['called', usesOf(said, meaning.tool)],
      ['guessed', guessedUses(said, meaning.tool)],
    ] as const) {
      for (const use of uses) {
        if (++told > MOST_USES) this.#cut++
        else this.#use(occasion, use, claim(how))
      }
    }
  }

  /** Nothing more comes: what should be known of the whole log. */
  end(): void {
    const { complaints, reach } = this.#session
    const names = [...this.#unknown].sort((a, b) => b[1] - a[1]).slice(0, TOLD_NAMES)
    for (const [name, count] of names) {
      const shown = JSON.stringify(name)
      complaints.note(
        `event/${reach.name}-unknown-tool`,
        `no file of tools says what ${shown} does; calls of it, of which only guesses are told: ${count}`,
      )
    }
    if (this.#unresolved > 0) {
      const message = `rules on addresses miss destinations that have a name only; give the address under "hosts" in a file of tools; such sends: ${this.#unresolved}`
      complaints.note(`event/${reach.name}-unresolved`, message)
    }
    if (this.#cut > 0)
      complaints.note(
        `event/${reach.name}-cut`,
        `uses of calls that say more than ${MOST_USES} of them, not told: ${this.#cut}`,
      )
    if (this.#hosts.forgotten > 0)
      complaints.note(`event/${reach.name}-forgotten`, `hosts and agents that found no room: ${this.#hosts.forgotten}`)
  }

  #miss(name: string): void {
    if (this.#unknown.has(name) || this.#unknown.size < MOST_NAMES)
      this.#unknown.set(name, (this.#unknown.get(name) ?? 0) + 1)
  }

  #use(occasion: Occasion, use: Use, claim: Claim): void {
    if (use.destination?.domain !== undefined && use.to?.ip === undefined && use.action === 'network_send')
      this.#unresolved++
    const unknown = [...(claim.unknown ?? []), ...(use.unknown ?? [])]
    this.#session.tell(occasion, {
      ...use,
      ...claim,
      ...(unknown.length > 0 && { unknown }),
      detpack: { ...use.detpack, ...claim.detpack },
    })
  }

  #claimOf(call: ToolCall, meaning: Meaning): (how: 'called' | 'guessed') => Claim {
    const run = call.run ?? this.#run
    const name = call.tool.slice(0, LONGEST_NAME)
    const { id, name: agent } = call.agent ?? {}
    const tool = {
      call: `${this.#session.run.slice(0, 16)}-c${++this.#calls}`,
      ...(meaning.server !== undefined && { server: meaning.server.slice(0, LONGEST_NAME) }),
      ...(run !== undefined && { run }),
      ...(meaning.tool?.open === true && { open: true }),
    }
    const agentPart = {
      ...(id !== undefined && { id: id.slice(0, LONGEST_NAME) }),
      ...(agent !== undefined && { name: agent.slice(0, LONGEST_NAME) }),
    }
    const genAi = {
      ...(!this.#agentGiven && (id ?? agent) !== undefined && { agent: agentPart }),
      tool: { name, ...(call.id !== undefined && { call: { id: call.id.slice(0, LONGEST_NAME) } }) },
    }
    return (how) => ({
      route: 'tool',
      lasting: true,
      genAi,
      detpack: { tool: { ...tool, meaning: how === 'guessed' ? how : meaning.kind } },
      ...((how === 'guessed' || meaning.kind === 'guessed') && { unknown: ['event.action'] }),
    })
  }

  /** Who stands for the process: the results of all calls of a session come together in one. */
  #processOf(host: ToldHost, call: ToolCall): TracedProcess {
    const key = `${call.pid ?? 0} ${call.session}`
    const known = host.find(key)
    if (known !== undefined) return known
    const entityId = `${host.frame.run.slice(0, 16)}-a${++this.#processes}`
    return host.meet(key, { entityId, pid: call.pid ?? 0 })
  }

  #followed(path: string): boolean {
    const name = this.#session.classOf(undefined, path)
    return name !== undefined && this.#session.isFollowed(name)
  }
}

type Claim = Pick<Use, 'route' | 'lasting' | 'genAi' | 'unknown'> & { readonly detpack: Partial<UsePart<'detpack'>> }
