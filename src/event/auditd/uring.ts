import type { Session } from '../recording/session.ts'
import type { Occasion, Use } from '../recording/use.ts'
import type { AuditHost } from './host.ts'
import { RawCall } from './raw-call.ts'
import type { AuditRecord } from './record.ts'

/** Operations of io_uring that name a file, by number (linux/io_uring.h): what they do. */
const OPERATIONS: ReadonlyMap<number, readonly [name: string, action: Use['action']]> = new Map([
  [18, ['openat', 'file_open']],
  [28, ['openat2', 'file_open']],
  [35, ['renameat', 'file_rename']],
  [36, ['unlinkat', 'file_delete']],
  [37, ['mkdirat', 'file_create']],
  [38, ['symlinkat', 'file_create']],
  [39, ['linkat', 'file_create']],
  [16, ['connect', 'network_connect']],
])

/** A request over io_uring (URINGOP). It has no registers: what it was about is in PATH and SOCKADDR only. */
export function tellRing(
  session: Session,
  host: AuditHost,
  record: AuditRecord,
  records: readonly AuditRecord[],
  occasion: Occasion,
): void {
  const [name, action] = OPERATIONS.get(record.fields.number('uring_op') ?? -1) ?? []
  if (name === undefined || action === undefined) return session.ignore('URINGOP')
  const { process } = occasion
  const directory = records.find((one) => one.type === 'CWD')?.fields.text('cwd')
  if (directory?.startsWith('/')) process.cwd = directory
  const at: Occasion = { ...occasion, syscall: name }
  const raw = new RawCall(record.fields, records, host.trace, process)
  if (action === 'network_connect') {
    const to = raw.address?.endpoint
    return session.tell(at, { action, route: 'io_uring', to, inward: false, unknown: ['detpack.object.id'] })
  }
  const path = host.trace.path(process, raw.path())
  const object = path?.startsWith('/') && at.outcome === 'success' ? host.trace.objects.named(path) : undefined
  session.tell(at, {
    action,
    route: 'io_uring',
    object,
    path,
    unknown: ['detpack.descriptor.flags', ...(object ? [] : ['detpack.object.id'])],
  })
  if (action === 'file_delete' && object && path !== undefined) host.trace.objects.remove(path)
}
