import { existsSync } from 'node:fs'
import { warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { compileMatcher } from '../engine/stream/matcher.ts'
import type { EventRule, RuleId } from '../ir/rule.ts'
import { inPack } from '../pack/configuration.ts'
import { findFiles, readSources } from '../pack/files.ts'
import { parseRuleTests, RULE_TEST_ENDING } from '../pack/rule-test.ts'
import { checkTasks } from '../pack/tasks.ts'
import { EventFile } from './events.ts'
import type { MappedRules } from './packs.ts'

/**
 * What is wrong with the tasks among the rules that were asked for, and which of their grants nothing uses: no recording
 * that the pack's tests name, nor, where events are given, any of those.
 */
export function checkTasksOf(loaded: MappedRules, events: readonly string[]): Diagnostic[] {
  const { configuration, mapping, files } = loaded
  const { uses, diagnostics } = checkTasks(loaded.tasks, files, configuration)
  if (uses.length === 0) return diagnostics
  const mapped = [...mapping.mapProgram({ rules: new Map(uses.map((rule) => [rule.id, rule])) }).program.rules.values()]
  const rules = mapped.flatMap((rule) => (rule.kind === 'event' ? [rule] : []))
  const recordings = recordingsOf(loaded)
  return [
    ...diagnostics,
    ...(recordings.length > 0
      ? unused(rules, recordings, 'behaviour/untested-grant', 'no recording of the tests')
      : []),
    ...(events.length > 0 ? unused(rules, events, 'behaviour/unused-grant', 'none of these events') : []),
  ]
}

function unused(
  rules: readonly EventRule[],
  files: readonly string[],
  code: `behaviour/${string}`,
  by: string,
): Diagnostic[] {
  const left = new Map<RuleId, EventRule>(rules.map((rule) => [rule.id, rule]))
  const matcher = compileMatcher(rules)
  for (const file of files) {
    if (left.size === 0) break
    for (const { fields } of new EventFile(file).records()) for (const { id } of matcher.match(fields)) left.delete(id)
  }
  const hint = 'a grant that nothing needs is a grant to take away'
  return [...left.values()].map(({ governance, span }) =>
    warning(code, `"${governance.grant ?? ''}" is used by ${by}`, span, { hint }),
  )
}

/** The recordings that the pack's tests name and that are there; the tests say which are not. */
function recordingsOf({ configuration }: MappedRules): string[] {
  const folders = configuration.tests.map((each) => inPack(configuration, each)).filter((each) => existsSync(each))
  const { sources } = readSources(findFiles(folders, [RULE_TEST_ENDING]).files)
  const named = sources.flatMap((source) => parseRuleTests(source).tests.flatMap((one) => one.cases))
  return [...new Set(named.map(({ events }) => events))].filter((file) => existsSync(file))
}
