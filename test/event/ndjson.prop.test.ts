import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/event/field.ts'
import { NdjsonReader, renderNdjson, type LineTaker, type NdjsonLine } from '../../src/event/ndjson.ts'
import { LineScan } from '../../src/event/scan/line-scan.ts'

function read(chunks: readonly Uint8Array[]) {
  const reader = new NdjsonReader({ name: 'e', longest: 40, told: 3 })
  const lines = chunks.flatMap((chunk) => reader.push(chunk))
  lines.push(...reader.end())
  return { lines, wrong: wrongIn(reader), skipped: reader.skipped }
}

function wrongIn(reader: NdjsonReader) {
  return reader.diagnostics.map(({ code, message, span }) => {
    if (!span) return [code, message]
    const { line, column } = span.source.position(span.start)
    return [code, message, line, column, span.source.text]
  })
}

/** Bytes that are often nearly right: JSON, marks, line ends, long runs, broken UTF-8. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom('{"a":1}', '\n', '\r\n', '\ufeff', '{"a":"é€😀"}', '[', '}', 'x'.repeat(35), ' '),
      fc.uint8Array({ maxLength: 8 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => {
    const encoder = new TextEncoder()
    return Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? encoder.encode(part) : part)]))
  })

test('never throws, and each line is read, skipped with a word, or empty', () => {
  fc.assert(
    fc.property(bytes, (input) => {
      const { lines, skipped } = read([input])
      const all = input.filter((byte) => byte === 0x0a).length + 1
      expect(lines.length + skipped).toBeLessThanOrEqual(all)
      expect(lines.every(({ line }, at) => line <= all && line > (lines[at - 1]?.line ?? 0))).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('where the chunks end does not matter', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(300), { maxLength: 6 }), (input, cuts) => {
      const places = [0, ...cuts.map((cut) => Math.min(cut, input.length)), input.length].sort((a, b) => a - b)
      const chunks = places.slice(1).map((end, at) => input.slice(places[at], end))
      expect(read(chunks)).toEqual(read([input]))
      expect(read([...input].map((byte) => Uint8Array.of(byte)))).toEqual(read([input]))
    }),
    { numRuns: 500 },
  )
})

/** Reads with one that takes lines as they stand, where it can. */
function feed(chunks: readonly Uint8Array[]) {
  const reader = new NdjsonReader({ name: 'e', longest: 40, told: 3 })
  const scan = new LineScan([], false)
  const lines: NdjsonLine[] = []
  const taker: LineTaker = {
    turn: (bytes) => scan.turn(bytes),
    skim: (start, line, longest) => {
      const end = scan.read(start, longest)
      if (end === -1) return end
      const text = scan.keepLine().replace(/^\ufeff|\r$/g, '')
      lines.push({ line, object: JSON.parse(text) as JsonObject, text })
      return end
    },
    take: (line) => lines.push(line),
  }
  for (const chunk of chunks) reader.feed(chunk, taker)
  lines.push(...reader.end())
  return { lines, wrong: wrongIn(reader), skipped: reader.skipped }
}

test('lines that are taken as they stand are those that are read whole, wherever the chunks end', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(300), { maxLength: 6 }), (input, cuts) => {
      const places = [0, ...cuts.map((cut) => Math.min(cut, input.length)), input.length].sort((a, b) => a - b)
      const chunks = places.slice(1).map((end, at) => input.slice(places[at], end))
      expect(feed(chunks)).toEqual(read([input]))
      expect(feed([input])).toEqual(read([input]))
    }),
    { numRuns: 500 },
  )
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { maxLength: 8 }), (objects) => {
      const reader = new NdjsonReader({ name: 'e' })
      const lines = [...reader.push(objects.map(renderNdjson).join('')), ...reader.end()]
      expect(lines.map(({ object }) => object)).toEqual(
        objects.map((one) => JSON.parse(JSON.stringify(one)) as unknown),
      )
    }),
    { numRuns: 200 },
  )
})
