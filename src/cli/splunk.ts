import { renderConf, type Stanza } from '../artifact/splunk/conf.ts'
import { macros } from '../artifact/splunk/macro.ts'
import { savedSearch, sameName, type SplunkArtifact } from '../artifact/splunk/saved-search.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Rule } from '../ir/rule.ts'
import type { CompiledRule } from './compilation.ts'
import type { MappedRules } from './packs.ts'

export interface SplunkFiles {
  /** File name → content, for the folder `default` of an app. */
  readonly files: ReadonlyMap<string, string>
  /** Of the rules that Splunk cannot keep, why. */
  readonly refused: ReadonlyMap<CompiledRule, readonly Diagnostic[]>
  readonly diagnostics: readonly Diagnostic[]
}

/** What an administrator has to know beside the settings. */
const ABOUT_MEMORY = `# A search holds the events that its rule matches in memory. When the job inspector says that mvexpand cut its results
# off, alerts may be missing: raise max_mem_usage_mb under [mvexpand] in limits.conf, or run the search more often.

`

/** The configuration files that put compiled rules into Splunk: scheduled searches and the macros they call. */
export function splunkFiles(loaded: MappedRules, compiled: readonly CompiledRule[]): SplunkFiles {
  const { base } = loaded.configuration.splunk
  const searches = new Map<string, Stanza>()
  const kept: Rule[] = []
  const refused = new Map<CompiledRule, readonly Diagnostic[]>()
  const diagnostics: Diagnostic[] = []
  for (const each of compiled) {
    const made = artifactOf(loaded, each, searches)
    diagnostics.push(...made.diagnostics)
    if (made.kind === 'refused') refused.set(each, made.diagnostics)
    else {
      searches.set(made.search.name, made.search)
      kept.push(each.rule)
    }
  }
  const files = new Map([
    ['savedsearches.conf', `${ABOUT_MEMORY}${renderConf([...searches.values()])}`],
    ['macros.conf', renderConf(macros(base, kept))],
  ])
  return { files, refused, diagnostics }
}

function artifactOf(
  { configuration, mapping, program }: MappedRules,
  { rule, query }: CompiledRule,
  searches: ReadonlyMap<string, Stanza>,
): SplunkArtifact {
  const field = (name: string): ReturnType<typeof mapping.field> => mapping.field(name)
  const made = savedSearch(rule, program, query, { pack: configuration.name, base: configuration.splunk.base, field })
  if (made.kind === 'refused' || !searches.has(made.search.name)) return made
  return { kind: 'refused', diagnostics: [...made.diagnostics, sameName(rule)] }
}
