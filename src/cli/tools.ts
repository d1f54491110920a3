import { existsSync } from 'node:fs'
import { hasErrors } from '../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import { decodeTools } from '../event/tool/tool-file.ts'
import { ToolTable } from '../event/tool/tool-table.ts'
import { inPack, TOOLS_FILE } from '../pack/configuration.ts'
import { readSources } from '../pack/files.ts'
import { packaged } from './package-root.ts'
import { loadUsableConfiguration } from './packs.ts'
import { Unusable } from './unusable.ts'

/** What tools mean: by the files that were named, then by the pack, then by what comes with detpack. */
export function loadTools(named: readonly string[]): ToolTable {
  const configuration = loadUsableConfiguration('.')
  const own = inPack(configuration, TOOLS_FILE)
  const shipped = packaged('rules', 'tools.yml')
  const files = [...named, ...(configuration.file !== null && existsSync(own) ? [own] : []), shipped]
  const { sources, diagnostics } = readSources([...new Set(files)])
  const decoded = sources.map(decodeTools)
  const all = [...diagnostics, ...decoded.flatMap((one) => one.diagnostics)]
  if (hasErrors(all)) throw new Unusable(all.map(renderDiagnostic).join('\n'))
  return new ToolTable(decoded.flatMap((one) => one.file ?? []))
}
