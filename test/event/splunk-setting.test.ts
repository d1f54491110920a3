import { expect, test } from 'vitest'
import { emitFieldList, emitProps } from '../../src/event/splunk-setting.ts'

test('lists each field, with what Splunk extracts a list as', () => {
  const lines = emitFieldList().split('\n')
  expect(lines[0]).toBe('field,extracted,type,multivalue,required,meaning')
  expect(lines).toContain('process.pid,process.pid,long,false,true,Process id in the initial namespace')
  expect(lines.find((line) => line.startsWith('detpack.flow.object.id,'))).toBe(
    'detpack.flow.object.id,detpack.flow.object.id{},keyword,true,false,"Classed objects whose data or descriptor the process holds, at most 8"',
  )
})

test('gives a list the name that rules use, in both sourcetypes', () => {
  expect(emitProps().match(/"detpack\.flow\.object\.id\{\}" ASNEW "detpack\.flow\.object\.id"/g)).toHaveLength(2)
})

test('never extracts the same JSON twice', () => {
  for (const stanza of emitProps().split(/^\[/m))
    expect(/KV_MODE = json/.test(stanza) && /INDEXED_EXTRACTIONS/.test(stanza)).toBe(false)
})
