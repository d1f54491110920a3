import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { decodePipeline } from '../mapping/pipeline/decode.ts'
import type { Pipeline } from '../mapping/pipeline/pipeline.ts'
import { findFiles, readSources } from './files.ts'

/** Processing pipelines from files, and from every YAML file below a folder. */
export function loadPipelines(paths: readonly string[]): { pipelines: Pipeline[]; diagnostics: Diagnostic[] } {
  if (paths.length === 0) return { pipelines: [], diagnostics: [] }
  const found = findFiles(paths, ['.yml', '.yaml'])
  const { sources, diagnostics } = readSources(found.files)
  const decoded = sources.map(decodePipeline)
  return {
    pipelines: decoded.flatMap(({ pipeline }) => (pipeline === undefined ? [] : [pipeline])),
    diagnostics: [...found.diagnostics, ...diagnostics, ...decoded.flatMap((one) => one.diagnostics)],
  }
}
