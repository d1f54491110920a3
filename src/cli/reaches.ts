import type { Reach } from '../event/reach.ts'
import type { SourceName } from '../event/source-name.ts'

/** How far each source of events reaches; loaded when it is asked for. */
const REACHES = {
  sensor: async () => (await import('../event/sensor-reach.ts')).SENSOR_REACH,
  strace: async () => (await import('../event/strace/reach.ts')).STRACE_REACH,
  auditd: async () => (await import('../event/auditd/reach.ts')).AUDITD_REACH,
  tetragon: async () => (await import('../event/tetragon/reach.ts')).TETRAGON_REACH,
  falco: async () => (await import('../event/falco/reach.ts')).FALCO_REACH,
  sysmon: async () => (await import('../event/sysmon/reach.ts')).SYSMON_REACH,
  mcp: async () => (await import('../event/mcp/reach.ts')).MCP_REACH,
  otel: async () => (await import('../event/otel/reach.ts')).OTEL_REACH,
  jsonl: async () => (await import('../event/jsonl/reach.ts')).JSONL_REACH,
} as const satisfies Record<SourceName, () => Promise<Reach>>

export async function loadReach(source: SourceName): Promise<Reach> {
  return REACHES[source]()
}
