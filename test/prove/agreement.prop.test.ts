import fc from 'fast-check'
import { expect, it } from 'vitest'
import { renderDiagnostic } from '../../src/diagnostic/frame.ts'
import { backends } from '../../src/cli/backends.ts'
import { alertId } from '../../src/event/alert.ts'
import type { EventRecord } from '../../src/event/record.ts'
import { printRule } from '../../src/ir/print.ts'
import type { Program, Rule } from '../../src/ir/rule.ts'
import { isOffline, isWhole, offlineLanguages, runNative } from '../../src/prove/native-run.ts'
import { doubled, store, storedTypes } from '../../src/prove/store.ts'
import { judge, type Verdict } from '../engine/brute-force/judge.ts'
import { isUndecided } from '../engine/brute-force/undecided.ts'
import { context } from '../backend/context.ts'
import { indexes, mappingOf, programs, streamsFor, type Index } from './generated.ts'

/** What was compared: pairs of a rule and a stream, those of them with an alert, and how many each language said. */
class Tally {
  pairs = 0
  firing = 0
  readonly said = new Map<string, number>(offlineLanguages.map((language) => [language, 0]))

  compare(program: Program, index: Index, events: readonly EventRecord[]): void {
    const verdicts = judge(program, events, -Infinity)
    for (const rule of program.rules.values()) {
      if (isUndecided(verdicts, program, rule, events)) continue
      const expected = identities(verdicts, rule)
      const languages = languagesOf(program, rule, index, events, expected)
      for (const language of languages) this.said.set(language, (this.said.get(language) ?? 0) + 1)
      if (languages.length > 0) this.pairs++
      if (languages.length > 0 && expected.length > 0) this.firing++
    }
  }
}

function identities(verdicts: readonly Verdict[], { id }: Rule): readonly string[] {
  const own = verdicts.filter(({ rule }) => rule === id)
  return [...new Set(own.map(({ group, first, last }) => alertId(id, group, first, last)))].sort()
}

/** The languages that say the rule, each of which gives what is expected, with every event once and twice. */
function languagesOf(
  program: Program,
  rule: Rule,
  index: Index,
  events: readonly EventRecord[],
  expected: readonly string[],
): readonly string[] {
  const mapping = mappingOf(index)
  const once = store(events)
  const types = storedTypes(program, rule, mapping)
  return backends.flatMap((backend) => {
    const { language } = backend
    if (!isOffline(language)) return []
    const compiled = backend.compile(program, rule.id, { ...context(), mapping })
    if (compiled.kind === 'refused') return []
    for (const [times, stored] of [once, doubled(once)].entries()) {
      const run = runNative({ ...compiled.query, language }, rule, stored, { program, types, now: once.latest })
      const found = {
        alerts: run.alerts.map(({ id }) => id).sort(),
        said: isWhole(run) ? [] : run.diagnostics.map(renderDiagnostic),
      }
      const what = `${language}, every event ${times + 1} times\n${printRule(rule)}\n${compiled.query.text}`
      expect(found, what).toEqual({ alerts: expected, said: [] })
    }
    return [language]
  })
}

/** `PROPERTY_RUNS=10` takes ten times as long. */
const runs = Number(process.env.PROPERTY_RUNS ?? 1)
const drawn = indexes.chain((index) => fc.tuple(fc.constant(index), programs, streamsFor(index)))

it(
  'every engine that says a rule gives the alerts of its definition',
  () => {
    const tally = new Tally()
    fc.assert(
      fc.property(drawn, ([index, program, events]) => tally.compare(program, index, events)),
      { numRuns: 4800 * runs },
    )
    expect(tally.pairs).toBeGreaterThan(20_000 * runs)
    expect(tally.firing).toBeGreaterThan(5_000 * runs)
    for (const [language, count] of tally.said) expect(count, language).toBeGreaterThan(10_000 * runs)
  },
  900_000 * runs,
)
