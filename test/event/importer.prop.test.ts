import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emitJsonSchema } from '../../src/event/json-schema.ts'
import type { ImportFormat } from '../../src/event/source-name.ts'
import type { UseEvent } from '../../src/event/use-event.ts'
import { IMPORTERS, logsOf, resources, tools } from './importing.ts'

const ajv = new Ajv2020()
formats.default(ajv)
const isEvent = ajv.compile(emitJsonSchema())

/** What texts of a format are made of, besides its lines. */
const MARKS = {
  auditd: 'type=SYSCALL|type=|msg=audit(1000.000:1): |node=h |key=|a0="|saddr=0200|\u001d|#035|argc=99999 |pid=-1 ',
  tetragon:
    '{"process_kprobe":{|"process":{|"args":[|{"int_arg":-1}|"time":"2026-01-01T00:00:00Z"|null|}}}|"__proto__":{',
  falco: '"output_fields":{|"evt.type":"openat"|"evt.time":1e300|"rule":"Falco internal: |"fd.name":"->"|null|}}|<NA>',
  sysmon:
    '<Event>|</Event>|<EventID>3</EventID>|<Data Name="UtcTime">|</Data>|&#xd800;|&#9999999;|{"EventID":1,|null|}',
  mcp: '{"jsonrpc":"2.0","id":1,"method":"tools/call"|{"message":{|"params":{"name":"Bash","arguments":{|"body":"data: {|[{|"result":{|"error":{|"id":null|"time":1e300|null|}}}|"__proto__":{| { metadata: undefined }',
  otel: '{"resourceSpans":[|"scopeSpans":[|"spans":[{|{"key":"|"value":{"stringValue":"|"kvlistValue":{"values":[|"startTimeUnixNano":"0"|"intValue":"1e9"|null|}]}',
  jsonl:
    '{"tool":"Bash"|"arguments":"{|"arguments":[|"time":-1|"time":1e300|"pid":"x"|"outcome":{|file:///%|http://[|~/../|null|}',
} as const satisfies Partial<Record<ImportFormat, string>>

const ANYWHERE = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ',',
  ' ',
  '\t',
  '\u0000',
  '\ud800',
  '\n',
  '\r',
  '-1',
  '99999999999999999999',
]

function run(format: ImportFormat, text: string, pieces: readonly number[] = []) {
  const importer = new IMPORTERS[format]({ name: 'x', resources, tools })
  const events: UseEvent[] = []
  let at = 0
  for (const length of pieces) {
    events.push(...importer.push(text.slice(at, at + length)))
    at += length
  }
  events.push(...importer.push(text.slice(at)), ...importer.end())
  return { events, importer }
}

/** What holds for every text. */
function check(format: ImportFormat, text: string): void {
  const { events, importer } = run(format, text)
  const count = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  expect(importer.counts.lines).toBe(count)
  expect(importer.counts.events).toBe(events.length)
  expect(events.map((one) => one.event.sequence)).toEqual(events.map((_, at) => at + 1))
  for (const [at, event] of events.entries()) {
    expect([isEvent(event), isEvent.errors]).toEqual([true, null])
    const before = events[at - 1]
    if (before && event.detpack.late !== true) expect(event['@timestamp'] >= before['@timestamp']).toBe(true)
  }
  for (const { span, code } of importer.diagnostics) {
    expect(code.startsWith(`event/${format}-`)).toBe(true)
    if (!span) continue
    const { line } = span.source.position(span.start)
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(count)
    expect(span.start).toBeLessThanOrEqual(span.end)
  }
}

describe.each(Object.keys(MARKS) as (keyof typeof MARKS)[])('of %s', (format) => {
  const line = fc.constantFrom(...[...logsOf(format).values()].flatMap((text) => text.trimEnd().split('\n')))
  const mark = fc.constantFrom(...MARKS[format].split('|'), ...ANYWHERE)
  /** A real line with something put in, cut out or cut off. */
  const mutated = fc
    .tuple(line, fc.nat(900), fc.nat(60), fc.option(mark, { nil: '' }))
    .map(([text, at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut))
  const lines = fc.array(fc.oneof(line, mutated), { maxLength: 30 })

  test('any text is read without a crash, and what is wrong has its place', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(
      fc.property(text, (one) => check(format, one)),
      { numRuns: 150 },
    )
  })

  test('so is a text made of its marks', () => {
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 40 }), (parts) => check(format, parts.join(''))),
      { numRuns: 200 },
    )
  })

  test('so are real lines, mutated and in any order', () => {
    fc.assert(
      fc.property(lines, (chosen) => check(format, chosen.join('\n'))),
      { numRuns: 150 },
    )
  })

  test('the pieces in which a text comes do not matter', () => {
    fc.assert(
      fc.property(lines, fc.array(fc.nat(500), { maxLength: 20 }), (chosen, pieces) => {
        const text = chosen.join('\n')
        expect(run(format, text, pieces).events).toEqual(run(format, text).events)
      }),
      { numRuns: 50 },
    )
  })
})
