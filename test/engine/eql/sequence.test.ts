import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import type { EqlOptions } from '../../../src/engine/eql/run.ts'
import { lines, run } from './query.ts'

/** Events of the kinds that the letters name, a millisecond apart; a space is a millisecond without one. */
function stream(kinds: string, more: JsonObject = {}): JsonObject[] {
  return Array.from(kinds).flatMap((kind, at) => (kind === ' ' ? [] : [{ '@timestamp': at, kind, ...more }]))
}

function found(text: string, events: readonly JsonObject[], options: EqlOptions = {}) {
  return lines(run(text, events, { categoryField: 'kind', ...options }))
}

describe('a sequence', () => {
  it('carries the newest partial sequence on and forgets the older ones', () => {
    expect(found('sequence [a where true] [b where true]', stream('aabb'))).toEqual([[2, 3]])
    expect(found('sequence [a where true] [b where true] [c where true]', stream('abac'))).toEqual([[1, 2, 4]])
    expect(found('sequence [a where true] [b where true] [c where true]', stream('ababcc'))).toEqual([[3, 4, 5]])
  })

  it('lets an event serve several stages, of different sequences', () =>
    expect(found('sequence [any where kind != "x"] [any where true]', stream('abc'))).toEqual([
      [1, 2],
      [2, 3],
    ]))

  it('is as long as its maxspan at most', () => {
    const text = 'sequence with maxspan=3ms [a where true] [b where true]'
    expect(found(text, stream('a  b'))).toEqual([[1, 2]])
    expect(found(text, stream('a   b'))).toEqual([])
    // The older of two that is still short enough is gone, too.
    expect(found('sequence with maxspan=3ms [a where true] [b where true] [c where true]', stream('a ab  c'))).toEqual(
      [],
    )
  })

  it.each([
    ['1s', 1000],
    ['2m', 120_000],
    ['3h', 10_800_000],
    ['4d', 345_600_000],
  ])('knows the unit of %s', (written, length) => {
    const text = `sequence with maxspan=${written} [a where true] [b where true]`
    const events = (gap: number) => [
      { kind: 'a', '@timestamp': 0 },
      { kind: 'b', '@timestamp': gap },
    ]
    expect(found(text, events(length))).toEqual([[1, 2]])
    expect(found(text, events(length + 1))).toEqual([])
  })

  it('ends with an until event, that of its last step included', () => {
    const text = 'sequence [a where true] [b where true] [c where true] until [any where u]'
    const until = (at: number) => stream('abc').map((event, index) => ({ ...event, u: index === at }))
    expect(found(text, until(-1))).toEqual([[1, 2, 3]])
    expect(found(text, until(0))).toEqual([])
    expect(found(text, until(1))).toEqual([])
    expect(found(text, until(2))).toEqual([[1, 2, 3]])
    expect(found('sequence [a where true] [b where true] until [x where true]', stream('axb'))).toEqual([])
    expect(found('sequence [a where true] [b where true] until [x where true]', stream('xabx'))).toEqual([[2, 3]])
  })

  it('repeats what runs', () => {
    expect(found('sequence [a where true] with runs=3 [b where true]', stream('aaab'))).toEqual([[1, 2, 3, 4]])
    expect(found('sequence [a where true] with runs=2', stream('aaa'))).toEqual([
      [1, 2],
      [2, 3],
    ])
  })

  it('gives results by their last event; head and tail cut them one after the other', () => {
    const text = 'sequence by k [a where true] [b where true]'
    const events = ['a1', 'a2', 'a3', 'b3', 'b1', 'b2'].map(([kind = '', k = '']) => ({ kind, k }))
    expect(found(text, events)).toEqual([
      [3, 4],
      [1, 5],
      [2, 6],
    ])
    expect(found(`${text} | head 2`, events)).toEqual([
      [3, 4],
      [1, 5],
    ])
    expect(found(`${text} | head 2 | tail 1`, events)).toEqual([[1, 5]])
    expect(found(`${text} | tail 2 | head 1`, events)).toEqual([[1, 5]])
    expect(found(`${text} | tail 9`, events)).toHaveLength(3)
    expect(found(`${text} | head 0`, events)).toEqual([])
  })

  it('takes no events without a time', () =>
    expect(
      found('sequence [a where true] [b where true]', [{ kind: 'a' }, { kind: 'b', '@timestamp': 'soon' }]),
    ).toEqual([]))
})

