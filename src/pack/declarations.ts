import { existsSync } from 'node:fs'
import type { Task } from '../behaviour/task.ts'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Source, Span } from '../diagnostic/source.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import { parseYaml } from '../diagnostic/yaml.ts'
import type { Rule } from '../ir/rule.ts'
import { inPack, type Configuration } from './configuration.ts'
import { findFiles, readSources } from './files.ts'
import { clauseOf } from './tasks.ts'

/** What an organisation is afraid of (rules/risks). */
export interface Risk {
  readonly id: string
  readonly title: string
  readonly owner: string
  readonly span: Span
}

const RISKS = 'rules/risks'

/** Reads the risks of a pack; outside a pack there are none. */
export function loadRisks(configuration: Configuration): { risks: Map<string, Risk>; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const risks = new Map<string, Risk>()
  for (const source of sourcesIn(RISKS, configuration, diagnostics)) {
    const risk = parseRisk(source, diagnostics)
    if (risk) risks.set(risk.id, risk)
  }
  return { risks, diagnostics }
}

/** What rules refer to and is not there. */
export function checkReferences(
  rules: readonly Rule[],
  tasks: ReadonlyMap<string, Task>,
  risks: ReadonlyMap<string, Risk>,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const grants = [...tasks.values()].flatMap((task) => task.grants.map((grant) => `${task.name}/${grant.id}`))
  for (const rule of rules) {
    for (const risk of rule.governance.risk) {
      if (risks.has(risk)) continue
      const hint = didYouMean(risk, risks.keys()) ?? `write ${RISKS}/${risk}.yml`
      diagnostics.push(
        error('pack/unknown-risk', `"${rule.title}" names the risk "${risk}", which is not there`, rule.span, { hint }),
      )
    }
    if (rule.governance.grant !== null && clauseOf(rule, tasks) === undefined) {
      const hint = didYouMean(rule.governance.grant, grants)
      const message = `"${rule.title}" names the grant "${rule.governance.grant}", which no task has`
      diagnostics.push(error('pack/unknown-grant', message, rule.span, { hint }))
    }
  }
  return diagnostics
}

function sourcesIn(folder: string, configuration: Configuration, diagnostics: Diagnostic[]): Source[] {
  const below = inPack(configuration, folder)
  if (configuration.file === null || !existsSync(below)) return []
  const found = findFiles([below], ['.yml', '.yaml'])
  const read = readSources(found.files)
  diagnostics.push(...read.diagnostics)
  return read.sources
}

function parseRisk(source: Source, diagnostics: Diagnostic[]): Risk | undefined {
  const parsed = parseYaml(source)
  diagnostics.push(...parsed.diagnostics)
  const root = parsed.documents[0]?.root
  if (root?.kind !== 'map') return undefined
  const reader = new MapReader(root, 'pack', 'a risk', diagnostics)
  reader.require('id', 'title', 'owner', 'why')
  const [id, title, owner] = [reader.text('id'), reader.text('title'), reader.text('owner')]
  reader.text('why')
  reader.finish()
  return id !== undefined && title !== undefined && owner !== undefined
    ? { id, title, owner, span: root.span }
    : undefined
}
