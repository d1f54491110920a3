import { expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { parseException } from '../../../src/govern/exception/exception.ts'
import { tryException } from '../../../src/govern/exception/try.ts'
import { readSigma } from '../../../src/sigma/index.ts'
import { at } from '../log/people.ts'

const RULE = `title: Read, then sent
name: chain
correlation:
  type: temporal_ordered
  rules: [read, send]
  group-by: [process.pid]
  timespan: 10s
---
title: Read
name: read
logsource: {product: linux}
detection: {a: {event.action: file_read}, condition: a}
---
title: Sent
name: send
logsource: {product: linux}
detection: {a: {event.action: network_send}, condition: a}
`
const { program } = readSigma([new Source('r.yml', RULE)])
const chain = [...program.rules.values()].find(({ name }) => name === 'chain')

function run(path: string): readonly EventRecord[] {
  return ['file_read', 'network_send'].map((action, line) => ({
    ...{ line: line + 1, time: (at('2026-11-01') + line) as EventRecord['time'], sequence: line, id: `e-${line}` },
    fields: { event: { action }, process: { pid: 7 }, ...(action === 'file_read' && { file: { path } }) },
  }))
}

it.each([
  ['/backup/*', '/home/key', '/backup/key', []],
  ['/*', '/home/key', '/backup/key', ['error govern/exception-hides-attack']],
  ['/other/*', '/home/key', '/backup/key', ['error govern/exception-not-silent']],
])('a scope of %s lets the chain of %s be found and that of %s not: %j', (pattern, attack, benign, expected) => {
  expect(tried(pattern, run(attack), run(benign))).toEqual(expected)
})

it('is needless where the rule is silent anyhow, and tried on nothing where the rule finds no attack', () => {
  expect(tried('/backup/*', run('/a'), run('/b').slice(1))).toEqual(['warning govern/exception-needless'])
  expect(tried('/backup/*', run('/a').slice(1), run('/backup/b'))).toEqual(['error govern/exception-hides-attack'])
})

function tried(pattern: string, attack: readonly EventRecord[], benign: readonly EventRecord[]): readonly string[] {
  const text = `id: X\ntitle: x\nrule: chain\nreason: x\nowner: x\nauthor: a\napprover: b\nticket: t
scope: {file.path|like: '${pattern}'}\nfrom: 2026-10-01\nuntil: 2026-12-31\nresidual: []\ntests: {fires: a, silent: b}\n`
  const { exception } = parseException(new Source('x.yml', text))
  if (exception === undefined || chain === undefined) throw new Error('nothing to try')
  return tryException(exception, program, chain.id, attack, benign).map(({ severity, code }) => `${severity} ${code}`)
}
