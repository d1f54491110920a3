import { parseMicros } from '../recording/told-time.ts'
import { toldNumber, toldObject, toldText, type ToldObject } from '../recording/told-json.ts'
import type { Claim } from './claim.ts'

/** A use that the sensor saw, as far as it is compared with what calls say. */
export interface SeenUse {
  readonly action: string
  /** Whole microseconds. */
  readonly time: number
  readonly path: string | undefined
  readonly class: string | undefined
  readonly previous: string | undefined
  /** Where sendfile and its relatives took from. */
  readonly source: { readonly path: string | undefined; readonly class: string | undefined } | undefined
  readonly ip: string | undefined
  readonly port: number | undefined
  /** A stream that the process opened itself: its connection was told. */
  readonly ownConnection: boolean
}

/** Undefined for what did not happen, and for events without a time. */
export function seenUseOf(event: ToldObject): SeenUse | undefined {
  const head = toldObject(event, 'event')
  const action = toldText(head, 'action')
  const time = parseMicros(toldText(event, '@timestamp'))
  const outcome = toldText(head, 'outcome')
  if (action === undefined || time === undefined) return undefined
  if (outcome !== 'success' && !(outcome === 'unknown' && action === 'network_connect')) return undefined
  const own = toldObject(event, 'detpack')
  const source = toldObject(toldObject(own, 'source'), 'object')
  const end = toldObject(event, action === 'network_receive' || action === 'network_accept' ? 'source' : 'destination')
  const origin = toldText(toldObject(own, 'descriptor'), 'origin')
  return {
    action,
    time,
    path: toldText(toldObject(event, 'file'), 'path'),
    class: toldText(toldObject(own, 'object'), 'class'),
    previous: toldText(toldObject(own, 'file'), 'previous_path'),
    source: source && { path: toldText(source, 'path'), class: toldText(source, 'class') },
    ip: toldText(end, 'ip'),
    port: toldNumber(end, 'port'),
    ownConnection:
      toldText(toldObject(event, 'network'), 'transport') === 'tcp' && (origin === 'opened' || origin === 'duplicated'),
  }
}

const TAKINGS: ReadonlySet<string> = new Set(['file_read', 'file_map', 'descriptor_receive', 'descriptor_take'])
const CHANGES: ReadonlySet<string> = new Set([
  'file_write',
  'file_create',
  'file_delete',
  'file_rename',
  'file_attribute',
])
const SYSTEM: ReadonlySet<string> = new Set(['module_load', 'bpf_use', 'audit_change', 'process_inspect'])

/**
 * What needs a call: the same uses that need a grant of a task, and for the same reason (`behaviour/not-granted.ts`).
 * Everything else programs do all day.
 */
export function needsCall(use: SeenUse, isFollowed: (className: string) => boolean): boolean {
  if (use.source?.class !== undefined && isFollowed(use.source.class)) return true
  if (TAKINGS.has(use.action)) return use.class !== undefined && isFollowed(use.class)
  if (CHANGES.has(use.action)) return use.class !== undefined
  if (use.action === 'network_send') return isBeyond(use.ip) && !use.ownConnection
  if (use.action === 'network_connect' || use.action === 'network_listen') return isBeyond(use.ip)
  return SYSTEM.has(use.action)
}

function isBeyond(ip: string | undefined): boolean {
  return ip !== undefined && !ip.startsWith('127.') && ip !== '::1'
}

/** The actions by which what was claimed is done. Who reads or writes a file opens it, and may map it. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  file_open: ['file_open', 'file_read', 'file_map'],
  file_read: ['file_open', 'file_read', 'file_map'],
  file_write: ['file_open', 'file_write', 'file_create', 'file_rename', 'file_attribute', 'file_map', 'file_delete'],
  file_create: ['file_open', 'file_write', 'file_create', 'file_attribute'],
  file_delete: ['file_delete'],
  file_rename: ['file_rename'],
  file_attribute: ['file_open', 'file_attribute'],
  process_exec: ['process_exec'],
  network_connect: ['network_connect', 'network_send'],
  network_send: ['network_connect', 'network_send'],
  network_receive: ['network_receive'],
}

/** How a claim accounts for a use: `yes`, or `perhaps` where the claim has only a name; undefined: not at all. */
export function accountsFor(claim: Claim, use: SeenUse): 'yes' | 'perhaps' | undefined {
  if (claim.action === 'file_read' && isThat(claim, use.source?.path)) return 'yes'
  if (WAYS[claim.action]?.includes(use.action) !== true) return undefined
  if (claim.action === 'process_exec') return 'yes'
  if (claim.action.startsWith('network_')) {
    if (claim.named) return claim.port === undefined || claim.port === use.port ? 'perhaps' : undefined
    return claim.ip === use.ip && (claim.port === undefined || use.port === undefined || claim.port === use.port)
      ? 'yes'
      : undefined
  }
  if (claim.action === 'file_rename') return isThat(claim, use.path) || claim.from === use.previous ? 'yes' : undefined
  // Who writes a file whole or not at all writes another beside it, and renames that.
  if (claim.action === 'file_write' && claim.sure && use.path?.startsWith(`${claim.path ?? '\0'}.`)) return 'yes'
  return isThat(claim, use.path) ? 'yes' : undefined
}

function isThat({ path, sure }: Claim, seen: string | undefined): boolean {
  if (path === undefined || seen === undefined) return false
  if (path === seen) return true
  if (sure) return false
  const tail = path.startsWith('/home/~/') ? path.slice('/home/~'.length) : `/${path.replace(/^(?:\.?\/)+/, '')}`
  return tail.length > 1 && seen.endsWith(tail)
}
