import { recordReader } from '../../../src/event/record-reader.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { Observer, type Observation } from '../../../src/govern/observed/observer.ts'

const toRecord = recordReader({})

/** Events of web.service on host a, a second apart; dotted names. */
export function events(...uses: readonly JsonObject[]): readonly EventRecord[] {
  return uses.map((use, i) =>
    toRecord(
      {
        '@timestamp': new Date(Date.UTC(2026, 0, 1, 0, 0, i)).toISOString(),
        'host.name': 'a',
        'service.name': 'web.service',
        'process.entity_id': 'main',
        'process.thread.id': 1,
        'process.executable': '/bin/web',
        'event.outcome': 'success',
        ...use,
      },
      i + 1,
    ),
  )
}

export const START: JsonObject = { 'event.action': 'process_exec' }
export const RELOAD: JsonObject = {
  'event.action': 'process_signal',
  'service.name': 'other.service',
  'process.entity_id': 'other',
  'detpack.signal': 'SIGHUP',
  'detpack.object.process.entity_id': 'main',
}

/** A Linux capability that was asked for. */
export function asked(name: string, call: string, granted = true): JsonObject {
  return {
    'event.action': 'privilege_use',
    'detpack.linux_capability': name,
    'detpack.granted': granted,
    'detpack.syscall': call,
  }
}

export function file(action: string, path: string, more: JsonObject = {}): JsonObject {
  return { 'event.action': action, 'file.path': path, ...more }
}

export function observed(...uses: readonly JsonObject[]): Observation {
  const observer = new Observer('web.service')
  for (const event of events(...uses)) observer.add(event)
  return observer.observation()
}
