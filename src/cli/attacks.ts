import { existsSync } from 'node:fs'
import type { Alert } from '../event/alert.ts'
import type { EventRecord } from '../event/record.ts'
import type { Program, Rule } from '../ir/rule.ts'
import { inPack } from '../pack/configuration.ts'
import { findFiles, readSources } from '../pack/files.ts'
import { parseRuleTests, RULE_TEST_ENDING } from '../pack/rule-test.ts'
import { rulesNamed } from '../pack/rules.ts'
import { silencedAttack, type RecordedAttack } from '../prove/silenced.ts'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { EventFile } from './events.ts'
import type { MappedRules } from './packs.ts'

/** The attacks that the pack has recorded: recordings on which a test says that a rule fires. */
function recordedAttacks(loaded: MappedRules): readonly RecordedAttack[] {
  const { configuration, program } = loaded
  const folders = configuration.tests.map((each) => inPack(configuration, each)).filter((each) => existsSync(each))
  const { sources } = readSources(findFiles(folders, [RULE_TEST_ENDING]).files)
  const read = new Map<string, readonly EventRecord[]>()
  const eventsOf = (recording: string): readonly EventRecord[] => {
    const events = read.get(recording) ?? [...new EventFile(recording).records()]
    read.set(recording, events)
    return events
  }
  return sources.flatMap((source) =>
    parseRuleTests(source).tests.flatMap((test) => {
      const cases = test.cases.filter(({ events }) => existsSync(events))
      const twins = cases.filter(({ alerts }) => alerts === 0).map(({ events }) => eventsOf(events))
      const attacks = cases.filter(({ alerts }) => alerts > 0)
      return rulesNamed(test.rule, program.rules.values()).flatMap((rule) =>
        attacks.map(({ events }) => ({ recording: events, rule, events: eventsOf(events), twins })),
      )
    }),
  )
}

/** `behaviour/silences-attack` for each recorded attack of which the rules of a baseline would say less than before. */
export function checkAttacks(loaded: MappedRules, before: Program, after: Program): readonly Diagnostic[] {
  const told = new Set<string>()
  return recordedAttacks(loaded).flatMap((attack) =>
    silencedAttack(before, after, loaded.program, attack).flatMap((alert: Alert) => {
      const rule = before.rules.get(alert.rule as Rule['id'])
      const message = `it would silence "${rule?.name ?? alert.rule}" on the recorded attack ${attack.recording}, on which "${attack.rule.name ?? attack.rule.title}" fires`
      if (told.has(message)) return []
      told.add(message)
      const hint = 'take out what the attack does, or learn from events without it'
      const span = rule === undefined || rule.span.source.text === '' ? undefined : rule.span
      return [error('behaviour/silences-attack', message, span, { hint })]
    }),
  )
}
