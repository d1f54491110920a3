import { describe, expect, it } from 'vitest'
import { LiteralScan } from '../../../src/engine/stream/literal-scan.ts'

function found(literals: readonly string[], text: string): string[] {
  const places = new Set<number>()
  new LiteralScan(literals).scan(text, (place) => places.add(place))
  return literals.filter((_, place) => places.has(place))
}

describe('one scan for many literals', () => {
  it('finds those that overlap, and those inside one another', () =>
    expect(found(['she', 'he', 'hers', 'his', 'us'], 'ushers')).toEqual(['she', 'he', 'hers', 'us']))

  it('takes capital letters for small ones', () => expect(found(['passwd', 'z'], '/ETC/PassWd')).toEqual(['passwd']))

  it('finds what stands before and after a letter that is not English', () =>
    expect(found(['wget', 'äk', 'curl'], 'WGET Ä\u212a cuRL')).toEqual(['wget', 'äk', 'curl']))

  it('does not go on from the end of one literal into nothing', () =>
    expect(found(['ab', 'bb'], 'ab abc')).toEqual(['ab']))
})
