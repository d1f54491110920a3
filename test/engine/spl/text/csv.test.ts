import { expect, test } from 'vitest'
import { readCsv } from '../../../../src/engine/spl/text/csv.ts'

test('a table', () => {
  expect(readCsv('\ufeffa, b\r\n1,"x, ""y""\nz"\n\n2\n')).toEqual([
    { a: '1', b: 'x, "y"\nz' },
    { a: '2', b: '' },
  ])
  expect(readCsv('')).toEqual([])
  expect(readCsv('a\n1,')).toEqual([{ a: '1' }])
  expect(readCsv('a\n"1')).toEqual([{ a: '1' }])
})
