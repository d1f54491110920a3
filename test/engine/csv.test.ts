import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Source } from '../../src/diagnostic/source.ts'
import { decodeCsv } from '../../src/engine/csv.ts'

const decoded = (text: string) => decodeCsv(new Source('table.csv', text))
const codes = (text: string) => decoded(text).diagnostics.map((one) => one.message)

it('reads cells as texts by the names of the header, empty ones as no value', () => {
  expect(decoded('\ufeffname,n,note\r\na,1,\r\n\n"b, ""c""\nd",2,x').rows).toEqual([
    { name: 'a', n: '1' },
    { name: 'b, "c"\nd', n: '2', note: 'x' },
  ])
  expect(decoded('name\n').rows).toEqual([])
})

it('tells lines that do not fit and goes on', () => {
  const { rows, diagnostics } = decoded('a,b\n1\n1,2\n1,2,3\n')
  expect(rows).toEqual([{ a: '1', b: '2' }])
  expect(diagnostics.map((one) => [one.span?.source.position(one.span.start).line, one.message])).toEqual([
    [2, 'this line has 1 cells, and the header has 2'],
    [4, 'this line has 3 cells, and the header has 2'],
  ])
  expect(codes('')).toEqual(['"table.csv" is empty'])
  expect(codes('a,a\n')).toEqual(['the column "a" is there twice'])
  expect(codes('a\n"x\n')).toEqual(['this quote does not end'])
})

it('reads any cells that were written with quotes', () => {
  const cell = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
      const text = ['x,y', ...rows.map((row) => row.map(quoted).join(','))].join('\n')
      expect(decoded(text).rows).toEqual(rows.map(([x, y]) => ({ x, y })))
    }),
  )
})

it('ends on any text', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a') }), (text) => void decoded(text)))
})
