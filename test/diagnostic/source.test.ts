import { describe, expect, it } from 'vitest'
import { Source } from '../../src/diagnostic/source.ts'

describe('a source', () => {
  const source = new Source('f', 'ab\r\ncd\n')

  it.each([
    [0, 1, 1],
    [2, 1, 3],
    [4, 2, 1],
    [7, 3, 1],
    [99, 3, 1],
  ])('offset %i is line %i, column %i', (offset, line, column) => {
    expect(source.position(offset)).toEqual({ line, column })
  })

  it('gives lines without their break, and nothing for lines that are not there', () => {
    expect([0, 1, 2, 3, 4].map((line) => source.line(line))).toEqual(['', 'ab', 'cd', '', ''])
  })

  it('counts lines from where an excerpt begins', () => {
    const excerpt = new Source('f', 'x\ny', 10)
    expect(excerpt.position(2)).toEqual({ line: 11, column: 1 })
    expect(excerpt.line(11)).toBe('y')
  })
})
