import { expect, it } from 'vitest'
import { Source } from '../../src/diagnostic/source.ts'
import { decodeSchema } from '../../src/engine/schema-file.ts'

const decoded = (text: string) => decodeSchema(new Source('schema', text))
const codes = (text: string) => decoded(text).diagnostics.map((one) => `${one.code} ${one.message}`)

it('reads types by whole names, from YAML and from JSON', () => {
  const types = new Map([
    ['file.path', 'keyword'],
    ['process.pid', 'long'],
    ['source.ip', 'ip'],
  ])
  expect(decoded('file.path: keyword\nprocess.pid: long\nsource.ip: ip\n').schema.types).toEqual(types)
  expect(decoded('{"file.path": "keyword", "process.pid": "long", "source.ip": {"type": "ip"}}').schema.types).toEqual(
    types,
  )
  expect(decoded('').schema.types.size).toBe(0)
})

it('reads what stands for null', () => {
  const { schema, diagnostics } = decoded(
    '{"a": {"type": "keyword", "null_value": "NONE"}, "b": {"type": "long", "null_value": 0}}',
  )
  expect(diagnostics).toEqual([])
  expect([...schema.nullValues]).toEqual([
    ['a', 'NONE'],
    ['b', 0],
  ])
})

it('tells what is wrong with it', () => {
  expect(decoded('a: keywrod').diagnostics).toMatchObject([
    { code: 'engine/schema', message: 'there is no type "keywrod"', hint: 'did you mean "keyword"?' },
  ])
  expect(codes('a: [keyword]')).toEqual(['engine/schema a type is one word'])
  expect(codes('- keyword')).toEqual(['engine/schema a schema is a map from fields to types'])
  expect(codes('a: keyword\n---\nb: long\n')).toEqual(['engine/schema a schema is one document'])
  expect(codes('a: {typ: long}')).toEqual([
    'engine/missing-key a field of a schema needs "type"',
    'engine/unknown-key a field of a schema has no "typ"',
  ])
})
