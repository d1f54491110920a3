import { describe, expect, test } from 'vitest'
import { renderDiagnostic } from '../../src/diagnostic/frame.ts'
import { NdjsonReader, type NdjsonOptions, renderNdjson } from '../../src/event/ndjson.ts'

/** Reads a whole text; gives the lines, what was wrong as `line:column code`, and how many were skipped. */
function read(input: string | Uint8Array, options: Partial<NdjsonOptions> = {}) {
  const reader = new NdjsonReader({ name: 'e.ndjson', ...options })
  const lines = [...reader.push(input), ...reader.end()]
  const wrong = reader.diagnostics.map(({ code, span }) => {
    if (!span) return code
    const { line, column } = span.source.position(span.start)
    return `${line}:${column} ${code}`
  })
  return { lines, wrong, skipped: reader.skipped, diagnostics: reader.diagnostics }
}

describe('reads', () => {
  test.each([
    ['lines', '{"a":1}\n{"a":2}\n'],
    ['a last line without its newline', '{"a":1}\n{"a":2}'],
    ['carriage returns', '{"a":1}\r\n{"a":2}\r\n'],
    ['a byte order mark', '\ufeff{"a":1}\n{"a":2}\n'],
    ['a line separator inside a text', '{"a":1,"t":"\u2028"}\n{"a":2}\n'],
  ])('%s', (_, text) => {
    const { lines, wrong } = read(text)
    expect(wrong).toEqual([])
    expect(lines.map(({ line, object }) => [line, object.a])).toEqual([
      [1, 1],
      [2, 2],
    ])
  })

  test('nothing from nothing', () => {
    expect(read('')).toMatchObject({ lines: [], wrong: [], skipped: 0 })
  })

  test('past empty lines, which still count as lines', () => {
    const { lines, wrong, skipped } = read('\n{"a":1}\n  \r\n\n{"a":2}\n')
    expect(lines.map(({ line }) => line)).toEqual([2, 5])
    expect([wrong, skipped]).toEqual([[], 0])
  })

  test('a key that would be a prototype as a key like any other', () => {
    const [line] = read('{"__proto__":{"a":1}}\n').lines
    expect(line && Object.hasOwn(line.object, '__proto__')).toBe(true)
    expect(line?.object.a).toBeUndefined()
  })
})

describe('skips, tells and goes on:', () => {
  test.each([
    ['broken JSON', '{"a":1', '2:7 event/broken-json'],
    ['an unfinished text', '{"a":"x', '2:8 event/broken-json'],
    ['two values', '{"a":1}{"a":2}', '2:8 event/broken-json'],
    ['a list', '[1]', '2:1 event/not-an-object'],
    ['a text', '"a"', '2:1 event/not-an-object'],
    ['null', 'null', '2:1 event/not-an-object'],
    ['a byte order mark that is not at the start', '\ufeff{}', '2:1 event/broken-json'],
    ['too many levels', `{"a":${'['.repeat(64)}${']'.repeat(64)}}`, '2:1 event/too-deep'],
    ['a line too long', `{"a":"${'x'.repeat(300)}"}`, '2:1 event/line-too-long'],
    ['a line too long in bytes only', `{"a":"${'€'.repeat(90)}"}`, '2:1 event/line-too-long'],
  ])('%s', (_, bad, where) => {
    const { lines, wrong, skipped } = read(`{"a":1}\n${bad}\n{"a":2}\n`, { longest: 200 })
    expect(wrong).toEqual([where])
    expect(skipped).toBe(1)
    expect(lines.map(({ line }) => line)).toEqual([1, 3])
  })

  test('bytes that are no UTF-8', () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('{"a":1}\n{"a":"'), 0xff, 0x22, 0x7d, 0x0a, 0x7b, 0x7d])
    expect(read(bytes)).toMatchObject({ wrong: ['2:7 event/invalid-utf8'], lines: [{ line: 1 }, { line: 3 }] })
  })

  test('a million brackets', () => {
    expect(read(`${'['.repeat(1e6)}\n{}\n`)).toMatchObject({ skipped: 1, lines: [{ line: 2 }] })
  })

  test('as deep as is allowed is no mistake', () => {
    expect(read(`{"a":${'['.repeat(63)}${']'.repeat(63)}}\n`).wrong).toEqual([])
  })

  test('the longest line allowed is read, one byte more is not', () => {
    expect(read('{"a":"x"}\r\n', { longest: 9 }).lines).toHaveLength(1)
    expect(read('{"a":"xy"}\n', { longest: 9 }).wrong).toEqual(['1:1 event/line-too-long'])
  })

  test('the first of each kind in full, then how many more', () => {
    const { diagnostics, skipped } = read('{\n'.repeat(1500) + '1\n', { told: 2 })
    expect(skipped).toBe(1501)
    expect(diagnostics.map(({ code, span, message }) => `${code}${span ? '' : ` ${message}`}`)).toEqual([
      'event/broken-json',
      'event/broken-json',
      'event/not-an-object',
      'event/broken-json e.ndjson: 1,498 more of these; 1,500 in all',
    ])
  })

  test('with the place and the beginning of the line, whatever its length', () => {
    const [one] = read(`{}\n{"a":${'1'.repeat(5000)}x}\n`).diagnostics
    expect(one && renderDiagnostic(one).split('\n')[0]).toBe(
      'e.ndjson:2:1001: error[event/broken-json]: this line is not JSON, at character 5006',
    )
  })
})

test('a line in a thousand pieces is held within the longest length', () => {
  const reader = new NdjsonReader({ name: 'e', longest: 100 })
  for (let n = 0; n < 1000; n++) expect(reader.push('{"a":')).toEqual([])
  expect(reader.push('\n{}\n')).toEqual([{ line: 2, object: {}, text: '{}' }])
  expect(reader.diagnostics.map(({ code }) => code)).toEqual(['event/line-too-long'])
})

test('a chunk may be used again for other bytes', () => {
  const reader = new NdjsonReader({ name: 'e' })
  const chunk = new TextEncoder().encode('{"a":')
  reader.push(chunk)
  chunk.fill(0)
  expect(reader.push('1}\n')).toEqual([{ line: 1, object: { a: 1 }, text: '{"a":1}' }])
})

test('writes one line, keys as they stand, Unicode line ends escaped', () => {
  expect(renderNdjson({ b: 'x\u2028\u2029\n', a: [1] })).toBe('{"b":"x\\u2028\\u2029\\n","a":[1]}\n')
})
