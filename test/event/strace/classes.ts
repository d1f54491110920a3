import { ResourceTable } from '../../../src/event/resource.ts'
import type { ImportOptions } from '../../../src/event/recording/importer.ts'
import { importStrace } from '../../../src/event/strace/importer.ts'
import type { UseEvent } from '../../../src/event/use-event.ts'

/** One followed class is enough for these tests. */
export const resources = new ResourceTable(
  [{ name: 'credential', meaning: 'keys', follow: true, paths: ['/k/'], except: [] }],
  [],
)

/** Events of lines as strace writes them; a line without a time gets one, a line without a process is of 7. */
export function eventsOf(text: string, options: Partial<ImportOptions> = {}): readonly UseEvent[] {
  return imported(text, options).events
}

export function imported(text: string, options: Partial<ImportOptions> = {}): ReturnType<typeof importStrace> {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim())
  const timed = lines.map((line, at) => {
    const [, pid = '7', rest = ''] = /^(?:(\d+) )?(.*)$/.exec(line) ?? []
    return /^\d+\.\d{6} /.test(rest) ? `${pid} ${rest}` : `${pid} 1000.${String(at).padStart(6, '0')} ${rest}`
  })
  return importStrace(`${timed.join('\n')}\n`, { name: 'x.strace', resources, ...options })
}

/** The actions with what they were done on. */
export function actionsOf(events: readonly UseEvent[]): readonly string[] {
  return events.map((event) => {
    const { action, outcome, reason } = event.event
    const what = event.file?.path ?? event.destination?.address ?? event.detpack.object?.kind ?? ''
    const failed = outcome === 'success' ? '' : ` ${reason ?? outcome}`
    return `${event.process.pid} ${action} ${what}${failed}`.trim()
  })
}
