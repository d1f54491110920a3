import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactText, fieldReader, type JsonObject } from '../../../src/event/field.ts'
import { scalarsIn } from '../../../src/event/object-values.ts'
import { hasValue, presenceReader } from '../../../src/event/presence.ts'
import { LineScan } from '../../../src/event/scan/line-scan.ts'

const RUNS = 1000 * Number(process.env.PROPERTY_RUNS ?? 1)
const FIELDS = ['a', 'b', 'a.b', 'a.b.c', 'b.c', 'c', 'é', '__proto__', 'd.e.f', '', 'a.', '\ud800']

/** Pieces of JSON that are often nearly right. */
const space = fc.constantFrom('', '', '', ' ', '\t', ' \r ')
const word = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', 'a.b.c', 'd', 'e.f', 'd.e.f', 'é', '__proto__', '', 'a.', 'x')
const texts = fc.oneof(
  fc.constantFrom(
    '',
    'plain text',
    '\\n',
    '\\u0041',
    '\\ud83d\\ude00',
    '\\ud800',
    'é€😀',
    '\\/',
    '\\x',
    '\\u00g0',
    '\u0001',
    '1.0',
  ),
  fc.string().map((text) => JSON.stringify(text).slice(1, -1)),
)
const numbers = fc.constantFrom(
  '0',
  '-0',
  '1',
  '-17',
  '1.0',
  '1e3',
  '1E+2',
  '-1.5e-3',
  '123456789012345678',
  '999999999999999',
  '01',
  '-',
  '1.',
  '.5',
  '1e',
)
const scalars = fc.oneof(
  texts.map((text) => `"${text}"`),
  numbers,
  fc.constantFrom('true', 'false', 'null', 'tru', 'nul', 'True', ''),
)
const { value } = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalars, scalars, tie('object'), tie('list')),
  list: fc
    .tuple(fc.array(tie('value'), { maxLength: 3 }), space)
    .map(([items, gap]) => `[${gap}${items.join(`${gap},`)}${gap}]`),
  object: fc
    .tuple(fc.array(fc.tuple(word, tie('value')), { maxLength: 4 }), space)
    .map(
      ([entries, gap]) => `{${gap}${entries.map(([key, of]) => `"${key}"${gap}:${gap}${of}`).join(`,${gap}`)}${gap}}`,
    ),
}))
const objects = fc
  .tuple(fc.array(fc.tuple(word, value), { maxLength: 5 }), space)
  .map(([entries, gap]) => `{${entries.map(([key, of]) => `"${key}":${gap}${of}`).join(',')}}${gap}`)
/** Bytes of the line taken out, or others put in. */
const changes = fc.array(
  fc.tuple(fc.nat(), fc.constantFrom(0, 1), fc.constantFrom(0x22, 0x2c, 0x7d, 0x5b, 0x5c, 0x31, 0x20, 0xc3, 0xff)),
  { maxLength: 2 },
)
const lines = fc.tuple(objects, fc.oneof(fc.constant([]), changes)).map(([text, altered]) => {
  const bytes = [...new TextEncoder().encode(text)]
  for (const [at, remove, byte] of altered) bytes.splice(at % bytes.length, remove, byte)
  return bytes
})

function parsed(bytes: readonly number[]): JsonObject | undefined {
  try {
    return JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes)),
    ) as JsonObject
  } catch {
    return undefined
  }
}

/** What a scan finds in the field, and what there is. */
function found({ values }: LineScan, field: number) {
  const all: number[] = []
  for (let at = values.firstOf(field); at !== -1; at = values.nextOf(at)) all.push(at)
  return {
    values: all.map((at) => values.valueOf(at)),
    texts: all.map((at) => values.textOf(at)),
    kept: all.map((at) => values.keep(at)),
    stated: values.isStated(field),
    present: values.isPresent(field),
  }
}

function expected(event: JsonObject, name: string) {
  const values = fieldReader(name)(event)
  const texts = values.map(exactText)
  return {
    values,
    texts,
    kept: texts,
    stated: presenceReader(name, () => true)(event),
    present: presenceReader(name, hasValue)(event),
  }
}

/** Reads a stream of lines one after the other, and holds what is found in each against the whole reader. */
function checkStream(stream: readonly (readonly number[])[], every: boolean): void {
  const scan = new LineScan(FIELDS, every)
  const bytes = Uint8Array.from(stream.flatMap((line) => [...line, 0x0a]))
  scan.turn(bytes)
  let start = 0
  for (const line of stream) {
    const end = start + line.length
    const read = scan.read(start, 1000)
    if (read !== -1) {
      expect(read).toBe(end)
      const event = parsed(line)
      expect(event).toBeDefined()
      for (const [field, name] of FIELDS.entries())
        expect([name, found(scan, field)]).toEqual([name, expected(event ?? {}, name)])
      const all = Array.from({ length: scan.values.count }, (_, at) => scan.values.textOf(at))
      if (every)
        expect(all.sort()).toEqual(
          scalarsIn(event ?? {})
            .map(exactText)
            .sort(),
        )
    }
    start = end + 1
  }
}

test.each([[false], [true]])('what a scan takes it reads as the whole reader does; every value: %s', (every) => {
  fc.assert(
    fc.property(fc.array(lines, { minLength: 1, maxLength: 4 }), (stream) => checkStream(stream, every)),
    { numRuns: RUNS },
  )
})

/** Objects that are long enough to be remembered, of which the same stand in several lines. */
const often = fc.array(
  fc
    .array(fc.tuple(word, value), { maxLength: 3 })
    .map((entries) => `{${entries.map(([key, of]) => `"${key}":${of},`).join('')}"x":"${'x'.repeat(70)}"}`),
  { minLength: 1, maxLength: 3 },
)
const repeated = often.chain((objectsOften) =>
  fc.array(
    fc
      .array(fc.tuple(word, fc.oneof(fc.constantFrom(...objectsOften), scalars)), { minLength: 1, maxLength: 3 })
      .map((entries) => [...new TextEncoder().encode(`{${entries.map(([key, of]) => `"${key}":${of}`).join(',')}}`)]),
    { minLength: 3, maxLength: 8 },
  ),
)

test.each([[false], [true]])('an object that stood in lines before is read as it was; every value: %s', (every) => {
  fc.assert(
    fc.property(repeated, (stream) => checkStream(stream, every)),
    { numRuns: RUNS },
  )
})

test('every object without dots in its keys is taken', () => {
  const key = fc.oneof(
    fc.constantFrom('a', 'b', 'c', 'd', 'é', 'x'),
    fc.string({ unit: 'binary' }).filter((text) => !/[."\\\p{Cc}]/u.test(text)),
  )
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(key, tie('json'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(key, json, { maxKeys: 6 }), fc.boolean(), (object, every) => {
      const bytes = new TextEncoder().encode(`${JSON.stringify(object)}\n`)
      const scan = new LineScan(FIELDS, every)
      scan.turn(bytes)
      expect(scan.read(0, bytes.length)).toBe(bytes.length - 1)
    }),
    { numRuns: RUNS },
  )
})
