import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emitJsonSchema } from '../../../src/event/json-schema.ts'
import { StraceImporter } from '../../../src/event/strace/importer.ts'
import type { UseEvent } from '../../../src/event/use-event.ts'
import { resources } from './classes.ts'

const ajv = new Ajv2020()
formats.default(ajv)
const isEvent = ajv.compile(emitJsonSchema())

const RECORDINGS = new URL('recordings/', import.meta.url)
const lines = readdirSync(RECORDINGS)
  .filter((name) => /^(?:key-passed|key-child|download-run|take-then-send)\.strace$/.test(name))
  .flatMap((name) => readFileSync(new URL(name, RECORDINGS), 'utf8').trim().split('\n'))

function run(text: string, pieces: readonly number[] = []): { events: UseEvent[]; importer: StraceImporter } {
  const importer = new StraceImporter({ name: 'x', resources })
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
function check(text: string): void {
  const { events, importer } = run(text)
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
    expect(code).toMatch(/^event\/strace-/)
    if (!span) continue
    const { line } = span.source.position(span.start)
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(count)
    expect(span.start).toBeLessThanOrEqual(span.end)
  }
}

const line = fc.constantFrom(...lines)
const fragment = fc.constantFrom(
  ...[
    '<unfinished ...>',
    '<... read resumed>',
    '<... clone resumed>',
    '+++ exited with 0 +++',
    '3</k/a>',
    '"',
    '\\',
    '{',
    '[',
    '(',
    ')',
    '=>',
    '=',
    '-1 EAGAIN (x)',
    '?',
    ' 1000.000001 ',
    '\t',
    '\u0000',
    '\ud800',
    'SCM_RIGHTS',
    '99999999999999999999',
  ],
)

/** A real line with something put in, cut out or cut off. */
const mutated = fc
  .tuple(line, fc.nat(400), fc.nat(60), fc.option(fragment, { nil: '' }))
  .map(([text, at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut))

describe('any text is read without a crash, and what is wrong has its place', () => {
  test('arbitrary text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => check(text)),
      { numRuns: 300 },
    )
  })

  test('text made of the marks of strace', () => {
    const noise = fc.array(fc.oneof(fragment, fc.constantFrom('7', 'read', 'clone(', 'execve(', ' ', '\n')), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(noise, (parts) => check(parts.join(''))),
      { numRuns: 400 },
    )
  })

  test('real lines, mutated and in any order', () => {
    const some = fc.array(fc.oneof(line, mutated), { maxLength: 40 })
    fc.assert(
      fc.property(some, (chosen) => check(chosen.join('\n'))),
      { numRuns: 300 },
    )
  })
})

test('the pieces in which a text comes do not matter', () => {
  const some = fc.array(fc.oneof(line, mutated), { maxLength: 20 })
  fc.assert(
    fc.property(some, fc.array(fc.nat(200), { maxLength: 20 }), (chosen, pieces) => {
      const text = chosen.join('\n')
      expect(run(text, pieces).events).toEqual(run(text).events)
    }),
    { numRuns: 100 },
  )
})
