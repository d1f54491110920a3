import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderDiagnostic } from '../../src/diagnostic/frame.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import { NdjsonReader } from '../../src/event/ndjson.ts'
import { recordReader } from '../../src/event/record-reader.ts'
import type { EventRecord } from '../../src/event/record.ts'
import type { Program, Rule } from '../../src/ir/rule.ts'
import { ecs } from '../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../src/pack/configuration.ts'
import { findFiles } from '../../src/pack/files.ts'
import { parseRuleTests } from '../../src/pack/rule-test.ts'
import { loadRules } from '../../src/pack/rules.ts'
import { runRuleTest } from '../../src/prove/rule-test.ts'

const read = loadRules([], loadConfiguration('.').configuration)
const mapped = ecs.mapProgram(read.program)
const program: Program = mapped.program

test('the rules are read and mapped without a complaint', () => {
  expect([...read.diagnostics, ...mapped.diagnostics].map(renderDiagnostic)).toEqual([])
  expect([...program.rules.values()].filter((rule) => rule.alone).length).toBeGreaterThanOrEqual(16)
})

const ruleTests = findFiles(['test/rules'], ['.test.yml']).files.flatMap((file) => {
  const { tests, diagnostics } = parseRuleTests(new Source(file, readFileSync(file, 'utf8')))
  if (diagnostics.length > 0) throw new Error(diagnostics.map(renderDiagnostic).join('\n'))
  return tests
})

describe.each(ruleTests)('$rule', ({ rule, cases }) => {
  test.each(cases)('$name: $alerts', ({ events, alerts }) => {
    const found = ruleNamed(rule)
    expect(runRuleTest(program, found.id, records(events), alerts).alerts.length).toBe(alerts)
  })
})

const READ = 'summarize-document.credential-read.only-to'
const CONNECTED = 'summarize-document.not-granted.network'

/** Recordings of work that is as it should be: not one rule of the pack may say anything. */
const LOOK_ALIKES = [
  'backup',
  'backup-sent',
  'build',
  'document-child',
  'document-mmap',
  'document-passed',
  'document-sendfile',
  'few-private-sent',
  'git-push',
  'helper-asked',
  'key-used-declared',
  'local-tool-run',
  'log-rotate',
  'note-written',
  'person-asks-engine',
  'person-sends-key',
  'person-writes-profile',
  'push-declared',
  'mail-answered',
  'web-served',
  'database-served',
  'build-declared',
  'package-fetched',
  'code-pushed',
  'summarize-declared',
  'task-unshares',
]

test.each(LOOK_ALIKES)('the whole pack is silent on %s', (name) => {
  const { alerts } = evaluate(program, records(`test/recordings/${name}.ndjson`))
  expect(alerts.map((alert) => program.rules.get(alert.rule as Rule['id'])?.name)).toEqual([])
})

/** One theft should wake one analyst, unless each alert says something of its own: of the connection, of the data. */
test.each([
  ['key-sent-at-once', [READ, CONNECTED]],
  ['key-sent-late', ['credential-held-then-connect', CONNECTED]],
  ['key-sendfile', ['credential-by-sendfile', `${READ}.at-once`, CONNECTED]],
  ['key-mmap', ['credential-mapped-then-send', READ, CONNECTED]],
  ['key-copied', ['credential-copied-then-sent', READ, CONNECTED]],
  ['key-passed', ['credential-by-sendfile', 'credential-descriptor-passed', READ, `${READ}.at-once`, CONNECTED]],
  ['push-and-elsewhere', ['push-notes.credential-read.only-to', 'push-notes.not-granted.network']],
])('%s is told by %j and nothing else', (name, expected) => {
  const { alerts } = evaluate(program, records(`test/recordings/${name}.ndjson`))
  const names = alerts.map((alert) => program.rules.get(alert.rule as Rule['id'])?.name)
  expect([...new Set(names)].sort()).toEqual(expected)
})

function ruleNamed(name: string): Rule {
  const found = [...program.rules.values()].find((rule) => rule.name === name)
  if (found === undefined) throw new Error(`no rule ${name}`)
  return found
}

function records(file: string): EventRecord[] {
  if (!existsSync(file)) throw new Error(`no recording ${path.basename(file)}; scripts/record makes it`)
  const reader = new NdjsonReader({ name: file })
  const toRecord = recordReader()
  return [...reader.push(readFileSync(file)), ...reader.end()].map(({ object, line }) => toRecord(object, line))
}
