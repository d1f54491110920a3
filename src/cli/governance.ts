import { existsSync } from 'node:fs'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import { parseException, type Exception } from '../govern/exception/exception.ts'
import { parseRisk, type Risk } from '../govern/risk/risk.ts'
import { inPack, type Configuration } from '../pack/configuration.ts'
import { findFiles, readSources } from '../pack/files.ts'
import { EXCEPTIONS } from '../pack/rules.ts'

const RISKS = 'rules/risks'

/** Reads the risks of a pack; outside a pack there are none. */
export function loadRisks(configuration: Configuration): {
  readonly risks: ReadonlyMap<string, Risk>
  readonly diagnostics: readonly Diagnostic[]
} {
  const { sources, diagnostics } = sourcesIn(RISKS, configuration)
  const risks = new Map<string, Risk>()
  for (const source of sources) {
    const { risk, diagnostics: found } = parseRisk(source)
    diagnostics.push(...found)
    const first = risk && risks.get(risk.id)
    if (first !== undefined) {
      const notes = [{ message: 'first here', span: first.span }]
      diagnostics.push(error('govern/duplicate-risk', `there are two risks "${first.id}"`, risk?.span, { notes }))
    } else if (risk !== undefined) risks.set(risk.id, risk)
  }
  return { risks, diagnostics }
}

/** Reads the exceptions of a pack, in the order of their files; those with a mistake are told of and left out. */
export function loadExceptions(configuration: Configuration): {
  readonly exceptions: readonly Exception[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const { sources, diagnostics } = sourcesIn(EXCEPTIONS, configuration)
  const parsed = sources.map(parseException)
  return {
    exceptions: parsed.flatMap(({ exception }) => exception ?? []),
    diagnostics: [...diagnostics, ...parsed.flatMap((each) => each.diagnostics)],
  }
}

function sourcesIn(folder: string, configuration: Configuration): { sources: Source[]; diagnostics: Diagnostic[] } {
  const below = inPack(configuration, folder)
  if (configuration.file === null || !existsSync(below)) return { sources: [], diagnostics: [] }
  const found = findFiles([below], ['.yml', '.yaml'])
  const read = readSources(found.files)
  return { sources: read.sources, diagnostics: [...found.diagnostics, ...read.diagnostics] }
}
