import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { runEsql } from '../../../src/engine/esql/run.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { timeOf } from '../brute-force/judge.ts'
import { documents, types } from './data.ts'
import { texts } from './texts.ts'

const numRuns = 500 * Number(process.env.PROPERTY_RUNS ?? 1)
const records = documents.slice(0, 4).map((fields, at) => toRecord(fields, at + 1))
const context = { now: timeOf(0), lookups: new Map(), types }

/** Runs a text and looks whether what comes is an answer: rows, or one error with a place in the text. */
function answered(text: string): void {
  const result = runEsql(new Source('query', text), records, context)
  if (result.kind === 'rows') {
    expect(result.rows.length).toBeLessThanOrEqual(10_000)
    return
  }
  const [diagnostic, ...more] = result.diagnostics
  expect(more).toEqual([])
  expect(diagnostic?.severity).toBe('error')
  const { start = -1, end = -1 } = diagnostic?.span ?? {}
  expect(start).toBeGreaterThanOrEqual(0)
  expect(end).toBeGreaterThanOrEqual(start)
  expect(end).toBeLessThanOrEqual(text.length)
}

const pieces = [...new Set(texts.flatMap((text) => text.match(/"[^"]*"|`[^`]*`|[\w@.]+|\s+|[^\w\s]+/g) ?? []))]
const piece = fc.oneof(
  fc.constantFrom(...pieces),
  fc.string({ maxLength: 3 }),
  fc.constantFrom('"', '`', '/*', '(', '|', '\0', '\ud800'),
)

describe('whatever is asked is answered', () => {
  it('from words of the language in any order', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (parts) => answered(parts.join(' '))),
      { numRuns },
    )
  })

  it('from texts that were cut, doubled and mixed', () => {
    const cut = fc.record({ at: fc.nat(400), length: fc.nat(12), put: piece })
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(cut, { minLength: 1, maxLength: 4 }), (text, cuts) => {
        answered(
          cuts.reduce((now, { at, length, put }) => {
            const place = at % (now.length + 1)
            return now.slice(0, place) + put + now.slice(place + length)
          }, text),
        )
      }),
      { numRuns: 2 * numRuns },
    )
  })

  it('from any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => answered(text)),
      { numRuns },
    )
  })
})
