import { error, hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { Source } from '../../diagnostic/source.ts'
import type { EventRecord } from '../../event/record.ts'
import { inPack } from '../../pack/configuration.ts'
import { findFiles, readSources } from '../../pack/files.ts'
import { parseRuleTests, RULE_TEST_ENDING, type RuleTest, type RuleTestCase } from '../../pack/rule-test.ts'
import { rulesNamed, wholePacks } from '../../pack/rules.ts'
import { isFailure, proveRule, type Verdict } from '../../prove/agreement.ts'
import { runRuleTest } from '../../prove/rule-test.ts'
import { backends } from '../backends.ts'
import type { Shared } from '../shared.ts'
import { EventFile } from '../events.ts'
import { ExitCode } from '../exit-code.ts'
import { compileContext } from '../compilation.ts'
import { loadMappedRules, type MappedRules } from '../packs.ts'
import { renderJson } from '../render/test/json.ts'
import { renderJunit } from '../render/test/junit.ts'
import type { CaseResult, TestResults } from '../render/test/results.ts'
import { renderText } from '../render/test/text.ts'
import { exitCodeOf, exitCodeOfTarget, report } from '../report.ts'
import { TRIAL_PREFIX } from '../../target/elastic/trial/trial-index.ts'
import { openElasticsearch, type ElasticsearchOptions } from '../elasticsearch.ts'
import { proveLive } from '../live.ts'
import { plural } from '../render/plural.ts'
import { paintFor, produce, say } from '../terminal.ts'
import { testSince } from './test-since.ts'
import { Unusable } from '../unusable.ts'

export interface TestOptions extends ElasticsearchOptions {
  readonly format: 'text' | 'json' | 'junit'
  readonly mapping?: string
  readonly pipeline?: readonly string[]
  /** A target of the kind elastic, to try the texts on. */
  readonly live?: string
  readonly since?: string
}

/** Tries rules on recordings: the number of their alerts, and that each compiled text gives the same ones. */
export async function test(shared: Shared, paths: readonly string[], options: TestOptions): Promise<ExitCode> {
  const loaded = loadMappedRules([], options.mapping, { start: paths[0], pipelines: options.pipeline })
  const { live, since } = options
  if (since !== undefined) {
    if (live === undefined) throw new Unusable('--since needs --live TARGET: whose events?')
    const wanted =
      paths.length === 0 ? loaded : loadMappedRules(paths, options.mapping, { pipelines: options.pipeline })
    report(wanted.diagnostics, shared.color)
    return testSince(shared, wanted, { ...options, live, since })
  }
  const { sources, diagnostics } = testFiles(paths, loaded)
  diagnostics.push(...loaded.diagnostics.filter((one) => one.severity === 'error'))
  const cases: CaseResult[] = []
  const recordings = new Recordings()
  for (const source of sources) {
    const parsed = parseRuleTests(source)
    diagnostics.push(...parsed.diagnostics)
    for (const each of parsed.tests) cases.push(...runTest(each, loaded, recordings, diagnostics))
  }
  const refused: Diagnostic[] = []
  const tried = live === undefined ? cases : await tryLive(cases, loaded, recordings, { ...options, live }, refused)
  diagnostics.push(...refused)
  report(diagnostics, shared.color)
  await produce(renderAs(options.format, { cases: tried, diagnostics }, shared))
  if (refused.length > 0) return exitCodeOfTarget(refused)
  const failed = hasErrors(diagnostics) || tried.some((one) => !one.passed)
  return failed ? exitCodeOf(diagnostics) || ExitCode.no : ExitCode.ok
}

function testFiles(paths: readonly string[], loaded: MappedRules): { sources: Source[]; diagnostics: Diagnostic[] } {
  const { configuration } = loaded
  const own = configuration.tests.map((each) => inPack(configuration, each))
  const wanted = wholePacks(paths, configuration, own)
  const found = findFiles(wanted, [RULE_TEST_ENDING])
  if (found.files.length === 0 && found.diagnostics.length === 0) {
    throw new Unusable(`there are no tests (*${RULE_TEST_ENDING}) in ${wanted.map((each) => `"${each}"`).join(', ')}`)
  }
  const read = readSources(found.files)
  return { sources: read.sources, diagnostics: [...found.diagnostics, ...read.diagnostics] }
}

function runTest(test: RuleTest, loaded: MappedRules, recordings: Recordings, diagnostics: Diagnostic[]): CaseResult[] {
  const [rule] = rulesNamed(test.rule, loaded.program.rules.values())
  if (rule === undefined) {
    const names = [...loaded.program.rules.values()].map((each) => each.name ?? each.title)
    const hint = didYouMean(test.rule, names)
    diagnostics.push(error('pack/unknown-rule', `there is no rule "${test.rule}" to test`, test.ruleSpan, { hint }))
    return []
  }
  return test.cases.flatMap((one) => {
    const events = recordings.read(one, diagnostics)
    if (events === undefined) return []
    const outcome = runRuleTest(loaded.program, rule.id, events, one.alerts)
    const verdicts = proveRule(loaded.program, rule, backends, events, compileContext(loaded))
    const passed = outcome.passed && !verdicts.some(isFailure)
    return [{ rule, test: one, alerts: outcome.alerts, counted: outcome.passed, verdicts, passed }]
  })
}

/** The same cases, with what a cluster makes of each compiled text. Each recording is there for as long as it is tried. */
async function tryLive(
  cases: readonly CaseResult[],
  loaded: MappedRules,
  recordings: Recordings,
  options: ElasticsearchOptions & { readonly live: string },
  diagnostics: Diagnostic[],
): Promise<readonly CaseResult[]> {
  const { client } = await openElasticsearch(loaded.configuration, '--live', options.live, options)
  const byRecording = new Map<string, CaseResult[]>()
  for (const one of cases) byRecording.set(one.test.events, [...(byRecording.get(one.test.events) ?? []), one])
  const verdicts = new Map<CaseResult, readonly Verdict[]>()
  // What was made in the cluster is taken out of it first.
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  say(`trying ${plural(byRecording.size, 'recording')}, each in an index ${TRIAL_PREFIX}… that is deleted again`)
  try {
    for (const own of byRecording.values()) {
      const [first] = own
      const events = first && recordings.read(first.test, diagnostics)
      if (!events) continue
      const rules = [...new Set(own.map(({ rule }) => rule))]
      const proved = await proveLive(client, loaded, rules, events, stop.signal)
      diagnostics.push(...proved.diagnostics)
      if (proved.diagnostics.length > 0 || stop.signal.aborted) break
      for (const one of own) verdicts.set(one, proved.verdicts.get(one.rule.id) ?? [])
    }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    await client.close()
  }
  if (stop.signal.aborted && diagnostics.length === 0)
    throw new Unusable('interrupted; nothing was left in the cluster')
  return cases.map((one) => {
    const own = verdicts.get(one) ?? []
    return { ...one, verdicts: [...one.verdicts, ...own], passed: one.passed && !own.some(isFailure) }
  })
}

/** Recordings are read once, however many rules are tried on them. */
class Recordings {
  readonly #read = new Map<string, readonly EventRecord[] | undefined>()

  /** Undefined, and told once, when it cannot be read or holds a line that is no event. */
  read(one: RuleTestCase, diagnostics: Diagnostic[]): readonly EventRecord[] | undefined {
    if (!this.#read.has(one.events)) this.#read.set(one.events, readRecording(one, diagnostics))
    return this.#read.get(one.events)
  }
}

function readRecording(one: RuleTestCase, diagnostics: Diagnostic[]): readonly EventRecord[] | undefined {
  const file = new EventFile(one.events)
  try {
    const events = [...file.records()]
    diagnostics.push(...file.diagnostics)
    if (events.length === 0) {
      diagnostics.push(error('pack/empty-recording', `the recording "${one.events}" holds no event`, one.eventsSpan))
    }
    return file.diagnostics.length > 0 || events.length === 0 ? undefined : events
  } catch (problem) {
    if (!(problem instanceof Unusable)) throw problem
    const hint = 'paths of recordings are relative to the test file'
    diagnostics.push(error('pack/no-recording', problem.message, one.eventsSpan, { hint }))
    return undefined
  }
}

function renderAs(format: TestOptions['format'], results: TestResults, shared: Shared): string {
  switch (format) {
    case 'text':
      return renderText(results, paintFor(process.stdout, shared.color))
    case 'json':
      return renderJson(results)
    case 'junit':
      return renderJunit(results)
  }
}
