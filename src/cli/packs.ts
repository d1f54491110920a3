import path from 'node:path'
import { hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import type { Program, Rule } from '../ir/rule.ts'
import { mappingNamed, mappings } from '../mapping/mappings.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import { DEFAULTS, inPack, loadConfiguration, type Configuration } from '../pack/configuration.ts'
import { applyPipelines } from '../mapping/pipeline/apply.ts'
import { placeholdersOf } from '../mapping/pipeline/placeholders.ts'
import { loadPipelines } from '../pack/pipelines.ts'
import { filesOfPack, loadRules, type LoadedRules } from '../pack/rules.ts'
import { APPROVED, baselineRules, loadBaselines } from './baselines.ts'
import { Unusable } from './unusable.ts'

/** The rules a command works on, mapped to the events. */
export interface MappedRules {
  readonly configuration: Configuration
  readonly mapping: Mapping
  readonly program: Program
  /** What was asked for, of the mapped program. */
  readonly selected: readonly Rule[]
  readonly files: readonly string[]
  /** Files of the processing pipelines that the rules went through, those of the pack first. */
  readonly pipelines: readonly string[]
  /** All tasks of the pack. */
  readonly tasks: LoadedRules['tasks']
  /** Of reading and of mapping. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface LoadOptions {
  /** Where the pack is looked for when no rules are named; the working folder unless given. */
  readonly start?: string | undefined
  /**
   * Rules that lie outside the pack are left unmapped unless a mapping is named: they need not be about events that
   * this pack knows.
   */
  readonly unmappedElsewhere?: boolean
  /** Processing pipelines that rules go through first; with any, rules are left unmapped unless a mapping is named. */
  readonly pipelines?: readonly string[] | undefined
}

/** Reads and maps the rules that a command was given; without any, those of the pack. */
export function loadMappedRules(
  paths: readonly string[],
  mappingName: string | undefined,
  { start = '.', unmappedElsewhere = false, pipelines: named = [] }: LoadOptions = {},
): MappedRules {
  const configuration = loadUsableConfiguration(paths[0] ?? start)
  const through = [...configuration.pipelines.map((each) => inPack(configuration, each)), ...named]
  const { pipelines, diagnostics: ofPipelines } = loadPipelines(through)
  if (hasErrors(ofPipelines)) throw new Unusable(ofPipelines.map(renderDiagnostic).join('\n'))
  const loaded = withBaselines(
    loadRules(paths, configuration, { placeholders: placeholdersOf(pipelines) }),
    paths,
    configuration,
  )
  const elsewhere = paths.length > 0 && !loaded.files.some(filesOfPack(configuration))
  const unmapped = named.length > 0 || (unmappedElsewhere && elsewhere)
  const mapping = chooseMapping(mappingName ?? (unmapped ? 'none' : configuration.mapping))
  const processed = pipelines.length > 0 ? applyPipelines(loaded.program, pipelines) : undefined
  const mapped = mapping.mapProgram(processed?.program ?? loaded.program)
  const wanted = new Set(loaded.selected.map((rule) => rule.id))
  const given = new Set(loaded.files)
  return {
    configuration: storing(configuration, mapping),
    mapping,
    program: mapped.program,
    selected: [...mapped.program.rules.values()].filter((rule) => wanted.has(rule.id)),
    files: loaded.files,
    pipelines: through,
    get tasks() {
      return loaded.tasks
    },
    diagnostics: [
      ...ofPipelines,
      ...loaded.diagnostics,
      ...[...(processed?.diagnostics ?? []), ...mapped.diagnostics].filter(
        (one) => one.span === undefined || given.has(one.span.source.name),
      ),
    ],
  }
}

/** The baselines of a pack are among its rules where the whole pack is meant, or a folder in which they lie. */
function withBaselines(loaded: LoadedRules, paths: readonly string[], configuration: Configuration): LoadedRules {
  const folder = inPack(configuration, APPROVED)
  const holds = (each: string): boolean => !path.relative(path.resolve(each), folder).startsWith('..')
  if ((paths.length > 0 && !paths.some(holds)) || configuration.file === null) return loaded
  const own = loadBaselines(configuration)
  const { rules, diagnostics } = baselineRules(own, loaded.tasks, configuration)
  if (own.files.length === 0) return loaded
  return {
    ...loaded,
    program: { rules: new Map([...loaded.program.rules, ...rules.map((rule) => [rule.id, rule] as const)]) },
    selected: [...loaded.selected, ...rules],
    files: [...loaded.files, ...own.files],
    diagnostics: [...loaded.diagnostics, ...own.diagnostics, ...diagnostics],
  }
}

/** The configuration with the place of the mapping's events where it says nothing else. */
function storing(configuration: Configuration, { store }: Mapping): Configuration {
  const { elastic, splunk } = configuration
  const index = elastic.index === DEFAULTS.elastic.index ? (store?.elasticIndex ?? elastic.index) : elastic.index
  const base = splunk.base === DEFAULTS.splunk.base ? (store?.splunkBase ?? splunk.base) : splunk.base
  return { ...configuration, elastic: { ...elastic, index }, splunk: { ...splunk, base } }
}

/** What was asked for alerts; what is only named by it does not. */
export function selectedProgram(loaded: MappedRules): Program {
  const selected = new Set(loaded.selected.map((rule) => rule.id))
  const rules = new Map<Rule['id'], Rule>()
  for (const [id, rule] of loaded.program.rules) rules.set(id, selected.has(id) ? rule : { ...rule, alone: false })
  return { rules }
}

/** The configuration that holds for a path; one with a mistake in it is not used at all. */
export function loadUsableConfiguration(start: string): Configuration {
  const { configuration, diagnostics } = loadConfiguration(start)
  if (hasErrors(diagnostics)) throw new Unusable(diagnostics.map(renderDiagnostic).join('\n'))
  return configuration
}

function chooseMapping(name: string): Mapping {
  const mapping = mappingNamed(name)
  if (mapping !== undefined) return mapping
  const hint = didYouMean(
    name,
    mappings.map((each) => each.name),
  )
  throw new Unusable(`there is no mapping "${name}"${hint === undefined ? '' : `; ${hint}`}`)
}
