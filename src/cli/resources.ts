import { hasErrors } from '../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import { decodeResources } from '../event/resource-file.ts'
import type { ResourceTable } from '../event/resource.ts'
import { inPack } from '../pack/configuration.ts'
import { readSources } from '../pack/files.ts'
import { loadUsableConfiguration } from './packs.ts'
import { packaged } from './package-root.ts'
import { Unusable } from './unusable.ts'

/** The classes of paths: the file that was named, else the pack's, else those that come with detpack. */
export function loadResources(named: string | undefined): ResourceTable {
  const configuration = loadUsableConfiguration('.')
  const own = inPack(configuration, configuration.resources)
  const file = named ?? (configuration.file === null ? packaged('rules', 'resources.yml') : own)
  const { sources, diagnostics } = readSources([file])
  const decoded = sources[0] && decodeResources(sources[0])
  const all = [...diagnostics, ...(decoded?.diagnostics ?? [])]
  if (decoded?.table === undefined || hasErrors(all)) throw new Unusable(all.map(renderDiagnostic).join('\n'))
  return decoded.table
}
