import { readdirSync, readFileSync } from 'node:fs'
import { Source } from '../../src/diagnostic/source.ts'
import { AuditdImporter } from '../../src/event/auditd/importer.ts'
import { AUDITD_REACH } from '../../src/event/auditd/reach.ts'
import { FalcoImporter } from '../../src/event/falco/importer.ts'
import { FALCO_REACH } from '../../src/event/falco/reach.ts'
import { JsonlImporter } from '../../src/event/jsonl/importer.ts'
import { JSONL_REACH } from '../../src/event/jsonl/reach.ts'
import { McpImporter } from '../../src/event/mcp/importer.ts'
import { MCP_REACH } from '../../src/event/mcp/reach.ts'
import { OtelImporter } from '../../src/event/otel/importer.ts'
import { OTEL_REACH } from '../../src/event/otel/reach.ts'
import type { Reach } from '../../src/event/reach.ts'
import { importWhole, type Imported, type Importer, type ImportOptions } from '../../src/event/recording/importer.ts'
import { decodeResources } from '../../src/event/resource-file.ts'
import type { ResourceTable } from '../../src/event/resource.ts'
import { decodeTools } from '../../src/event/tool/tool-file.ts'
import { ToolTable } from '../../src/event/tool/tool-table.ts'
import type { ToolFile } from '../../src/event/tool/tool.ts'
import type { ImportFormat } from '../../src/event/source-name.ts'
import { StraceImporter } from '../../src/event/strace/importer.ts'
import { STRACE_REACH } from '../../src/event/strace/reach.ts'
import { SysmonImporter } from '../../src/event/sysmon/importer.ts'
import { SYSMON_REACH } from '../../src/event/sysmon/reach.ts'
import { TetragonImporter } from '../../src/event/tetragon/importer.ts'
import { TETRAGON_REACH } from '../../src/event/tetragon/reach.ts'

/** The classes of the pack. */
export const resources: ResourceTable = packResources()

/** What tools mean: by the pack, and some that only tests have. */
export const tools: ToolTable = new ToolTable([toolsIn('tool/tools.yml'), toolsIn('../../rules/tools.yml')])

export const IMPORTERS: Readonly<Record<ImportFormat, new (options: ImportOptions) => Importer>> = {
  strace: StraceImporter,
  auditd: AuditdImporter,
  tetragon: TetragonImporter,
  falco: FalcoImporter,
  sysmon: SysmonImporter,
  mcp: McpImporter,
  otel: OtelImporter,
  jsonl: JsonlImporter,
}

export const REACHES: Readonly<Record<ImportFormat, Reach>> = {
  strace: STRACE_REACH,
  auditd: AUDITD_REACH,
  tetragon: TETRAGON_REACH,
  falco: FALCO_REACH,
  sysmon: SYSMON_REACH,
  mcp: MCP_REACH,
  otel: OTEL_REACH,
  jsonl: JSONL_REACH,
}

export function importText(
  format: ImportFormat,
  text: string | Uint8Array,
  options: Partial<ImportOptions> = {},
): Imported {
  return importWhole(new IMPORTERS[format]({ name: `x.${format}`, resources, tools, ...options }), text)
}

/** The logs that tests of this importer have, by name: recorded and made by hand. */
export function logsOf(format: ImportFormat): ReadonlyMap<string, string> {
  const logs = new Map<string, string>()
  for (const folder of [`${format}/recordings/`, `${format}/samples/`]) {
    const at = new URL(folder, import.meta.url)
    for (const name of namesIn(at))
      if (!/\.(?:ndjson|md|c)$/.test(name)) logs.set(`${folder}${name}`, readFileSync(new URL(name, at), 'utf8'))
  }
  return logs
}

function namesIn(folder: URL): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function toolsIn(name: string): ToolFile {
  const { file, diagnostics } = decodeTools(new Source(name, readFileSync(new URL(name, import.meta.url), 'utf8')))
  if (!file) throw new Error(`${name}: ${diagnostics.map((one) => one.message).join('; ')}`)
  return file
}

function packResources(): ResourceTable {
  const file = new URL('../../rules/resources.yml', import.meta.url)
  const { table } = decodeResources(new Source('rules/resources.yml', readFileSync(file, 'utf8')))
  if (!table) throw new Error('rules/resources.yml has errors')
  return table
}
