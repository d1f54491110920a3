import path from 'node:path'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Source, Span } from '../diagnostic/source.ts'
import { parseYaml } from '../diagnostic/yaml.ts'

/** The ending of files that test rules. */
export const RULE_TEST_ENDING = '.test.yml'

/** One document of a test file: a rule and the recordings it is tried on. */
export interface RuleTest {
  /** Name, id or title, as written. */
  readonly rule: string
  readonly ruleSpan: Span
  readonly cases: readonly RuleTestCase[]
}

export interface RuleTestCase {
  readonly name: string
  /** The recording (NDJSON), relative to the working folder. */
  readonly events: string
  readonly eventsSpan: Span
  /** Exactly this many alerts of the rule. */
  readonly alerts: number
  /** What this recording lacks that the firing one has, in words. */
  readonly differs: string | null
  readonly span: Span
}

/** Reads a test file; each document is one `RuleTest`. A document with a mistake is left out, the others stay. */
export function parseRuleTests(source: Source): { tests: RuleTest[]; diagnostics: Diagnostic[] } {
  const { documents, diagnostics } = parseYaml(source)
  const tests: RuleTest[] = []
  if (documents.every(({ root }) => root === undefined) && diagnostics.length === 0) {
    diagnostics.push(
      error('pack/no-test', `"${source.name}" holds no test`, undefined, { hint: 'it needs "rule" and "cases"' }),
    )
  }
  for (const { root } of documents) {
    if (root === undefined) continue
    if (root.kind !== 'map') {
      diagnostics.push(error('pack/wrong-type', 'a rule test must be a map with "rule" and "cases"', root.span))
      continue
    }
    const found: Diagnostic[] = []
    const test = decodeRuleTest(new MapReader(root, 'pack', 'a rule test', found), source, found)
    if (test !== undefined && found.length === 0) tests.push(test)
    diagnostics.push(...found)
  }
  return { tests, diagnostics }
}

function decodeRuleTest(reader: MapReader, source: Source, diagnostics: Diagnostic[]): RuleTest | undefined {
  reader.require('rule', 'cases')
  const rule = reader.text('rule')
  const ruleSpan = reader.node('rule')?.span ?? reader.span
  const list = reader.list('cases')
  const cases: RuleTestCase[] = []
  for (const item of list?.items ?? []) {
    if (item.kind !== 'map') {
      diagnostics.push(error('pack/wrong-type', 'a case must be a map with "name", "events" and "alerts"', item.span))
      continue
    }
    const one = new MapReader(item, 'pack', 'a case', diagnostics)
    one.require('name', 'events', 'alerts')
    const name = one.text('name')
    const events = one.text('events')
    const eventsSpan = one.node('events')?.span ?? item.span
    const alerts = one.integer('alerts', 0)
    const differs = one.text('differs') ?? null
    one.finish()
    if (name === undefined || events === undefined || alerts === undefined) continue
    const file = path.join(path.dirname(source.name), events)
    cases.push({ name, events: file, eventsSpan, alerts, differs, span: item.span })
  }
  if (list?.items.length === 0) {
    const hint = 'give it a recording that fires and one that stays silent'
    diagnostics.push(error('pack/no-cases', 'this rule is tested on nothing', list.span, { hint }))
  }
  reader.finish()
  return rule === undefined ? undefined : { rule, ruleSpan, cases }
}
