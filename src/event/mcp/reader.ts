import type { LineReader } from '../recording/line-importer.ts'
import type { SplitLine } from '../recording/line-splitter.ts'
import type { Session } from '../recording/session.ts'
import { isToldObject, told, toldObject, toldText, type ToldObject } from '../recording/told-json.ts'
import type { CallTeller } from '../tool/teller.ts'
import { envelopedIn, type Enveloped } from './envelope.ts'

/** More calls than this do not wait for their results at once. */
const MOST_WAITING = 65_536
/** More servers than this are not told apart by what they say of themselves. */
const MOST_SERVERS = 4096
/** What some clients write behind each line. */
const TAIL = / \{ metadata: [^{}]{0,100} \}$/

/** A call without its result. */
interface Waiting {
  readonly tool: string
  readonly arguments: ToldObject | undefined
  readonly id: string
  readonly began: number
  readonly connection: string
  readonly server: string | undefined
}

/** The messages of a log, one line after the other. */
export class McpReader implements LineReader {
  readonly #session: Session
  readonly #teller: CallTeller
  readonly #waiting = new Map<string, Waiting>()
  /** What a server calls itself, by its connection. */
  readonly #servers = new Map<string, string>()
  #agent: string | undefined
  #time: number | undefined

  constructor(session: Session, teller: CallTeller) {
    this.#session = session
    this.#teller = teller
  }

  take(line: SplitLine): void {
    const text = line.text.replace(TAIL, '')
    const start = text.search(/[[{](?=\s*["[{\]}])/)
    if (start < 0) {
      if (text.trim() !== '') this.#session.ignore('text')
      return
    }
    const objects = parsed(text.slice(start))
    if (objects === undefined) {
      const hint = 'a message is one line of JSON; of a HAR file import the entries: jq -c ".log.entries[]"'
      return this.#session.complaints.skip('event/mcp-json', 'this is no JSON', line, start, hint)
    }
    const messages = objects.flatMap((object) => envelopedIn(object, text.slice(0, start)))
    if (messages.length === 0) this.#session.ignore('JSON without a message')
    for (const one of messages) this.#message(one, line)
  }

  end(): void {
    for (const waiting of this.#waiting.values()) this.#tell(waiting, undefined, 'unknown')
    this.#teller.end()
  }

  #message(one: Enveloped, line: SplitLine): void {
    const { message, connection } = one
    if (one.time !== undefined) this.#time = one.time
    const method = toldText(message, 'method')
    if (method !== undefined) {
      if (method === 'tools/call' || method === 'resources/read') return this.#call(method, one, line)
      if (method === 'notifications/cancelled') return this.#cancel(message, connection)
      if (method === 'initialize') this.#agent ??= toldText(clientIn(message), 'name')
      return this.#session.ignore(method.slice(0, 64))
    }
    if (one.from === 'client') return this.#session.ignore('answer of the client')
    this.#answer(message, connection)
  }

  #call(method: string, { message, connection, server }: Enveloped, line: SplitLine): void {
    const params = toldObject(message, 'params')
    const tool = method === 'tools/call' ? toldText(params, 'name') : method
    const id = idOf(told(message, 'id'))
    if (tool === undefined || id === undefined) return this.#session.ignore('call without a name or an id')
    if (this.#time === undefined) {
      const hint = 'record each message with its time: {"time":"2026-01-01T00:00:00Z","message":{…}}'
      return this.#session.complaints.skip('event/mcp-time', 'nothing says when this call was made', line, 0, hint)
    }
    const given = method === 'tools/call' ? toldObject(params, 'arguments') : params
    const key = keyOf(connection, id)
    const before = this.#waiting.get(key)
    if (before !== undefined) this.#leave(key, before)
    this.#waiting.set(key, { tool, arguments: given, id: id.slice(2), began: this.#time, connection, server })
    if (this.#waiting.size <= MOST_WAITING) return
    for (const [oldest, waiting] of this.#waiting) return this.#leave(oldest, waiting)
  }

  #answer(message: ToldObject, connection: string): void {
    const id = idOf(told(message, 'id'))
    const result = toldObject(message, 'result')
    const named = toldText(toldObject(result, 'serverInfo'), 'name')
    if (named !== undefined && this.#servers.size < MOST_SERVERS) this.#servers.set(connection, named)
    const key = id === undefined ? undefined : keyOf(connection, id)
    const waiting = key === undefined ? undefined : this.#waiting.get(key)
    if (key === undefined || waiting === undefined) return this.#session.ignore('other result')
    this.#waiting.delete(key)
    const failed = told(message, 'error') !== undefined || told(result, 'isError') === true
    this.#tell(waiting, this.#time, failed ? 'failure' : 'success')
  }

  /** Whether it was done before it was cancelled nobody says. */
  #cancel(message: ToldObject, connection: string): void {
    const id = idOf(told(toldObject(message, 'params'), 'requestId'))
    const key = id === undefined ? undefined : keyOf(connection, id)
    const waiting = key === undefined ? undefined : this.#waiting.get(key)
    if (key === undefined || waiting === undefined) return this.#session.ignore('notifications/cancelled')
    this.#waiting.delete(key)
    this.#tell(waiting, this.#time, 'unknown')
  }

  #leave(key: string, waiting: Waiting): void {
    this.#waiting.delete(key)
    this.#tell(waiting, undefined, 'unknown')
  }

  #tell(waiting: Waiting, ended: number | undefined, outcome: 'success' | 'failure' | 'unknown'): void {
    const { connection, server, began, ...call } = waiting
    this.#teller.tell({
      ...call,
      server: this.#servers.get(connection) ?? server,
      began,
      ended: ended === undefined ? undefined : Math.max(began, ended),
      outcome,
      agent: this.#agent === undefined ? undefined : { name: this.#agent },
      session: '',
    })
  }
}

function clientIn(message: ToldObject): ToldObject | undefined {
  return toldObject(toldObject(message, 'params'), 'clientInfo')
}

/** JSON-RPC: a text or a number, and `1` is not `"1"`. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'number') return `n ${value}`
  return typeof value === 'string' && value.length <= 1024 ? `t ${value}` : undefined
}

function keyOf(connection: string, id: string): string {
  return `${id} ${connection}`
}

function parsed(text: string): readonly ToldObject[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isToldObject(value) ? [value] : Array.isArray(value) ? value.filter(isToldObject) : []
  } catch {
    return undefined
  }
}
