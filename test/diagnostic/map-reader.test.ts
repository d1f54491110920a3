import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts'
import { place } from '../../src/diagnostic/frame.ts'
import { MapReader } from '../../src/diagnostic/map-reader.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { parseYaml } from '../../src/diagnostic/yaml.ts'

function readerOf(text: string): { reader: MapReader; found: Diagnostic[] } {
  const root = parseYaml(new Source('a.yml', text)).documents[0]?.root
  if (root?.kind !== 'map') throw new Error('the test needs a map')
  const found: Diagnostic[] = []
  return { reader: new MapReader(root, 'pack', 'a thing', found), found }
}

describe('a map read key by key', () => {
  it('gives the values it was asked for and has no complaint', () => {
    const { reader, found } = readerOf('name: x\ncount: 3\non: true\nmany: [a, b]\none: c\n')
    expect(reader.text('name')).toBe('x')
    expect(reader.integer('count', 0)).toBe(3)
    expect(reader.boolean('on')).toBe(true)
    expect(reader.texts('many')?.map((each) => each.text)).toEqual(['a', 'b'])
    expect(reader.texts('one')?.map((each) => each.text)).toEqual(['c'])
    reader.finish()
    expect(found).toEqual([])
  })

  it('names a key that nobody asked for, with the one that was meant', () => {
    const { reader, found } = readerOf('nmae: x\n')
    reader.text('name')
    reader.finish()
    expect(found).toMatchObject([{ code: 'pack/unknown-key', hint: 'did you mean "name"?' }])
  })

  it('says which key is missing', () => {
    const { reader, found } = readerOf('other: x\n')
    reader.require('name')
    expect(found).toMatchObject([{ code: 'pack/missing-key', message: 'a thing needs "name"' }])
  })

  it.each([
    ['text', (reader: MapReader) => reader.text('key'), 'key: [x]'],
    ['integer', (reader: MapReader) => reader.integer('key', 1), 'key: 0'],
    ['integer', (reader: MapReader) => reader.integer('key', 1), 'key: 1.5'],
    ['boolean', (reader: MapReader) => reader.boolean('key'), 'key: maybe'],
    ['map', (reader: MapReader) => reader.map('key'), 'key: x'],
    ['list', (reader: MapReader) => reader.list('key'), 'key: x'],
    ['texts', (reader: MapReader) => reader.texts('key'), 'key: [{}]'],
  ])('points at a value that is no %s', (_kind, ask, text) => {
    const { reader, found } = readerOf(text)
    ask(reader)
    expect(found).toMatchObject([{ code: 'pack/wrong-type' }])
    expect(found.map((one) => one.span && place(one.span))).toEqual([text.includes('[{') ? 'a.yml:1:7' : 'a.yml:1:6'])
  })
})
