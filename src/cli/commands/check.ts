import packageJson from '../../../package.json' with { type: 'json' }
import { byPlace, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { SourceName } from '../../event/source-name.ts'
import { rulesReach } from '../../mapping/rule-reach.ts'
import { checkCompleteness } from '../../pack/completeness.ts'
import { checkReferences, loadRisks } from '../../pack/declarations.ts'
import type { Shared } from '../shared.ts'
import { ExitCode } from '../exit-code.ts'
import { checkTasksOf } from '../grant-use.ts'
import { exitCodeOf } from '../report.ts'
import { optimizeLater } from '../patience.ts'
import { filesOfPack } from '../../pack/rules.ts'
import { taskFiles } from '../../pack/tasks.ts'
import { loadMappedRules, type MappedRules } from '../packs.ts'
import { checkProfileRisks, loadOwnProfiles } from '../profiles.ts'
import { loadReach } from '../reaches.ts'
import { countFindings, type Findings } from '../render/check/findings.ts'
import { renderGithub } from '../render/check/github.ts'
import { renderJson } from '../render/check/json.ts'
import { renderSarif } from '../render/check/sarif.ts'
import { countVerdicts, type SourceFindings } from '../render/check/source.ts'
import { renderText } from '../render/check/text.ts'
import { paintFor, produce } from '../terminal.ts'

export interface CheckOptions {
  readonly format: 'text' | 'json' | 'sarif' | 'github'
  readonly strict?: boolean
  readonly mapping?: string
  readonly pipeline?: readonly string[]
  readonly events?: readonly string[]
  readonly source?: SourceName
}

export async function check(shared: Shared, paths: readonly string[], options: CheckOptions): Promise<ExitCode> {
  optimizeLater()
  const { mapping, pipeline: pipelines, source } = options
  const loaded = loadMappedRules(paths, mapping, { unmappedElsewhere: source === undefined, pipelines })
  const diagnostics = [...loaded.diagnostics, ...ofPack(loaded), ...checkTasksOf(loaded, options.events ?? [])]
  const findings: Findings = {
    diagnostics: diagnostics.sort(byPlace),
    files: loaded.files.length,
    rules: loaded.selected.length,
    ...(options.source !== undefined && { source: await ofSource(options.source, loaded) }),
  }
  await produce(renderAs(options.format, findings, shared))
  const strictly = options.strict === true && isDoubtful(findings) ? ExitCode.no : ExitCode.ok
  return exitCodeOf(diagnostics) || strictly
}

function isDoubtful({ diagnostics, source }: Findings): boolean {
  if (countFindings(diagnostics).warnings > 0) return true
  return source !== undefined && countVerdicts(source.rules).able < source.rules.length
}

/** Of rules that are there to be named by others, only if there are no others. */
async function ofSource(name: SourceName, { program, selected }: MappedRules): Promise<SourceFindings> {
  const alone = selected.filter((rule) => rule.alone)
  const reach = await loadReach(name)
  return { reach, rules: rulesReach(program, alone.length > 0 ? alone : selected, reach) }
}

/** What only rules of a pack can be asked for: the tasks and risks they name, and what people need who get the alert. */
function ofPack({ selected, configuration, tasks }: MappedRules): Diagnostic[] {
  const isOfPack = filesOfPack(configuration)
  const own = selected.filter((rule) => isOfPack(rule.span.source.name))
  if (own.length === 0) return []
  const { risks, diagnostics } = loadRisks(configuration)
  const profiles = loadOwnProfiles(configuration)
  const isTaskFile = taskFiles(configuration)
  const written = own.filter((rule) => !isTaskFile(rule.span.source.name))
  return [
    ...diagnostics,
    ...checkReferences(own, tasks, risks),
    ...checkCompleteness(written, configuration),
    ...profiles.diagnostics,
    ...checkProfileRisks(profiles.profiles, risks),
  ]
}

function renderAs(format: CheckOptions['format'], findings: Findings, shared: Shared): string {
  switch (format) {
    case 'text':
      return renderText(findings, paintFor(process.stdout, shared.color))
    case 'json':
      return renderJson(findings)
    case 'sarif':
      return renderSarif(findings, packageJson.version)
    case 'github':
      return renderGithub(findings)
  }
}
