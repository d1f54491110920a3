import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import { NdjsonReader } from '../../src/event/ndjson.ts'
import { recordReader } from '../../src/event/record-reader.ts'
import type { EventRecord } from '../../src/event/record.ts'
import { ecs } from '../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../src/pack/configuration.ts'
import { loadRules } from '../../src/pack/rules.ts'

const { program } = ecs.mapProgram(loadRules([], loadConfiguration('.').configuration).program)

const CLAIMS = 'test/event/mcp/recordings'
const names = readdirSync(CLAIMS).flatMap((name) => (name.endsWith('.ndjson') ? [name] : []))

function records(...files: readonly string[]): EventRecord[] {
  const reader = new NdjsonReader({ name: 'x' })
  const text = files.map((file) => readFileSync(file)).map((bytes) => reader.push(bytes))
  return [...text.flat(), ...reader.end()].map(({ object, line }) => recordReader()(object, line))
}

const ruleNames = new Map([...program.rules.values()].map(({ id, name }): [string, string] => [id, name ?? '']))

function alertsOf(...files: readonly string[]): string[] {
  const { alerts } = evaluate(program, records(...files))
  return alerts.map(({ id, rule }) => `${ruleNames.get(rule) ?? ''} ${id}`).sort()
}

test.each(names)('no rule joins what the agent of %s says with what the sensor saw, nor lets it excuse that', (name) => {
  const [claims, seen] = [`${CLAIMS}/${name}`, `test/recordings/${name}`]
  expect(alertsOf(claims, seen)).toEqual([...alertsOf(claims), ...alertsOf(seen)].sort())
})

test('where there is no sensor the grants of the task tell of what the agent says', () => {
  const rules = (name: string): string[] => alertsOf(`${CLAIMS}/${name}.ndjson`).map((alert) => alert.split(' ')[0] ?? '')
  expect(rules('tools-called')).toEqual([])
  expect(rules('tool-calls-steal')).toContain('summarize-document.not-granted.read.sent')
  // What no call says only the sensor can tell.
  expect(rules('tool-does-more')).toEqual([])
})
