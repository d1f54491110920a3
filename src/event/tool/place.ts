import { internetEndpoint, type Endpoint } from '../recording/node.ts'
import type { ToolTable } from './tool-table.ts'

/** Where a call sends to, as far as it says so. */
export interface Place {
  readonly end: Endpoint
  /** The name that was said; absent where an address was. */
  readonly domain?: string
}

/** Longer ones are none. */
const LONGEST = 4096

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443, 'ftp:': 21 }

/** The destination of `https://host/…` and of `host`, `host:port`, `[::1]:port`; undefined for what is none. */
export function placeOf(text: string, table: ToolTable): Place | undefined {
  if (text.length > LONGEST) return undefined
  const written = text.includes('://') ? text : `detpack://${text}`
  if (!URL.canParse(written)) return undefined
  const url = new URL(written)
  if (url.protocol === 'file:' || url.protocol === 'data:') return undefined
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (name === '' || name.length > 253 || !/^[\w.:-]+$/.test(name)) return undefined
  const port = url.port === '' ? PORTS[url.protocol] : Number(url.port)
  return placeNamed(name.toLowerCase(), port, table)
}

function placeNamed(name: string, port: number | undefined, table: ToolTable): Place {
  const direct = internetEndpoint(name, port)
  if (direct !== undefined) return { end: direct }
  const address = table.hosts.get(name) ?? (name === 'localhost' ? '127.0.0.1' : undefined)
  const found = address === undefined ? undefined : internetEndpoint(address, port)
  return { end: found ?? { address: name, ...(port !== undefined && { port }) }, domain: name }
}

/** An absolute path, and whether it is sure from where. */
export interface ToldPath {
  readonly path: string
  readonly sure: boolean
}

/**
 * The path that a call names. What is relative is taken from the working directory, `~/` from the home; where nothing
 * says which, `~/` is below `/home/~`, so that it has the class it has in any home, and a relative path stays as it is.
 */
export function pathOf(text: string, cwd: string | undefined, table: ToolTable): ToldPath | undefined {
  const named = text.startsWith('file://') ? localPath(text) : text
  if (named === undefined || named === '' || named.length > LONGEST || named.includes('\0')) return undefined
  if (named.startsWith('/')) return { path: resolved(named), sure: true }
  if (named === '~' || named.startsWith('~/')) {
    return { path: resolved(`${table.home ?? '/home/~'}${named.slice(1)}`), sure: table.home !== null }
  }
  const from = cwd ?? table.cwd
  return from?.startsWith('/') ? { path: resolved(`${from}/${named}`), sure: true } : { path: named, sure: false }
}

function localPath(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  try {
    return decodeURIComponent(new URL(url).pathname)
  } catch {
    return undefined
  }
}

/** Without `.`, `..` and doubled `/`, as text: symbolic links stay. */
function resolved(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
