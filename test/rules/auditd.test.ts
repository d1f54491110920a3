import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import type { JsonObject } from '../../src/event/field.ts'
import { toRecord } from '../../src/event/record-reader.ts'
import { ecs } from '../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../src/pack/configuration.ts'
import { loadRules } from '../../src/pack/rules.ts'
import { importText } from '../event/importing.ts'

// Logs of the audit system, written while the scenarios ran: the rules of the pack find in them what they find in the
// events of the sensor, as far as the audit system tells it.

const RECORDINGS = 'test/event/auditd/recordings'
const { program } = ecs.mapProgram(loadRules([], loadConfiguration('.').configuration).program)

/** Scenario → the rules that alert on its log. */
const ALERTING: Readonly<Record<string, readonly string[]>> = {
  'bpf-program-loaded': ['build-project.not-granted.system', 'task-extends-kernel'],
  // It was unpacked and run: nothing was downloaded.
  'file-run': [],
  'inspect-then-send': ['memory-read-then-send'],
  'key-child': ['summarize-document.credential-read.only-to', 'summarize-document.not-granted.network'],
  'key-mmap': [
    'credential-mapped-then-send',
    'summarize-document.credential-read.only-to',
    'summarize-document.not-granted.network',
  ],
  'key-sendfile': [
    'credential-by-sendfile',
    'summarize-document.credential-read.only-to.at-once',
    'summarize-document.not-granted.network',
  ],
  'key-sent-at-once': ['summarize-document.credential-read.only-to', 'summarize-document.not-granted.network'],
  'key-used-declared': [],
  'memfd-run': ['memory-execution'],
  // The rule is about runs of a task, and this was none: the sensor's events are as silent.
  'namespace-then-mount': [],
  'setuid-then-tamper': ['log-tampering-after-privilege-change'],
  'take-then-send': ['descriptor-taken-then-send'],
}

test.each(Object.entries(ALERTING))('the log of %s alerts by %j', (scenario, expected) => {
  const { task } = JSON.parse(readFileSync(`test/scenarios/${scenario}/scenario.json`, 'utf8')) as { task: string | null }
  const log = readFileSync(`${RECORDINGS}/${scenario}.log`, 'utf8')
  const { events } = importText('auditd', log, task === null ? {} : { task: { name: task } })
  const records = events.map((event, at) => toRecord(JSON.parse(JSON.stringify(event)) as JsonObject, at + 1))
  const names = evaluate(program, records).alerts.map(({ rule }) => program.rules.get(rule as never)?.name)
  expect([...new Set(names)].sort()).toEqual(expected)
})

test('each log is one of these', () => {
  expect(readdirSync(RECORDINGS).sort()).toEqual(Object.keys(ALERTING).map((name) => `${name}.log`))
})
