import type { UsePart } from '../use-event.ts'
import type { InodeTold } from '../recording/object-table.ts'
import type { AuditRecord, Fields } from './record.ts'

/** One PATH record: a name that the call looked up, and what it was. */
export interface PathItem {
  readonly item: number
  /** As the program gave it; undefined for an object reached by a descriptor. */
  readonly name: string | undefined
  /** `PARENT`, `NORMAL`, `CREATE`, `DELETE`, or `UNKNOWN` where nothing was found. */
  readonly nametype: string
  readonly inode: Inode | undefined
  readonly owner: number | undefined
  readonly group: number | undefined
}

interface Inode extends InodeTold {
  /** The same for the same inode of a host. */
  readonly key: string
}

export function pathItems(records: readonly AuditRecord[]): readonly PathItem[] {
  const items = records.filter((record) => record.type === 'PATH').map(({ fields }) => pathItem(fields))
  return items.length < 2 ? items : items.sort((a, b) => a.item - b.item)
}

function pathItem(fields: Fields): PathItem {
  const owner = fields.number('ouid')
  const group = fields.number('ogid')
  return {
    item: fields.number('item') ?? 0,
    name: fields.text('name'),
    nametype: fields.raw('nametype') ?? 'UNKNOWN',
    inode: inodeOf(fields, owner, group),
    owner,
    group,
  }
}

function inodeOf(fields: Fields, owner: number | undefined, group: number | undefined): Inode | undefined {
  const number = fields.number('inode')
  const device = /^([0-9a-f]{1,8}):([0-9a-f]{1,8})$/i.exec(fields.raw('dev') ?? '')
  if (number === undefined || device === null) return undefined
  const mode = Number.parseInt(fields.raw('mode') ?? '', 8)
  const file: Partial<UsePart<'file'>> = {
    inode: String(number),
    device: `${Number.parseInt(device[1] ?? '0', 16)}:${Number.parseInt(device[2] ?? '0', 16)}`,
    ...(Number.isNaN(mode) ? {} : { mode: (mode & 0o7777).toString(8).padStart(4, '0') }),
    ...(owner !== undefined && { uid: String(owner) }),
    ...(group !== undefined && { gid: String(group) }),
  }
  return { key: `inode:${device[0]}:${number}`, kind: kindOf(mode), file }
}

/** By the file type in the mode (S_IFMT). A socket's file is a file: the object is the socket bound to it. */
function kindOf(mode: number): InodeTold['kind'] {
  switch (mode & 0o170000) {
    case 0o040000:
      return 'directory'
    case 0o020000:
    case 0o060000:
      return 'device'
    case 0o010000:
      return 'pipe'
    default:
      return 'file'
  }
}