describe('the order', () => {
  const text = 'sequence [a where true] [b where true]'
  it('is time, then the tiebreaker, absent first, then arrival', () => {
    const at = (kind: string, time: number, n?: number) => ({ kind, '@timestamp': time, ...(n !== undefined && { n }) })
    expect(found(text, [at('b', 5), at('a', 3)])).toEqual([[2, 1]])
    expect(found(text, [at('a', 3), at('b', 3)])).toEqual([[1, 2]])
    expect(found(text, [at('b', 3), at('a', 3)])).toEqual([])
    expect(found(text, [at('b', 3, 2), at('a', 3, 1)], { tiebreakerField: 'n' })).toEqual([[2, 1]])
    expect(found(text, [at('b', 3, 1), at('a', 3)], { tiebreakerField: 'n' })).toEqual([[2, 1]])
    expect(
      found('any where true', [at('x', 9), at('x', 3, 2), at('x', 3), at('x', 3, 10)], { tiebreakerField: 'n' }),
    ).toEqual([3, 2, 4, 1])
  })

  it('has events without a time first, where they can be found', () =>
    expect(found('any where true', [{ kind: 'a' }, { kind: 'b', '@timestamp': null }])).toEqual([2, 1]))
})

describe('join keys', () => {
  const keyed = (...events: readonly (readonly [string, JsonObject])[]) =>
    events.map(([kind, more]) => ({ kind, ...more }))

  it('are those of the whole sequence, then those of each event', () => {
    const text = 'sequence by h [a where true] by x [b where true] by y'
    const events = keyed(
      ['a', { h: 1, x: 'p' }],
      ['b', { h: 1, y: 'q' }],
      ['b', { h: 2, y: 'p' }],
      ['b', { h: 1, y: 'p' }],
    )
    const result = run(text, events, { categoryField: 'kind' })
    expect(result).toMatchObject({ of: 'sequences', sequences: [{ keys: ['1', 'p'] }] })
    expect(lines(result)).toEqual([[1, 4]])
  })

  it('skip an event without the field, unless it is optional', () => {
    const events = keyed(['a', { k: null }], ['b', {}], ['a', { k: 'x' }], ['b', { k: 'x' }])
    expect(found('sequence by k [a where true] [b where true]', events)).toEqual([[3, 4]])
    const result = run('sequence by ?k [a where true] [b where true]', events, { categoryField: 'kind' })
    expect(lines(result)).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(result).toMatchObject({ sequences: [{ keys: [null] }, { keys: ['x'] }] })
    expect(found('sequence by ?nowhere [a where true] [b where true]', events)).toHaveLength(2)
  })

  it('are one for each distinct value, and for each combination', () => {
    const events = keyed(['a', { k: ['y', 'x', 'x'], n: [2, 10] }], ['b', { k: ['x', 'y', 'z'], n: [10, 2] }])
    const result = run('sequence by k, n [a where true] [b where true]', events, { categoryField: 'kind' })
    expect(result).toMatchObject({
      sequences: [
        ['x', '2'],
        ['x', '10'],
        ['y', '2'],
        ['y', '10'],
      ].map((keys) => ({ keys })),
    })
  })

  it('are equal as text, and never by accident', () => {
    const text = 'sequence [a where true] by x, y [b where true] by x, y'
    expect(found(text, keyed(['a', { x: 'p1', y: '' }], ['b', { x: 'p', y: '1' }]))).toEqual([])
    expect(found(text, keyed(['a', { x: '1:', y: '-' }], ['b', { x: '1:', y: '-' }]))).toEqual([[1, 2]])
    expect(found('sequence by n [a where true] [b where true]', keyed(['a', { n: 1 }], ['b', { n: 1.0 }]))).toEqual([
      [1, 2],
    ])
  })

  it('part what until ends, and what must be missing', () => {
    const text = 'sequence by k with maxspan=1s [a where true] ![x where true] [b where true] until [u where true]'
    const events = (...kinds: readonly string[]) => kinds.map(([kind = '', k = '']) => ({ kind, k }))
    expect(found(text, events('a1', 'x2', 'u2', 'b1'))).toEqual([[1, null, 4]])
    expect(found(text, events('a1', 'x1', 'b1'))).toEqual([])
    expect(found(text, events('a1', 'u1', 'b1'))).toEqual([])
  })
})

