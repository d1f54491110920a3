import { describe, expect, it } from 'vitest'
import { didYouMean, suggest } from '../../src/diagnostic/suggest.ts'

describe('suggestions', () => {
  it.each([
    ['contians', 'contains'],
    ['CONTAINS', 'contains'],
    ['startwith', 'startswith'],
    ['xyz', undefined],
    ['', undefined],
  ])('%s means %s', (misspelt, wanted) => {
    expect(suggest(misspelt, ['contains', 'startswith'])).toBe(wanted)
  })

  it('tells what is known where nothing is near and the list is short', () => {
    expect(didYouMean('xyz', ['one', 'two'])).toBe('known: one, two')
    expect(
      didYouMean(
        'xyz',
        Array.from({ length: 13 }, (_, i) => `name${i}`),
      ),
    ).toBeUndefined()
    expect(didYouMean('xyz', [])).toBeUndefined()
  })

  it('does not compare very long names', () => {
    expect(suggest('a'.repeat(300), ['a'.repeat(299)])).toBeUndefined()
  })
})
