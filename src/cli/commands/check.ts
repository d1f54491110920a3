import packageJson from '../../../package.json' with { type: 'json' }
import { byPlace, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Time } from '../../event/record.ts'
import type { SourceName } from '../../event/source-name.ts'
import { checkExceptions } from '../../govern/exception/check.ts'
import type { Exception } from '../../govern/exception/exception.ts'
import type { ServiceProfile } from '../../govern/profile/profile.ts'
import { checkSigned } from '../../govern/review/check.ts'
import { allowedOf } from '../../govern/risk/allowed.ts'
import { checkAllowed } from '../../govern/risk/check.ts'
import { rulesReach } from '../../mapping/rule-reach.ts'
import { checkCompleteness } from '../../pack/completeness.ts'
import { checkReferences } from '../../pack/declarations.ts'
import { loadReviewLog } from '../review-log.ts'
import type { Shared } from '../shared.ts'
import { tryExceptions } from '../exception-trial.ts'
import { ExitCode } from '../exit-code.ts'
import { loadExceptions, loadRisks } from '../governance.ts'
import { baselineRecords, exceptionRecords } from '../history.ts'
import { checkTasksOf } from '../grant-use.ts'
import { exitCodeOf } from '../report.ts'
import { optimizeLater } from '../patience.ts'
import { filesOfPack } from '../../pack/rules.ts'
import { taskFiles } from '../../pack/tasks.ts'
import { loadMappedRules, type MappedRules } from '../packs.ts'
import { loadOwnProfiles } from '../profiles.ts'
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

/**
 * What only rules of a pack can be asked for: the tasks and risks they name, what people need who get the alert, and what is
 * allowed: for which risk, by whose approval, and for how long.
 */
function ofPack(loaded: MappedRules): Diagnostic[] {
  const { selected, configuration, tasks } = loaded
  const isOfPack = filesOfPack(configuration)
  const own = selected.filter((rule) => isOfPack(rule.span.source.name))
  if (own.length === 0) return []
  const now = Date.now() as Time
  const { risks, diagnostics } = loadRisks(configuration)
  const profiles = loadOwnProfiles(configuration)
  const exceptions = loadExceptions(configuration)
  const isTaskFile = taskFiles(configuration)
  const written = own.filter((rule) => !isTaskFile(rule.span.source.name))
  return [
    ...diagnostics,
    ...checkReferences(own, tasks, risks),
    ...checkCompleteness(written, configuration),
    ...profiles.diagnostics,
    ...checkAllowed(allowedOf(tasks.values(), profiles.profiles), risks, now),
    ...exceptions.diagnostics,
    ...ofExceptions(exceptions.exceptions, loaded, now),
    ...ofReviews(loaded, exceptions.exceptions, profiles.profiles, now),
  ]
}

/** Exceptions name any rules of the pack, whatever was asked for. */
function ofExceptions(
  exceptions: readonly Exception[],
  { configuration, mapping }: MappedRules,
  now: Time,
): Diagnostic[] {
  if (exceptions.length === 0) return []
  const whole = loadMappedRules([], mapping.name, { start: configuration.root })
  return [...checkExceptions(exceptions, whole.selected, now), ...tryExceptions(exceptions, whole)]
}

/** Whether the review log is whole, and what it says of what is allowed and excepted. */
function ofReviews(
  { configuration }: MappedRules,
  exceptions: readonly Exception[],
  profiles: readonly ServiceProfile[],
  now: Time,
): readonly Diagnostic[] {
  if (configuration.file === null) return []
  const { log, reviews } = loadReviewLog(configuration)
  const [excepted, allowed] = [exceptionRecords(exceptions, configuration), baselineRecords(profiles, configuration)]
  return [...log.diagnostics, ...reviews.diagnostics, ...checkSigned(excepted, allowed, reviews.approvals, now)]
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
