import { anyMicros } from '../recording/told-time.ts'
import { isToldObject, told, toldList, toldObject, toldText, type ToldObject } from '../recording/told-json.ts'

/** A JSON-RPC message, and what the line around it says. */
export interface Enveloped {
  readonly message: ToldObject
  /** Whole microseconds. */
  readonly time: number | undefined
  /** What tells the ids of one conversation from those of another: its session, else the server. */
  readonly connection: string
  /** The server, as the log names it. */
  readonly server: string | undefined
  /** Who sent it, where the line says so. */
  readonly from: 'client' | 'server' | undefined
}

/** Keys under which an envelope keeps a message, or what holds one. */
const HOLDERS = [
  'message',
  'msg',
  'body',
  'data',
  'payload',
  'rpc',
  'jsonrpc',
  'content',
  'postData',
  'text',
  'request',
  'response',
]
const TIMES = ['time', 'timestamp', 'ts', '@timestamp', 'startedDateTime']
const DEEPEST = 4
/** A body with more messages than this is cut. */
const MOST_MESSAGES = 1000

/** The line of a client's log: `2026-01-01T00:00:00.000Z [files] [info] Message from client: {…}`. */
const LOGGED = /^(\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d)) (?:\[([^\]]{1,100})\] )?[^{]{0,200}$/
const SAID_BY = /\bfrom (client|server)\b/i

/** Messages of a line, in order. */
export function envelopedIn(object: ToldObject, prefix: string): readonly Enveloped[] {
  const logged = LOGGED.exec(prefix.trimEnd())
  const found: Enveloped[] = []
  const server = /^(?:info|debug|warn|error)$/i.test(logged?.[2] ?? '') ? undefined : logged?.[2]
  const outer: Outer = {
    time: anyMicros(logged?.[1]),
    connection: server ?? '',
    server,
    from: senderOf(SAID_BY.exec(prefix)?.[1]),
  }
  search(object, outer, 0, found)
  return found
}

type Outer = Omit<Enveloped, 'message'>

function search(object: ToldObject, outer: Outer, depth: number, found: Enveloped[]): void {
  if (found.length >= MOST_MESSAGES) return
  if (isMessage(object)) {
    found.push({ ...inner(object, outer, depth), message: object })
    return
  }
  if (depth >= DEEPEST) return
  const here = inner(object, outer, depth)
  for (const key of HOLDERS) {
    const value = told(object, key)
    if (value === undefined) continue
    const within = key === 'request' ? sent(here, object) : key === 'response' ? answered(here, object) : here
    for (const one of objectsIn(value)) search(one, within, depth + 1, found)
  }
}

/** What an envelope adds to what stands around it. A message has no time of its own but where it is the whole line. */
function inner(object: ToldObject, outer: Outer, depth: number): Outer {
  const time = TIMES.map((key) => anyMicros(told(object, key))).find((one) => one !== undefined)
  const named = toldText(object, 'server')
  const session = toldText(object, 'sessionId') ?? toldText(object, 'session') ?? sessionIn(object)
  const direction = toldText(object, 'direction') ?? toldText(object, 'dir') ?? toldText(object, 'from')
  return {
    time: depth > 0 && isMessage(object) ? outer.time : (time ?? outer.time),
    connection: session ?? named ?? outer.connection,
    server: named ?? outer.server,
    from: senderOf(direction) ?? outer.from,
  }
}

function sent(outer: Outer, exchange: ToldObject): Outer {
  const session = sessionIn(toldObject(exchange, 'request')) ?? sessionIn(toldObject(exchange, 'response'))
  return { ...outer, connection: session ?? outer.connection, from: 'client' }
}

/** An entry of a HAR file has the milliseconds that the exchange took in `time`. */
function answered(outer: Outer, exchange: ToldObject): Outer {
  const took = told(exchange, 'time')
  const begun = anyMicros(told(exchange, 'startedDateTime'))
  const ended =
    begun !== undefined && typeof took === 'number' && took >= 0 && took < 1e9
      ? begun + Math.round(took * 1000)
      : undefined
  return { ...sent(outer, exchange), time: ended ?? outer.time, from: 'server' }
}

/** The session that a request names in its headers: a map, or a list of names and values. */
function sessionIn(object: ToldObject | undefined): string | undefined {
  const map = toldObject(object, 'headers')
  for (const key of Object.keys(map ?? {})) if (key.toLowerCase() === 'mcp-session-id') return toldText(map, key)
  for (const header of toldList(object, 'headers')) {
    if (isToldObject(header) && toldText(header, 'name')?.toLowerCase() === 'mcp-session-id')
      return toldText(header, 'value')
  }
  return undefined
}

function senderOf(text: string | undefined): 'client' | 'server' | undefined {
  const first =
    /^(?:from[-_ ])?(client|server|request|response|outgoing|incoming|sent|received|send|recv|out|in)\b/i.exec(
      text ?? '',
    )?.[1]
  if (first === undefined) return undefined
  return /^(?:client|request|out|sen)/i.test(first) ? 'client' : 'server'
}

function isMessage(object: ToldObject): boolean {
  if (toldText(object, 'jsonrpc') !== undefined || typeof told(object, 'method') === 'string') {
    return typeof told(object, 'url') !== 'string'
  }
  return told(object, 'id') !== undefined && (toldObject(object, 'result') ?? toldObject(object, 'error')) !== undefined
}

/** What a value holds: an object, a batch of them, JSON as a text, or a stream of server-sent events. */
function objectsIn(value: unknown): readonly ToldObject[] {
  if (isToldObject(value)) return [value]
  if (Array.isArray(value)) return value.filter(isToldObject)
  if (typeof value !== 'string') return []
  const text = value.trim()
  if (text.startsWith('{') || text.startsWith('[')) return parsed(text)
  if (!/^(?:event|data|id|retry|):/m.test(text)) return []
  return text.split('\n').flatMap((line) => (line.startsWith('data:') ? parsed(line.slice(5)) : []))
}

function parsed(text: string): readonly ToldObject[] {
  try {
    const value: unknown = JSON.parse(text)
    return isToldObject(value) ? [value] : Array.isArray(value) ? value.filter(isToldObject) : []
  } catch {
    return []
  }
}
