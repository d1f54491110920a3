import { randomBytes } from 'node:crypto'
import type { Language, NativeQuery } from '../backend/backend.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { evaluate } from '../engine/stream/evaluate.ts'
import { parseTime, type EventRecord } from '../event/record.ts'
import type { Rule } from '../ir/rule.ts'
import { usedFields } from '../ir/used-field.ts'
import { compare, type Verdict } from '../prove/agreement.ts'
import { alertOf, finderIn } from '../prove/native-alert.ts'
import { programOf } from '../prove/rule-test.ts'
import { store, type Store } from '../prove/store.ts'
import type { ClusterClient } from '../target/elastic/cluster-client.ts'
import { searchEvents } from '../target/elastic/trial/event-search.ts'
import { dropTrial, makeTrial, TRIAL_PREFIX } from '../target/elastic/trial/trial-index.ts'
import type { Window } from '../target/elastic/watch/scheduled-rule.ts'
import { search, type Finding } from '../target/elastic/watch/search.ts'
import type { Reading } from '../target/reading.ts'
import { backendFor } from './backends.ts'
import { compileContext } from './compilation.ts'
import type { MappedRules } from './packs.ts'
import { scheduledRule } from './watch-elastic.ts'

/** The languages that a cluster runs without Kibana. */
const liveLanguages = ['esql', 'kql', 'lucene'] as const satisfies readonly Language[]

/** What was found of a rule in one language; a language that does not say it finds nothing. */
export interface LiveFinding {
  readonly language: Language
  readonly query: NativeQuery
  readonly found: Reading<readonly Finding[]>
}

/** Runs the texts of a rule on an index, over the events of a window. */
export async function findLive(
  client: ClusterClient,
  loaded: MappedRules,
  rule: Rule,
  index: string,
  window: Window,
): Promise<readonly (LiveFinding | { readonly language: Language; readonly refused: readonly Diagnostic[] })[]> {
  const context = compileContext(loaded)
  const findings = []
  for (const language of liveLanguages) {
    const compiled = backendFor(language).compile(loaded.program, rule.id, {
      ...context,
      store: { ...context.store, elasticIndex: index },
    })
    if (compiled.kind === 'refused') {
      findings.push({ language, refused: compiled.diagnostics })
      continue
    }
    const { query } = compiled
    const found =
      language === 'esql'
        ? await search(client, scheduledRule(rule, loaded.program, query), window)
        : await searchEvents(client, { rule: rule.id, title: rule.title, query, index }, window)
    findings.push({ language, query, found })
  }
  return findings
}

/**
 * Holds the texts of rules, on a real cluster, against the stream engine: the events are put into an index of its own,
 * every one twice, and the index is deleted again, also when it is told to stop. Codes: those of the target.
 */
export async function proveLive(
  client: ClusterClient,
  loaded: MappedRules,
  rules: readonly Rule[],
  events: readonly EventRecord[],
  stop: AbortSignal,
): Promise<{
  readonly verdicts: ReadonlyMap<Rule['id'], readonly Verdict[]>
  readonly diagnostics: readonly Diagnostic[]
}> {
  const stored = store(events)
  const index = `${TRIAL_PREFIX}${randomBytes(8).toString('hex')}`
  const verdicts = new Map<Rule['id'], readonly Verdict[]>()
  const documents = stored.events.map(({ fields }) => fields)
  const trial = await makeTrial(client, index, [...documents, ...documents], typesOf(loaded, rules))
  const diagnostics = [...trial.diagnostics]
  try {
    if (diagnostics.length === 0)
      for (const rule of rules)
        if (!stop.aborted) verdicts.set(rule.id, await judgeLive(client, loaded, rule, index, stored, events))
  } finally {
    if (trial.made) diagnostics.push(...(await dropTrial(client, index)))
  }
  return { verdicts, diagnostics }
}

/** Of the fields that rules read, as Elasticsearch names them; one of which the mapping knows nothing holds keywords. */
function typesOf({ program, mapping }: MappedRules, rules: readonly Rule[]): ReadonlyMap<string, string> {
  const names = new Set(rules.flatMap((rule) => usedFields(rule, program)))
  return new Map(
    [...names].map((name) => {
      const { type = 'keyword', analyzed = false } = mapping.field(name) ?? {}
      return [name, analyzed ? 'text' : type]
    }),
  )
}

async function judgeLive(
  client: ClusterClient,
  loaded: MappedRules,
  rule: Rule,
  index: string,
  stored: Store,
  events: readonly EventRecord[],
): Promise<readonly Verdict[]> {
  // A query knows by the cluster's clock that a window is over, long after what was recorded.
  const now = parseTime(Date.now())
  const { alerts } = evaluate(programOf(loaded.program, rule.id), events, { ...(now !== undefined && { now }) })
  const expected = alerts.filter((alert) => alert.rule === rule.id && alert.last !== null)
  const from = events.reduce<number>((first, { time }) => Math.min(first, time ?? first), stored.latest)
  const window = { from, to: stored.latest + 1 }
  const find = finderIn(stored, rule, loaded.program)
  const found = await findLive(client, loaded, rule, index, window)
  return found.map((one): Verdict => {
    const { language } = one
    const on = 'cluster'
    if ('refused' in one) return { language, on, kind: 'refused', diagnostics: one.refused }
    if (one.found.kind === 'failed') return { language, on, kind: 'failed', diagnostics: [one.found.diagnostic] }
    const identities = one.found.value.map(({ group, first, last }) => ({ group, first: first.id, last: last.id }))
    const given = identities.map((identity) => alertOf(rule, identity, find))
    return { language, on, ...compare(one.query, expected, given, true) }
  })
}
