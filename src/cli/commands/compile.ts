import path from 'node:path'
import type { Backend, Language } from '../../backend/backend.ts'
import { hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { printable } from '../../diagnostic/frame.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { Rule } from '../../ir/rule.ts'
import type { Configuration } from '../../pack/configuration.ts'
import { rulesNamed } from '../../pack/rules.ts'
import { compileRule, type CompiledRule } from '../compilation.ts'
import type { Shared } from '../shared.ts'
import type { ExitCode } from '../exit-code.ts'
import { loadBackends, TARGET_LANGUAGES } from '../languages.ts'
import { loadMappedRules, type MappedRules } from '../packs.ts'
import { optimizeLater } from '../patience.ts'
import { plural } from '../render/plural.ts'
import { renderQueries, renderQuery } from '../render/query.ts'
import { exitCodeOf, report } from '../report.ts'
import { produce, say } from '../terminal.ts'
import type { SplunkContent } from '../splunk.ts'
import { Unusable } from '../unusable.ts'
import { writeWhole } from '../whole-file.ts'

export interface CompileOptions {
  readonly language?: Language
  readonly target?: 'elastic' | 'splunk'
  readonly rule?: string
  readonly output?: string
  readonly format: 'text' | 'json' | 'conf' | 'app'
  readonly mapping?: string
  readonly pipeline?: readonly string[]
}

export async function compile(shared: Shared, paths: readonly string[], options: CompileOptions): Promise<ExitCode> {
  // One file is done before that would pay.
  if (paths.length !== 1 || !/\.ya?ml$/.test(paths[0] ?? '')) optimizeLater()
  const loaded = loadMappedRules(paths, options.mapping, { pipelines: options.pipeline })
  const rules = chosenRules(loaded, options.rule)
  const chosen = await loadBackends(chosenLanguages(options))
  const forSplunk = options.format === 'conf' || options.format === 'app'
  if (forSplunk && chosen.some((backend) => backend.language !== 'spl'))
    throw new Unusable('only searches of Splunk are kept in conf files and apps: add "-t splunk"')
  if (options.format === 'app' && options.output === undefined)
    throw new Unusable('an app is an archive: name a folder for it with -o')
  const diagnostics: Diagnostic[] = [...loaded.diagnostics]
  const compiled: CompiledRule[] = []
  const refused: string[] = []
  for (const rule of rules) {
    for (const backend of chosen) {
      const outcome = compileRule(loaded, rule, backend)
      diagnostics.push(...outcome.diagnostics)
      if (outcome.kind === 'query') compiled.push({ rule, query: outcome.query })
      else refused.push(refusal(rule, backend, outcome.diagnostics))
    }
  }
  if (forSplunk) await writeForSplunk(loaded, compiled, { diagnostics, refused }, options, shared)
  else {
    report(diagnostics, shared.color)
    await write(compiled, options)
  }
  for (const line of refused) say(line)
  const counts = `${plural(compiled.length, 'query', 'queries')} of ${plural(rules.length, 'rule')}`
  const where = options.output === undefined ? '' : ` in "${options.output}"`
  if (refused.length > 0) say(`${counts}${where}; ${refused.length} refused, for the reasons above`)
  else if (rules.length > 1 || where !== '') say(`${counts}${where}`)
  return exitCodeOf(diagnostics)
}

/** A refusal in one line: the reasons with their places are told once, however many rules share them. */
function refusal(rule: Rule, backend: Backend, diagnostics: readonly Diagnostic[]): string {
  const reasons = new Set(diagnostics.filter((one) => one.severity === 'error').map((one) => one.message))
  return printable(`refused: ${backend.language}: ${rule.title}: ${[...reasons].join('; ')}`)
}

/** Rules that alert; one that only serves others compiles when it is asked for by name. */
function chosenRules(loaded: MappedRules, wanted: string | undefined): readonly Rule[] {
  if (wanted === undefined) return loaded.selected.filter((rule) => rule.alone)
  const found = rulesNamed(wanted, loaded.selected)
  if (found.length === 0 && !hasErrors(loaded.diagnostics)) {
    const names = loaded.selected.map((rule) => rule.name ?? rule.title)
    const hint = didYouMean(wanted, names) ?? '"detpack list rules" shows their names'
    throw new Unusable(`no rule is named "${wanted}"; ${hint}`)
  }
  return found
}

function chosenLanguages({ language, target }: CompileOptions): readonly Language[] {
  if (language !== undefined) return [language]
  return target === undefined ? Object.values(TARGET_LANGUAGES).flat() : TARGET_LANGUAGES[target]
}

interface Told {
  readonly diagnostics: Diagnostic[]
  readonly refused: string[]
}

/** What Splunk keeps of the pack, as its own files or as an app. */
async function writeForSplunk(
  loaded: MappedRules,
  compiled: CompiledRule[],
  told: Told,
  options: CompileOptions,
  shared: Shared,
): Promise<void> {
  const { splunkApp, splunkContent, splunkFiles, splunkTables } = await import('../splunk.ts')
  const { exceptionsByRule } = await import('../exceptions.ts')
  const excepted = exceptionsByRule(loaded)
  told.diagnostics.push(...excepted.diagnostics)
  const content = keptBySplunk(splunkContent(loaded, compiled, excepted.exceptions), compiled, told)
  report(told.diagnostics, shared.color)
  if (options.format === 'conf') {
    const files = [...splunkFiles(content, loaded.configuration), ...splunkTables(content)]
    await writeFiles(new Map(files), options.output)
  } else writeApp(splunkApp(content, loaded.configuration), loaded.configuration, options.output ?? '.')
}

/** What it cannot keep is told with what SPL cannot say. */
function keptBySplunk(made: SplunkContent, compiled: CompiledRule[], { diagnostics, refused }: Told): SplunkContent {
  diagnostics.push(...made.diagnostics, ...[...made.unsaid.values()].flat())
  for (const [each, reasons] of made.refused) {
    const messages = new Set(reasons.filter((one) => one.severity === 'error').map((one) => one.message))
    refused.push(printable(`refused: splunk: ${each.rule.title}: ${[...messages].join('; ')}`))
    compiled.splice(compiled.indexOf(each), 1)
  }
  return made
}

function writeApp(archive: Buffer, { splunk, version }: Configuration, folder: string): void {
  const file = path.join(folder, `${splunk.app}-${version}.spl`)
  writeWhole(file, archive)
  say(`the app is in ${file}: install it on the search heads, under Apps, Manage Apps, or with "splunk install app"`)
}

async function writeFiles(files: ReadonlyMap<string, string>, folder: string | undefined): Promise<void> {
  if (folder !== undefined) for (const [name, content] of files) writeWhole(path.join(folder, name), content)
  else await produce([...files].map(([name, content]) => `# ${name}\n${content}`).join('\n'))
}

async function write(compiled: readonly CompiledRule[], options: CompileOptions): Promise<void> {
  const format = options.format === 'json' ? 'json' : 'text'
  if (options.output === undefined) {
    await produce(renderQueries(compiled, format))
    return
  }
  const written = new Map<string, number>()
  for (const each of compiled) {
    const ending = format === 'json' ? `${each.query.language}.json` : each.query.language
    const name = freeName(fileName(each.rule), ending, written)
    writeWhole(path.join(options.output, name), renderQuery(each, format))
  }
}

/** From the rule's name or title; letters of other scripts stay, what a path could be made of does not. */
function fileName(rule: Rule): string {
  const slug = (rule.name ?? rule.title)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
  return slug.slice(0, 80) || 'rule'
}

/**
 * Two rules may have the same title: the second one gets a number.
 *
 * @param taken names that are in use, each with the number to try next
 */
function freeName(name: string, ending: string, taken: Map<string, number>): string {
  const first = `${name}.${ending}`
  let free = first
  for (let number = taken.get(first) ?? 1; taken.has(free); number++) {
    free = `${name}-${number}.${ending}`
    taken.set(first, number + 1)
  }
  taken.set(free, 2)
  return free
}
