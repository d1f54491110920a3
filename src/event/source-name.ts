/** What is imported: recordings, and logs of other sensors. */
export const IMPORT_FORMATS = ['strace', 'auditd', 'tetragon', 'falco', 'sysmon'] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

/** What events may come from. */
export const SOURCES = ['sensor', ...IMPORT_FORMATS] as const
export type SourceName = (typeof SOURCES)[number]
