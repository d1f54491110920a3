import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface HecOptions {
  readonly token?: string
  /** The token has indexer acknowledgement. */
  readonly acknowledges?: boolean
  readonly disabled?: boolean
  readonly indexes?: readonly string[]
  /** Events that it cannot read. */
  readonly wrong?: (event: Record<string, unknown>) => boolean
  /** Largest body after unpacking, bytes. */
  readonly largest?: number
}

/** What the stand-in does in place of its own answer, once for each. */
export type HecFault =
  /** Nothing is taken. */
  | { readonly kind: 'status'; readonly status: number; readonly code?: number; readonly text?: string }
  /** The connection is cut before anything is taken. */
  | { readonly kind: 'drop' }
  /** Everything is taken, and the connection is cut. */
  | { readonly kind: 'lose' }
  /** It is taken and never acknowledged. */
  | { readonly kind: 'unacknowledged' }

export interface Hec {
  readonly url: string
  /** `event.id` of each event that was taken, in order; doubles are there twice. */
  readonly ids: string[]
  readonly envelopes: Record<string, unknown>[]
  readonly faults: HecFault[]
  /** Events of the largest batch. */
  largest: number
  /** Requests to the event endpoint. */
  requests: number
  /** Forgets channels and acknowledgements, as a restart does. */
  readonly restart: () => void
  readonly close: () => Promise<void>
}

export const HEC_TOKEN = '11111111-2222-3333-4444-555555555555'

interface Said {
  readonly status: number
  readonly body: Record<string, unknown>
}

const say = (status: number, text: string, code: number, more: Record<string, unknown> = {}): Said => ({
  status,
  body: { text, code, ...more },
})

/**
 * Splunk's HTTP Event Collector as its documentation describes it: `/services/collector/event` and `/ack`, token and
 * channel, codes, `invalid-event-number`, and acknowledgements that are told once.
 */
export async function startHec(options: HecOptions = {}): Promise<Hec> {
  const { token = HEC_TOKEN, acknowledges = false, disabled = false, indexes = ['main', 'detpack'] } = options
  const ids: string[] = []
  const envelopes: Record<string, unknown>[] = []
  const faults: HecFault[] = []
  const hec: Partial<Hec> = { ids, envelopes, faults, requests: 0, largest: 0 }
  let channels = new Map<string, { next: number; ready: Set<number> }>()

  /** Takes the events of a body, up to the first that is wrong. */
  const take = (text: string): Said | undefined => {
    if (text.trim() === '') return say(400, 'No data', 5)
    const events = objectsIn(text)
    hec.largest = Math.max(hec.largest ?? 0, events.length)
    for (const [number, event] of events.entries()) {
      const place = { 'invalid-event-number': number }
      if (event === undefined || options.wrong?.(event) === true) return say(400, 'Invalid data format', 6, place)
      if (!('event' in event)) return say(400, 'Event field is required', 12, place)
      if (event['event'] === '') return say(400, 'Event field cannot be blank', 13, place)
      if ('time' in event && !Number.isFinite(Number(event['time'])))
        return say(400, 'Error in handling indexed fields', 15, place)
      if ('index' in event && !indexes.includes(String(event['index'])))
        return say(400, 'Incorrect index', 7, { 'invalid-event-number': number + 1 })
      envelopes.push(event)
      ids.push((event['event'] as { event?: { id?: string } }).event?.id ?? '')
    }
    return undefined
  }

  const authorize = (request: IncomingMessage): Said | undefined => {
    const given = request.headers.authorization
    if (given === undefined) return say(401, 'Token is required', 2)
    if (!given.startsWith('Splunk ')) return say(401, 'Invalid authorization', 3)
    if (given !== `Splunk ${token}`) return say(403, 'Invalid token', 4)
    return disabled ? say(403, 'Token disabled', 1) : undefined
  }

  const channelOf = (request: IncomingMessage, url: URL): string | undefined => {
    const named = request.headers['x-splunk-request-channel'] ?? url.searchParams.get('channel') ?? undefined
    return typeof named === 'string' ? named : undefined
  }

  const answer = (request: IncomingMessage, url: URL, body: string, fault: HecFault | undefined): Said => {
    const refused = authorize(request)
    if (refused !== undefined) return refused
    const channel = channelOf(request, url)
    if (url.pathname === '/services/collector/ack') {
      if (!acknowledges) return say(400, 'ACK is disabled', 14)
      if (channel === undefined) return say(400, 'Data channel is missing', 10)
      const { acks } = JSON.parse(body) as { acks: number[] }
      const ready = channels.get(channel)?.ready ?? new Set()
      // True is told once.
      return { status: 200, body: { acks: Object.fromEntries(acks.map((id) => [id, ready.delete(id)])) } }
    }
    if (url.pathname !== '/services/collector/event' && url.pathname !== '/services/collector')
      return { status: 404, body: { text: 'The requested URL was not found on this server.', code: 404 } }
    if (acknowledges && channel === undefined) return say(400, 'Data channel is missing', 10)
    if (channel !== undefined && !/^[0-9a-f-]{36}$/i.test(channel)) return say(400, 'Invalid data channel', 11)
    const wrong = take(body)
    if (wrong !== undefined) return wrong
    if (!acknowledges || channel === undefined) return say(200, 'Success', 0)
    const known = channels.get(channel) ?? { next: 0, ready: new Set<number>() }
    channels.set(channel, known)
    const ackId = known.next++
    if (fault?.kind !== 'unacknowledged') known.ready.add(ackId)
    return say(200, 'Success', 0, { ackId })
  }

  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('error', () => undefined)
    request.on('end', () => {
      const whole = Buffer.concat(pieces)
      const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole
      const url = new URL(request.url ?? '/', 'http://stand-in')
      const toEvents = !url.pathname.endsWith('/ack')
      if (toEvents) hec.requests = (hec.requests ?? 0) + 1
      const fault = toEvents ? faults.shift() : undefined
      if (fault?.kind === 'drop') return void request.socket.destroy()
      let said: Said
      if (fault?.kind === 'status')
        said = {
          status: fault.status,
          body: fault.code === undefined ? {} : { text: fault.text ?? 'x', code: fault.code },
        }
      else if (options.largest !== undefined && bytes.length > options.largest) said = { status: 413, body: {} }
      else said = answer(request, url, bytes.toString('utf8'), fault)
      if (fault?.kind === 'lose') return void request.socket.destroy()
      response.writeHead(said.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(said.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(hec, {
    restart: () => (channels = new Map()),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }) as Hec
}

/** JSON objects one after the other; undefined stands for what is none, and ends the list. */
export function objectsIn(text: string): (Record<string, unknown> | undefined)[] {
  const found: (Record<string, unknown> | undefined)[] = []
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at] ?? '')) {
      at++
      continue
    }
    const end = endOfObject(text, at)
    try {
      found.push(JSON.parse(text.slice(at, end)) as Record<string, unknown>)
    } catch {
      return [...found, undefined]
    }
    at = end
  }
  return found
}

function endOfObject(text: string, from: number): number {
  let depth = 0
  let quoted = false
  for (let at = from; at < text.length; at++) {
    const one = text[at]
    if (quoted) {
      if (one === '\\') at++
      else if (one === '"') quoted = false
    } else if (one === '"') quoted = true
    else if (one === '{') depth++
    else if (one === '}' && --depth === 0) return at + 1
  }
  return text.length
}
