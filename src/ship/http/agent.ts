import http from 'node:http'
import https from 'node:https'
import { isIP, type Socket } from 'node:net'
import tls from 'node:tls'
import type { ReadyDestination } from '../../target/destination.ts'

/** How requests reach a destination: over which agent, to which host, and what is to be said to a proxy. */
export interface Way {
  readonly agent: http.Agent
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** The path that a request is for, given that at the destination. */
  readonly path: (path: string) => string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Opens the way to a destination, by its proxy if it has one; TLS is with the destination itself in either case.
 *
 * @param patience of whoever asks for a connection, ms; a proxy that does not answer is left a little before that
 */
export function wayTo(to: ReadyDestination, connections: number, patience: number): Way {
  const url = new URL(to.base)
  const secure = url.protocol === 'https:'
  const port = portOf(url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const common = { keepAlive: true, maxSockets: connections }
  const trust = {
    ...(to.ca !== null && { ca: to.ca }),
    ...to.certificate,
    ...(to.insecure && { rejectUnauthorized: false }),
  }
  const below = url.pathname === '/' ? '' : url.pathname
  const path = (rest: string): string => `${below}${rest}`
  if (to.proxy === null) {
    const agent = secure ? new https.Agent({ ...common, ...trust }) : new http.Agent(common)
    return { agent, secure, host, port, path, headers: { host: url.host } }
  }
  const proxy = new URL(to.proxy)
  if (secure)
    return { agent: tunnel(proxy, url, patience, common, trust), secure, host, port, path, headers: { host: url.host } }
  const agent = proxy.protocol === 'https:' ? new https.Agent(common) : new http.Agent(common)
  return {
    ...{ agent, secure: proxy.protocol === 'https:', host: proxy.hostname, port: portOf(proxy) },
    path: (rest) => `${url.origin}${path(rest)}`,
    headers: { host: url.host, ...credentials(proxy) },
  }
}

/** An agent whose connections go through the proxy by CONNECT. */
function tunnel(
  proxy: URL,
  to: URL,
  patience: number,
  common: http.AgentOptions,
  trust: tls.ConnectionOptions,
): https.Agent {
  const agent = new https.Agent({ ...common, ...trust })
  const ask = proxy.protocol === 'https:' ? https.request : http.request
  const place = `${to.hostname}:${portOf(to)}`
  // Whose certificate it must be. An address is no name of a server that TLS could ask for.
  const host = to.hostname.replace(/^\[|\]$/g, '')
  const peer = { host, ...(isIP(host) === 0 && { servername: host }) }
  const connect = (_options: unknown, done: (problem: Error | null, socket?: Socket) => void): void => {
    const asking = ask({
      signal: AbortSignal.timeout(0.9 * patience),
      ...{ host: proxy.hostname, port: portOf(proxy), method: 'CONNECT', path: place },
      headers: { host: place, ...credentials(proxy) },
    })
    asking.on('connect', (answer, socket) => {
      if (answer.statusCode === 200) return done(null, tls.connect({ ...trust, ...peer, socket }))
      socket.destroy()
      done(new Error(`the proxy refuses the connection (status ${answer.statusCode ?? 0})`))
    })
    asking.on('error', (problem) => {
      const isLeft = problem.name === 'AbortError'
      done(new Error(isLeft ? 'the proxy does not answer' : `the proxy: ${problem.message}`))
    })
    asking.end()
  }
  return Object.assign(agent, { createConnection: connect })
}

function credentials(proxy: URL): Record<string, string> {
  const { username, password } = proxy
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
}
