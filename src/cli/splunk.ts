import { wishFor } from '../artifact/deployable.ts'
import { appFiles } from '../artifact/splunk/app.ts'
import { catalogue, CATALOGUE } from '../artifact/splunk/catalogue.ts'
import { renderConf, type Stanza } from '../artifact/splunk/conf.ts'
import { exceptionMacro } from '../artifact/splunk/exception-macro.ts'
import { macros, restMacro, signedMacro } from '../artifact/splunk/macro.ts'
import { restSearch, type Access } from '../artifact/splunk/rest-search.ts'
import { sameName, savedSearch } from '../artifact/splunk/saved-search.ts'
import { valueCollection, valueTable, valueTransform, type ValueLookup } from '../artifact/splunk/value-lookup.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Exception } from '../govern/exception/exception.ts'
import type { Rule } from '../ir/rule.ts'
import type { Configuration } from '../pack/configuration.ts'
import type { BlockedObject, Desired, DesiredObject } from '../target/object.ts'
import type { SplunkConnection } from '../target/splunk/connection.ts'
import { archiveOf } from './app-archive.ts'
import { backendFor } from './backends.ts'
import { compileRule, type CompiledRule } from './compilation.ts'
import { destinationOf, splunkLogin, type DestinationOptions } from './destination.ts'
import { exceptionsByRule, type RuleExceptions } from './exceptions.ts'
import type { MappedRules } from './packs.ts'
import { Unusable } from './unusable.ts'

/** Where Splunk is, as far as the command line says it. */
export interface SplunkTargetOptions extends DestinationOptions {
  readonly splunkd?: string
  readonly app?: string
}

/** What Splunk keeps of a pack. */
export interface SplunkContent {
  readonly searches: readonly { readonly rule: Rule; readonly search: Stanza }[]
  readonly macros: readonly Stanza[]
  /** What rules are not to see, as macros that their searches call. */
  readonly exceptions: readonly {
    readonly rule: Rule
    readonly exception: Exception
    readonly macro: Stanza
    readonly lists: readonly ValueLookup[]
  }[]
  /** Of the exceptions that SPL cannot say, why; their rules see more, not less. */
  readonly unsaid: ReadonlyMap<Exception, readonly Diagnostic[]>
  /** Of the rules that Splunk cannot keep, why. */
  readonly refused: ReadonlyMap<CompiledRule, readonly Diagnostic[]>
  readonly diagnostics: readonly Diagnostic[]
}

/** What an administrator has to know beside the settings. */
const ABOUT_MEMORY = `# A search holds the events that its rule matches in memory. When the job inspector says that mvexpand cut its results
# off, alerts may be missing: raise max_mem_usage_mb under [mvexpand] in limits.conf, or run the search more often.

`

/** The saved searches of compiled rules, and the macros that they call. What a target wants of a rule's status or level holds. */
export function splunkContent(
  loaded: MappedRules,
  compiled: readonly CompiledRule[],
  excepted: RuleExceptions,
): SplunkContent {
  const { configuration, mapping, program } = loaded
  const { base, rules } = configuration.splunk
  const searches = new Map<string, { readonly rule: Rule; readonly search: Stanza }>()
  const refused = new Map<CompiledRule, readonly Diagnostic[]>()
  const unsaid = new Map<Exception, readonly Diagnostic[]>()
  const exceptions: SplunkContent['exceptions'][number][] = []
  const diagnostics: Diagnostic[] = []
  for (const each of compiled) {
    const wish = wishFor(each.rule, rules)
    if (wish === 'none') continue
    const its = (excepted.get(each.rule.id) ?? []).flatMap((exception) => {
      const { stanza, lists, diagnostics: found } = exceptionMacro(exception, mapping)
      if (stanza === undefined) unsaid.set(exception, found)
      return stanza === undefined ? [] : [{ rule: each.rule, exception, macro: stanza, lists }]
    })
    const made = savedSearch(each.rule, program, each.query, {
      ...{ pack: configuration.name, base, access: accessOf(configuration), enabled: wish === 'enabled' },
      field: (name) => mapping.field(name),
      exceptions: its.map(({ macro }) => macro.name),
    })
    diagnostics.push(...made.diagnostics)
    if (made.kind === 'refused') refused.set(each, made.diagnostics)
    else if (searches.has(made.search.name)) {
      diagnostics.push(sameName(each.rule))
      refused.set(each, [sameName(each.rule)])
    } else {
      searches.set(made.search.name, { rule: each.rule, search: made.search })
      exceptions.push(...its)
    }
  }
  const kept = [...searches.values()]
  const plain = macros(
    base,
    kept.map(({ rule }) => rule),
  )
  return { searches: kept, macros: plain, exceptions, unsaid, refused, diagnostics }
}