describe('missing events', () => {
  const between = 'sequence with maxspan=10ms [a where true] ![x where true] [b where true]'
  it('between two are looked for strictly between their milliseconds', () => {
    expect(found(between, stream('a b'))).toEqual([[1, null, 2]])
    expect(found(between, stream('axb'))).toEqual([])
    expect(found(between, stream('xabx'))).toEqual([[2, null, 3]])
    const tied = ['a', 'x', 'b'].map((kind, at) => ({ kind, '@timestamp': at === 2 ? 1 : 0 }))
    expect(found(between, tied)).toEqual([[1, null, 3]])
  })

  it('do not let an older start take the place of the one that they spoil', () =>
    expect(found(between, stream('aaxb'))).toEqual([]))

  it('before the first are measured to the last', () => {
    const text = 'sequence with maxspan=3ms ![x where true] [a where true] [b where true]'
    expect(found(text, stream('x  ab'))).toEqual([[null, 2, 3]])
    expect(found(text, stream(' x ab'))).toEqual([])
    expect(found(text, stream(' ax b'))).toEqual([[null, 1, 3]])
  })

  it('after the last are measured from the first', () => {
    const text = 'sequence with maxspan=3ms [a where true] [b where true] ![x where true]'
    expect(found(text, stream('ab  x'))).toEqual([[1, 2, null]])
    expect(found(text, stream('ab x'))).toEqual([])
    expect(found(text, stream('a xb'))).toEqual([[1, 3, null]])
  })

  it('on both sides spoil a sequence only together', () => {
    const text = 'sequence with maxspan=3ms ![x where true] [a where true] ![x where true]'
    expect(found(text, stream('xa'))).toEqual([[null, 2, null]])
    expect(found(text, stream('ax'))).toEqual([[null, 1, null]])
    expect(found(text, stream('xa x'))).toEqual([])
    expect(found(text, stream('xa  x'))).toEqual([[null, 2, null]])
  })

  it('may run, and may be several', () => {
    expect(
      found('sequence with maxspan=1s [a where true] ![x where true] with runs=2 [b where true]', stream('a b')),
    ).toEqual([[1, null, null, 2]])
    const two = 'sequence with maxspan=1s [a where true] ![x where true] ![y where true] [b where true]'
    expect(found(two, stream('a b'))).toEqual([[1, null, null, 2]])
    expect(found(two, stream('ayb'))).toEqual([])
  })
})

describe('a sample', () => {
  const text = 'sample by k [a where true] [b where true]'
  const events = (...kinds: readonly string[]) => kinds.map(([kind = '', k = '']) => ({ kind, k: Number(k) }))

  it('joins events in any order, once for each key, by key', () => {
    const result = run(text, events('b9', 'a3', 'b3', 'a9', 'b3', 'a5'), { categoryField: 'kind' })
    expect(lines(result)).toEqual([
      [2, 3],
      [4, 1],
    ])
    expect(result).toMatchObject({ sequences: [{ keys: ['3'] }, { keys: ['9'] }] })
  })

  it('takes different events', () => {
    const same = 'sample by k [any where true] [any where true] [b where true]'
    expect(found(same, events('a1', 'b1'))).toEqual([])
    expect(found(same, events('b1', 'a1', 'b1'))).toEqual([[1, 2, 3]])
    expect(found(same, events('b1', 'a1', 'a1'))).toEqual([[2, 3, 1]])
  })

  it('may join by different fields, and by absent ones', () => {
    const own = [{ kind: 'a', x: 'p' }, { kind: 'b', y: 'p' }, { kind: 'a' }, { kind: 'b' }]
    expect(found('sample [a where true] by x [b where true] by y', own)).toEqual([[1, 2]])
    expect(found('sample [a where true] by ?x [b where true] by ?y', own)).toEqual([
      [3, 4],
      [1, 2],
    ])
  })
})
