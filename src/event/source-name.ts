/** Logs in which agents tell of the tools that they called. */
export const AGENT_FORMATS = ['mcp', 'otel', 'jsonl'] as const

/** What is imported: recordings, logs of other sensors, and what agents say of themselves. */
export const IMPORT_FORMATS = ['strace', 'auditd', 'tetragon', 'falco', 'sysmon', ...AGENT_FORMATS] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

/** What events may come from. */
export const SOURCES = ['sensor', ...IMPORT_FORMATS] as const
export type SourceName = (typeof SOURCES)[number]
