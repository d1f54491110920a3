import type { JsonObject } from '../../event/field.ts'
import type { Stanza } from './conf.ts'
import { settingText } from './setting.ts'

/** Who may see and change what is deployed. */
export interface Access {
  /** `global`: Enterprise Security and other apps find it. */
  readonly sharing: 'app' | 'global'
  /** Roles; `*` is everybody. */
  readonly read: readonly string[]
  readonly write: readonly string[]
}

/** Enterprise Security finds what every app may see; `sc_admin` administers in Splunk Cloud. */
export const DEFAULT_ACCESS: Access = { sharing: 'global', read: ['*'], write: ['admin', 'sc_admin'] }

/** Settings that have another name over REST than in savedsearches.conf. */
const REST_NAMES: Readonly<Record<string, string>> = {
  enableSched: 'is_scheduled',
  counttype: 'alert_type',
  relation: 'alert_comparator',
  quantity: 'alert_threshold',
}

/**
 * A stanza as REST takes and gives it: under REST's names, with the enabled actions as one list (a single `action.x`
 * cannot be set there), and with its access under `acl.`.
 */
export function restSearch({ name, settings }: Stanza, access: Access): JsonObject {
  const actions: string[] = []
  const renamed = Object.entries(settings).flatMap(([key, value]) => {
    const action = /^action\.([^.]+)$/.exec(key)?.[1]
    const known = REST_NAMES[key] ?? key
    if (action === undefined) return [[known, settingText(known, value)] as const]
    if (value === '1') actions.push(action)
    return []
  })
  return { name, ...Object.fromEntries(renamed), actions: actions.sort().join(','), ...accessSettings(access) }
}

/** Access as settings, lists of roles in order. */
export function accessSettings({ sharing, read, write }: Access): JsonObject {
  return { 'acl.sharing': sharing, 'acl.read': roles(read), 'acl.write': roles(write) }
}

/** A list of roles in one normal form. */
export function roles(list: readonly string[]): string {
  return [...list].sort().join(',')
}
