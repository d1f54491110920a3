import type { Importer, ImportOptions } from '../event/recording/importer.ts'
import type { ImportFormat } from '../event/source-name.ts'

/** What `import` reads, and how each is made; loaded when it is asked for. */
const IMPORTERS = {
  strace: async () => (await import('../event/strace/importer.ts')).StraceImporter,
  auditd: async () => (await import('../event/auditd/importer.ts')).AuditdImporter,
  tetragon: async () => (await import('../event/tetragon/importer.ts')).TetragonImporter,
  falco: async () => (await import('../event/falco/importer.ts')).FalcoImporter,
  sysmon: async () => (await import('../event/sysmon/importer.ts')).SysmonImporter,
  mcp: async () => (await import('../event/mcp/importer.ts')).McpImporter,
  otel: async () => (await import('../event/otel/importer.ts')).OtelImporter,
  jsonl: async () => (await import('../event/jsonl/importer.ts')).JsonlImporter,
} as const satisfies Record<ImportFormat, () => Promise<new (options: ImportOptions) => Importer>>

export function isImportFormat(text: string): text is ImportFormat {
  return Object.hasOwn(IMPORTERS, text)
}

export async function loadImporter(format: ImportFormat): Promise<new (options: ImportOptions) => Importer> {
  return IMPORTERS[format]()
}
