import { parseMicros } from '../recording/told-time.ts'
import { told, toldList, toldNumber, toldObject, toldText, type ToldObject } from '../recording/told-json.ts'

/** A call of a tool, with the uses that its log says it was. */
export interface Call {
  /** The `tool_call`. */
  readonly event: ToldObject
  /** `detpack.tool.call`. */
  readonly key: string
  readonly run: string | undefined
  readonly host: string | undefined
  readonly pid: number | undefined
  /** Whole microseconds; a call without a result goes on. */
  readonly began: number
  readonly ended: number
  readonly open: boolean
  readonly succeeded: boolean
  readonly claims: Claim[]
}

/** One use that a call is said to be. */
export interface Claim {
  readonly event: ToldObject
  readonly action: string
  /** A path that is not sure is a tail: of a relative path, or below some home. */
  readonly path: string | undefined
  readonly sure: boolean
  readonly from: string | undefined
  readonly ip: string | undefined
  readonly port: number | undefined
  /** A name without an address: which one it was nobody can say. */
  readonly named: boolean
  /** It must have been seen, if it is true. */
  readonly needed: boolean
  seen: boolean
}

/** What the events of agents' logs say; undefined for one that is of another source. */
export function callOf(event: ToldObject): Call | undefined {
  const tool = toldObject(toldObject(event, 'detpack'), 'tool')
  const key = toldText(tool, 'call')
  const time = parseMicros(toldText(event, '@timestamp'))
  const head = toldObject(event, 'event')
  if (key === undefined || time === undefined || toldText(head, 'action') !== 'tool_call') return undefined
  const unknown = toldList(toldObject(event, 'detpack'), 'unknown')
  const pid = toldNumber(toldObject(event, 'process'), 'pid')
  const host = toldText(toldObject(event, 'host'), 'name')
  return {
    event,
    key,
    run: toldText(tool, 'run'),
    host: host === 'unknown' ? undefined : host,
    pid: pid === 0 ? undefined : pid,
    began: parseMicros(toldText(head, 'start')) ?? time,
    ended: unknown.includes('@timestamp') ? Infinity : time,
    open: told(tool, 'open') === true,
    succeeded: toldText(head, 'outcome') === 'success',
    claims: [],
  }
}

/** The call and the claim that an event is; undefined where it is none. */
export function claimOf(event: ToldObject): { readonly key: string; readonly claim: Claim } | undefined {
  const own = toldObject(event, 'detpack')
  const key = toldText(toldObject(own, 'tool'), 'call')
  const head = toldObject(event, 'event')
  const action = toldText(head, 'action')
  if (key === undefined || action === undefined || action === 'tool_call') return undefined
  const unknown = toldList(own, 'unknown')
  const path = toldText(toldObject(event, 'file'), 'path')
  const end = toldObject(event, action === 'network_receive' ? 'source' : 'destination')
  const ip = toldText(end, 'ip')
  const sure = !unknown.includes('file.path')
  const object = action.startsWith('network_') ? ip : action === 'process_exec' ? 'any' : sure ? path : undefined
  const declared = toldText(toldObject(own, 'tool'), 'meaning') === 'declared'
  return {
    key,
    claim: {
      event,
      action,
      path,
      sure,
      from: toldText(toldObject(own, 'file'), 'previous_path'),
      ip,
      port: toldNumber(end, 'port'),
      named: action.startsWith('network_') && ip === undefined,
      needed:
        declared && object !== undefined && action !== 'network_receive' && toldText(head, 'outcome') === 'success',
      seen: false,
    },
  }
}

/** As an analyst reads it: `file_read /etc/motd`. */
export function claimText({ action, path, ip, port, event }: Claim): string {
  const end =
    ip === undefined ? undefined : port === undefined ? ip : ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
  const object = path ?? end ?? toldText(toldObject(event, 'process'), 'command_line')
  return object === undefined ? action : `${action} ${object}`
}
