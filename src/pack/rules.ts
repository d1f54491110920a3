import { existsSync } from 'node:fs'
import path from 'node:path'
import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { Program, Rule } from '../ir/rule.ts'
import { readSigma, type SigmaOptions } from '../sigma/index.ts'
import { CONFIGURATION_FILE, DEFAULTS, filesBelow, inPack, TOOLS_FILE, type Configuration } from './configuration.ts'
import { findFiles, readSources, wholePath } from './files.ts'
import { RULE_TEST_ENDING } from './rule-test.ts'
import { compileTasks, loadTasks, taskFiles, TASKS, type LoadedTasks } from './tasks.ts'

/** Where a pack has its exceptions. */
export const EXCEPTIONS = 'rules/exceptions'
const OTHER_PARTS = ['rules/risks', 'rules/baselines', EXCEPTIONS]

/** Rules as they were read from files, before any mapping. */
export interface LoadedRules {
  /** Everything that could be read, with whatever it refers to. */
  readonly program: Program
  /** The rules that were asked for; the others are only there because these name them. */
  readonly selected: readonly Rule[]
  readonly files: readonly string[]
  /** All tasks of the pack, whatever was asked for. */
  readonly tasks: LoadedTasks['tasks']
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads rules from files and folders; task files among them give the rules that they compile to. A rule may name one of
 * another file of the pack: when something that is named is not among the given files, the pack's own rules are read as
 * well, and only for what is named.
 *
 * @param paths as the user gave them; none, or the folder of the pack: the rules of the pack
 */
export function loadRules(
  paths: readonly string[],
  configuration: Configuration,
  options: SigmaOptions = {},
): LoadedRules {
  const own = configuration.rules.map((each) => inPack(configuration, each))
  if (paths.length === 0 && configuration.file === null && !own.some((each) => existsSync(each))) return noPack()
  const tasks = loadTasks(configuration)
  // A pack may be of tasks alone; a folder that its configuration names must be there.
  const optional = tasks.files.length > 0 && configuration.rules === DEFAULTS.rules
  const rulesThere = own.filter((each) => !optional || existsSync(each))
  const parts = tasks.files.length > 0 ? [...rulesThere, inPack(configuration, TASKS)] : own
  const found = findFiles(wholePacks(paths, configuration, parts), ['.yml', '.yaml'])
  const isTaskFile = taskFiles(configuration)
  const isRuleFile = ruleFiles(paths, configuration)
  const ofTasks = found.files.filter(isTaskFile)
  const files = found.files.filter((file) => !isTaskFile(file) && isRuleFile(file))
  const { sources, diagnostics: unread } = readSources(files)
  let read = readSigma(sources, options)
  if (
    paths.length > 0 &&
    configuration.file !== null &&
    read.diagnostics.some((one) => one.code === 'sigma/unknown-rule')
  ) {
    read = readSigma([...sources, ...restOfPack(own, files)], options)
  }
  const blank = sources.filter(isBlank)
  const nothing = blank.length === files.length && ofTasks.length === 0 && found.diagnostics.length === 0
  const given = new Set(sources)
  const isGiven = (source: Source | undefined): boolean => source === undefined || given.has(source)
  const compiled = compileTasks(tasks, ofTasks, configuration)
  const rules = [...read.program.rules.values()]
  return {
    program: { rules: new Map([...rules, ...compiled.rules].map((rule) => [rule.id, rule])) },
    selected: [...rules.filter((rule) => given.has(rule.span.source)), ...compiled.rules],
    files: [...files, ...ofTasks],
    get tasks() {
      return tasks.tasks
    },
    diagnostics: [
      ...found.diagnostics,
      ...unread,
      ...read.diagnostics.filter((one) => isGiven(one.span?.source)),
      ...(ofTasks.length > 0 ? tasks.diagnostics : []),
      ...compiled.diagnostics,
      ...blank.map(({ name }) => warning('pack/empty-file', `"${name}" is empty`)),
      ...(nothing ? [noRules(paths)] : []),
    ],
  }
}

/** A line that is neither blank nor a comment nor a mark between documents. */
const CONTENT = /^(?![ \t\r]*(?:#|$)|(?:---|\.\.\.)[ \t\r]*(?:#|$))/m

function isBlank(source: Source): boolean {
  return !CONTENT.test(source.text)
}

function noRules(paths: readonly string[]): Diagnostic {
  const where = paths.length > 0 ? paths.map((each) => `"${each}"`).join(', ') : 'the pack'
  const hint = 'rules are files that end in .yml; "detpack init" starts a pack'
  return error('pack/no-rules', `there are no rules in ${where}`, undefined, { hint })
}

function noPack(): LoadedRules {
  const hint = 'name rule files or folders, go to a pack (or name it with -C), or start one with "detpack init"'
  const problem = error('pack/no-pack', `there is no ${CONFIGURATION_FILE} here or above`, undefined, { hint })
  return { program: { rules: new Map() }, selected: [], files: [], tasks: new Map(), diagnostics: [problem] }
}

/** The paths, with the parts of the pack in the place of its folder, if it is among them or there are none. */
export function wholePacks(
  paths: readonly string[],
  configuration: Configuration,
  parts: readonly string[],
): readonly string[] {
  if (paths.length === 0) return parts
  const isPack = (each: string): boolean => configuration.file !== null && path.resolve(each) === configuration.root
  return paths.flatMap((each) => (isPack(each) ? parts : [each]))
}

/** Tasks, risks, classes, tools and tests lie beside the rules of a pack and are none; a file that was named is always taken. */
function ruleFiles(named: readonly string[], configuration: Configuration): (file: string) => boolean {
  const given = new Set(named.map((each) => path.resolve(each)))
  const others = [configuration.resources, TOOLS_FILE].map((each) => path.resolve(configuration.root, each))
  const isOther = filesBelow(configuration, OTHER_PARTS)
  return (file) => {
    const whole = wholePath(file)
    if (given.has(whole)) return true
    if (path.basename(file) === CONFIGURATION_FILE || file.endsWith(RULE_TEST_ENDING)) return false
    return configuration.file === null || (!others.includes(whole) && !isOther(file))
  }
}

function restOfPack(own: readonly string[], files: readonly string[]): Source[] {
  const already = new Set(files.map((file) => path.resolve(file)))
  const others = findFiles(own, ['.yml', '.yaml']).files.filter((file) => !already.has(path.resolve(file)))
  return readSources(others).sources
}

/** Tells whether a file lies among the rules or tasks of the pack; those of elsewhere may be looked at from inside one. */
export function filesOfPack(configuration: Configuration): (file: string) => boolean {
  return filesBelow(configuration, [...configuration.rules, TASKS])
}

/** The rules that a name, an id, a title or a file means. */
export function rulesNamed(wanted: string, rules: Iterable<Rule>): Rule[] {
  const all = [...rules]
  const exact = all.filter((rule) => rule.name === wanted || rule.id === wanted || rule.title === wanted)
  if (exact.length > 0) return exact
  const file = path.normalize(wanted)
  return all.filter((rule) => path.normalize(rule.span.source.name) === file)
}