/** The configuration files that put compiled rules into Splunk: file name → content, for the folder `default` of an app. */
export function splunkFiles(content: SplunkContent, configuration: Configuration): ReadonlyMap<string, string> {
  const all = [...content.macros, ...content.exceptions.map(({ macro }) => macro)]
  const signed = all.map((each) => signedMacro(each, configuration.name, accessOf(configuration)))
  const lists = content.exceptions.flatMap((each) => each.lists)
  return new Map([
    ['savedsearches.conf', `${ABOUT_MEMORY}${renderConf(content.searches.map(({ search }) => search))}`],
    ['macros.conf', renderConf(signed)],
    ...(lists.length > 0 ? [['transforms.conf', renderConf(lists.map(valueTransform))] as const] : []),
  ])
}

/** The tables that its lookups read: file name → content, for the folder `lookups` of an app. */
export function splunkTables(content: SplunkContent): ReadonlyMap<string, string> {
  const lists = content.exceptions.flatMap((each) => each.lists)
  return new Map(lists.map((each) => [`${each.name}.csv`, valueTable(each)]))
}

/** The archive of an app that holds the pack, whole. */
export function splunkApp(content: SplunkContent, configuration: Configuration): Buffer {
  const { name, version, splunk } = configuration
  if (!/^\d+\.\d+\.\d+$/.test(version))
    throw new Unusable(`an app has a version such as 1.2.3, and the pack "${version}"`)
  const app = { id: splunk.app, pack: name, version, access: accessOf(configuration), index: splunk.index }
  return archiveOf(splunk.app, appFiles(app, splunkFiles(content, configuration), splunkTables(content)))
}

/** What the pack wants of Splunk: a saved search for each rule that SPL can say, its exceptions, and the macros that it calls. */
export function desiredSplunk(loaded: MappedRules): { desired: Desired; diagnostics: Diagnostic[] } {
  const access = accessOf(loaded.configuration)
  const blocked: BlockedObject[] = []
  const compiled: CompiledRule[] = []
  const diagnostics: Diagnostic[] = []
  const leaveOut = ({ id, title }: Rule, found: readonly Diagnostic[]): void => {
    blocked.push({ kind: 'saved-search', id, title, reason: firstReason(found) })
  }
  for (const rule of loaded.selected.filter((each) => each.alone)) {
    if (wishFor(rule, loaded.configuration.splunk.rules) === 'none') continue
    const compilation = compileRule(loaded, rule, backendFor('spl'))
    diagnostics.push(...compilation.diagnostics.filter((one) => one.severity !== 'error'))
    if (compilation.kind === 'refused') leaveOut(rule, compilation.diagnostics)
    else compiled.push({ rule, query: compilation.query })
  }
  const excepted = exceptionsByRule(loaded)
  const content = splunkContent(loaded, compiled, excepted.exceptions)
  diagnostics.push(...excepted.diagnostics, ...content.diagnostics.filter((one) => one.severity !== 'error'))
  for (const [{ rule }, found] of content.refused) leaveOut(rule, found)
  for (const [{ id, title }, found] of content.unsaid)
    blocked.push({ kind: 'exception', id, title, reason: firstReason(found) })
  const rows = content.searches.map(({ rule, search }) => ({ rule, search: search.name }))
  const objects: readonly DesiredObject[] = [
    { kind: 'collection', id: CATALOGUE, title: CATALOGUE, version: null, content: catalogue(rows) },
    ...content.exceptions.flatMap(({ rule, lists }) =>
      lists.map((each) => ({
        ...({ kind: 'collection', id: each.name, title: each.title, version: null, rule: rule.id } as const),
        content: valueCollection(each),
      })),
    ),
    ...content.macros.map(({ name, settings }) => ({
      ...({ kind: 'macro', id: name, title: name, version: null } as const),
      content: restMacro({ name, settings }, access),
    })),
    ...content.exceptions.map(({ rule, exception, macro }) => ({
      ...({ kind: 'exception', id: macro.name, title: exception.title, version: null, rule: rule.id } as const),
      content: restMacro(macro, access),
    })),
    ...content.searches.map(({ rule, search }) => ({
      ...({ kind: 'saved-search', id: rule.id, title: rule.title, version: rule.governance.version ?? 1 } as const),
      content: restSearch(search, access),
    })),
  ]
  return { desired: { objects, blocked }, diagnostics }
}

function firstReason(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((one) => one.severity === 'error')
  const told = errors.length > 0 ? errors : diagnostics
  return [...new Set(told.map((one) => one.message))].slice(0, 2).join('; ')
}

function accessOf({ splunk }: Configuration): Access {
  return { sharing: splunk.sharing, read: splunk.read, write: splunk.write }
}

/** The address from the flag, the environment or detpack.yml; secrets from the environment, a file or standard input. */
export function splunkConnection(
  configuration: Configuration,
  options: SplunkTargetOptions,
  given: string | undefined,
): SplunkConnection {
  const { splunk } = configuration
  const url = options.splunkd ?? splunk.splunkd ?? undefined
  if (url === undefined) throw new Unusable('no address of Splunk: give --splunkd, or set it in detpack.yml')
  const splunkd = destinationOf(url, splunkLogin(configuration, given), splunk, configuration, options)
  return { splunkd, app: options.app ?? splunk.app }
}
