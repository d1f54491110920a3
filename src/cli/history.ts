import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import type { EventRecord } from '../event/record.ts'
import type { Exception } from '../govern/exception/exception.ts'
import type { BaselineRecord, ExceptionRecord, FileState, History, RuleRecord, TestRecord } from '../govern/history.ts'
import type { ServiceProfile } from '../govern/profile/profile.ts'
import type { Anchor } from '../govern/log/merkle.ts'
import { signedPopulation } from '../govern/review/population.ts'
import type { Reviews } from '../govern/review/review.ts'
import { allowedOf } from '../govern/risk/allowed.ts'
import { inPack, type Configuration } from '../pack/configuration.ts'
import { findFiles, readSources } from '../pack/files.ts'
import { parseRuleTests, RULE_TEST_ENDING } from '../pack/rule-test.ts'
import { rulesNamed } from '../pack/rules.ts'
import { runRuleTest } from '../prove/rule-test.ts'
import { existsSync, readFileSync } from 'node:fs'
import { identityOf } from './deployment.ts'
import { EventFile } from './events.ts'
import { loadExceptions, loadRisks } from './governance.ts'
import { loadMappedRules, type MappedRules } from './packs.ts'
import { loadOwnProfiles } from './profiles.ts'
import { readAlerts, readDeployments, readHostReports, readStretches } from './registers.ts'
import { loadReviewLog, populationFile, type LoadedLog } from './review-log.ts'

export interface LoadedHistory {
  readonly history: History
  readonly loaded: LoadedLog
  readonly configuration: Configuration
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads all that is known of the pack here: what it says, its review log, and its registers. */
export async function loadHistory({
  anchors = [],
  runTests = false,
}: { readonly anchors?: readonly Anchor[]; readonly runTests?: boolean } = {}): Promise<LoadedHistory> {
  const mapped = loadMappedRules([], undefined)
  const { configuration, tasks } = mapped
  const loaded = loadReviewLog(configuration, anchors)
  const risks = loadRisks(configuration)
  const profiles = loadOwnProfiles(configuration)
  const exceptions = loadExceptions(configuration)
  const tests = readTests(mapped, runTests)
  const history: History = {
    pack: identityOf(mapped),
    risks: [...risks.risks.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    allowed: allowedOf(tasks.values(), profiles.profiles),
    rules: mapped.selected.filter(({ alone }) => alone).map((rule) => ruleRecord(rule, configuration)),
    tests: tests.tests,
    exceptions: exceptionRecords(exceptions.exceptions, configuration),
    baselines: baselineRecords(profiles.profiles, configuration),
    alerts: await readAlerts(configuration),
    deployments: await readDeployments(configuration),
    stretches: await readStretches(configuration),
    hosts: await readHostReports(configuration),
    log: loaded.log,
    reviews: loaded.reviews,
    populations: readPopulations(loaded.reviews, configuration),
  }
  const diagnostics = [
    ...mapped.diagnostics,
    ...risks.diagnostics,
    ...profiles.diagnostics,
    ...exceptions.diagnostics,
    ...tests.diagnostics,
  ]
  return { history, loaded, configuration, diagnostics }
}

/** A population that is not the one that was signed is left out: that is a gap, not a mistake in a file. */
function readPopulations({ reviews }: Reviews, configuration: Configuration): History['populations'] {
  return new Map(
    reviews.flatMap(({ period, start }) => {
      const file = populationFile(configuration, period)
      const items = existsSync(file) ? signedPopulation(readFileSync(file, 'utf8'), start) : undefined
      return items === undefined ? [] : [[period, items] as const]
    }),
  )
}

export function exceptionRecords(
  exceptions: readonly Exception[],
  configuration: Configuration,
): readonly ExceptionRecord[] {
  return exceptions.map((exception) => ({ exception, ...fileState(exception.span, configuration) }))
}

export function baselineRecords(
  profiles: readonly ServiceProfile[],
  configuration: Configuration,
): readonly (BaselineRecord & { readonly span: Span })[] {
  return profiles.map(({ id, title, owner, proposedBy, approval, reviewEvery, span }) => {
    const approved = approval && { by: approval.by, at: approval.at, until: approval.until }
    return { id, title, owner, proposedBy, approved, reviewEvery, span, ...fileState(span, configuration) }
  })
}

/** The file that a place is in, and the state that a signature is about. */
function fileState({ source }: Span, { root }: Configuration): FileState {
  return { file: relative(source.name, root), digest: createHash('sha256').update(source.text).digest('hex') }
}

function relative(file: string, root: string): string {
  return path.relative(root, path.resolve(file)).split(path.sep).join('/')
}

function ruleRecord(rule: MappedRules['selected'][number], { root }: Configuration): RuleRecord {
  const { id, name, title, level, status, tags, governance, span } = rule
  return {
    ...{ id, name, title, level, status, tags },
    version: governance.version,
    file: relative(span.source.name, root),
    risks: governance.risk,
    grant: governance.grant,
  }
}

/** The tests of the pack; run by the correlator when wanted, each recording read once. */
export function readTests(
  mapped: MappedRules,
  run: boolean,
): { readonly tests: readonly TestRecord[]; readonly diagnostics: readonly Diagnostic[] } {
  const { configuration, program } = mapped
  const folders = configuration.tests.map((each) => inPack(configuration, each)).filter((each) => existsSync(each))
  const { sources, diagnostics } = readSources(findFiles(folders, [RULE_TEST_ENDING]).files)
  const recordings = new Map<string, readonly EventRecord[]>()
  const tests: TestRecord[] = []
  for (const source of sources) {
    for (const { rule: wanted, cases } of parseRuleTests(source).tests) {
      const [rule] = rulesNamed(wanted, program.rules.values())
      if (rule === undefined) continue
      for (const { name, events, alerts } of cases) {
        let passed: boolean | null = null
        if (run && existsSync(events)) {
          const records = recordings.get(events) ?? [...new EventFile(events).records()]
          recordings.set(events, records)
          passed = runRuleTest(program, rule.id, records, alerts).passed
        } else if (run) passed = false
        tests.push({ rule: rule.id, name, events: relative(events, configuration.root), expected: alerts, passed })
      }
    }
  }
  return { tests, diagnostics }
}
