import type { Occasion } from '../recording/use.ts'
import type { Session } from '../recording/session.ts'
import type { RawCall } from './raw-call.ts'
import { capabilityOfKey } from './rule-key.ts'

/** Ports from here on are free for all (net.ipv4.ip_unprivileged_port_start). */
const FIRST_FREE_PORT = 1024

/**
 * The keys of audit rules that stand for a Linux capability, as uses of it: granted when the call succeeded, refused
 * when it came back with EPERM, else not known. A rule sees a call and not the kernel's decision: a bind to a free port
 * and a chown by the owner that changes no owner need no Linux capability and are none.
 */
export function tellPrivileges(session: Session, occasion: Occasion, raw: RawCall): void {
  const keys = raw.fields.text('key')
  if (keys === undefined) return
  const told = new Set<string>()
  for (const key of keys.split('\u0001')) {
    const capability = capabilityOfKey(key)
    if (capability === undefined || told.has(capability.name)) continue
    const needed = isNeeded(capability.name, capability.detail, raw)
    if (needed === 'no') continue
    told.add(capability.name)
    tellPrivilege(session, occasion, capability.name, needed === 'yes' ? grantedBy(occasion) : undefined)
  }
}

/** @param granted undefined: not known */
export function tellPrivilege(
  session: Session,
  occasion: Occasion,
  capability: string,
  granted: boolean | undefined,
): void {
  const outcome = granted === undefined ? 'unknown' : granted ? 'success' : 'failure'
  session.tell(
    { ...occasion, outcome, reason: outcome === 'failure' ? (occasion.reason ?? 'EPERM') : undefined },
    {
      action: 'privilege_use',
      detpack: { linux_capability: capability, ...(granted !== undefined && { granted }) },
      ...(granted === undefined && { unknown: ['detpack.granted'] }),
    },
  )
}

function grantedBy(occasion: Occasion): boolean | undefined {
  if (occasion.outcome === 'success') return true
  return occasion.reason === 'EPERM' ? false : undefined
}

function isNeeded(capability: string, detail: string, raw: RawCall): 'yes' | 'no' | 'unknown' {
  switch (capability) {
    case 'CAP_NET_BIND_SERVICE': {
      const port = raw.address?.endpoint?.port
      if (port === undefined) return 'unknown'
      return port > 0 && port < FIRST_FREE_PORT ? 'yes' : 'no'
    }
    case 'CAP_CHOWN':
      return chownNeeds(raw)
    case 'CAP_SETPCAP':
      // Raising an ambient capability needs none; the key gives the context.
      return detail === 'ambient_raise' ? 'unknown' : 'yes'
    default:
      return 'yes'
  }
}

/** -1 leaves an owner or a group as it is. */
function chownNeeds(raw: RawCall): 'yes' | 'no' | 'unknown' {
  const item = raw.items.find((one) => one.nametype === 'NORMAL' && one.owner !== undefined)
  if (item === undefined) return 'unknown'
  const first = raw.name === 'fchownat' ? 2 : 1
  const [owner, group] = [raw.int(first), raw.int(first + 1)]
  const caller = raw.fields.number('fsuid') ?? raw.fields.number('euid')
  if (caller !== item.owner || (owner !== -1 && owner !== item.owner)) return 'yes'
  if (group === -1 || group === item.group || group === raw.fields.number('fsgid')) return 'no'
  // To another of the caller's groups needs nothing, and which these are no record tells.
  return 'unknown'
}
