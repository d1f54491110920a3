import type { Action } from '../../event/action.ts'
import type { Passage } from './lineage.ts'
import type { Use } from './use.ts'

/** Which classes may be learned, and what else learning needs to know of them. */
export interface Classes {
  /** A class that is not here is kept out, known or not. */
  readonly learnable: ReadonlySet<string>
}

/** Actions by which a path is used; a file is opened for one of them, and a map takes its data as a read does. */
const ON_PATHS: ReadonlyMap<Action, string> = new Map([
  ['file_read', 'file_read'],
  ['file_map', 'file_read'],
  ['file_write', 'file_write'],
  ['file_create', 'file_create'],
  ['file_delete', 'file_delete'],
  ['file_rename', 'file_rename'],
  ['file_attribute', 'file_attribute'],
])

export function usesPath({ capability }: Use): boolean {
  return capability !== null && ON_PATHS.has(capability)
}

/** `file_write account /etc/passwd`; `-` where the object has no class. Null: no path is used. */
export function objectName({ capability, objectClass, shape }: Use): string | null {
  if (capability === null || shape === null) return null
  const action = ON_PATHS.get(capability)
  return action === undefined ? null : `${action} ${objectClass === '' ? '-' : objectClass} ${shape}`
}

/** Where it is counted that an object was used. */
export function objectTable({ objectClass }: Use, { learnable }: Classes): 'object' | 'file' | 'withheld' {
  if (objectClass === '') return 'file'
  return learnable.has(objectClass) ? 'object' : 'withheld'
}

export function programName({ capability, shape }: Use): string | null {
  return capability === 'process_exec' ? shape : null
}

/** Where a use connects or sends to, beyond this host. */
export function destinationOf({ capability, destination }: Use): string | null {
  return capability === 'network_send' || capability === 'network_connect' ? destination : null
}

/** `personal > descriptor > tcp 198.51.100.10:443` */
export function flowName({ objectClass, way, sink }: Passage): string {
  return `${objectClass} > ${way} > ${sink}`
}
