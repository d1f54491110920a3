import { describe, expect, test } from 'vitest'
import { column, rows, told } from './searched.ts'

const events = [
  { _time: 1, user: 'a', kind: 'login', n: 1 },
  { _time: 2, user: 'b', kind: 'login', n: 2 },
  { _time: 4, user: 'a', kind: 'read', n: 3 },
  { _time: 5, user: 'a', kind: 'logout', n: 4 },
  { _time: 9, user: 'a', kind: 'read', n: 5 },
]

/** The events of each transaction by their numbers, newest transaction first. */
function grouped(options: string): readonly unknown[] {
  return column('n', `* | transaction user mvlist=t ${options}`, events)
}

describe('a transaction', () => {
  test('is one row of what its events share and hold', () =>
    expect(rows('user=a | transaction user', events)).toEqual([
      {
        _time: 1,
        user: 'a',
        kind: ['login', 'logout', 'read'],
        n: [1, 3, 4, 5],
        duration: 8,
        eventcount: 4,
        closed_txn: 0,
      },
    ]))
  test('is told apart by its fields', () => expect(grouped('')).toEqual([2, [1, 3, 4, 5]]))
  test('is bounded', () => {
    expect(grouped('maxspan=4s')).toEqual([[4, 5], 2, [1, 3]])
    expect(grouped('maxpause=3s')).toEqual([5, 2, [1, 3, 4]])
    expect(grouped('maxevents=2')).toEqual([[4, 5], 2, [1, 3]])
  })
  test('begins and ends', () => {
    expect(grouped('startswith="login" endswith="logout"')).toEqual([[1, 3, 4]])
    expect(grouped('startswith=eval(kind=="login")')).toEqual([2, [1, 3, 4, 5]])
    expect(grouped('startswith=(kind=login) endswith=(kind=read)')).toEqual([[1, 3]])
    expect(grouped('startswith=(kind=login OR kind=read) endswith=(kind=logout)')).toEqual([[3, 4]])
  })
  test('that misses its end is shown on demand', () =>
    expect(
      rows('* | transaction user startswith="login" endswith="logout" keepevicted=t | table n closed_txn', events),
    ).toEqual([
      { n: 5, closed_txn: 0 },
      { n: 2, closed_txn: 0 },
      { n: [1, 3, 4], closed_txn: 1 },
    ]))
  test('of several fields holds events that have some of them', () => {
    const parts = [
      { _time: 1, a: 'x' },
      { _time: 2, a: 'x', b: 'y' },
      { _time: 3, b: 'y' },
      { _time: 4, c: 'z' },
    ]
    expect(column('eventcount', '* | transaction a b', parts)).toEqual([3])
    expect(column('eventcount', '* | transaction a b keeporphans=t', parts)).toEqual([undefined, 3])
  })
  test('needs the newest first', () =>
    expect(told('* | reverse | transaction user', events)).toEqual([
      '1:15 spl/unsorted "transaction" needs the newest rows first (put "sort 0 -_time" in front)',
    ]))
  test('gives its raw text in order of time', () =>
    expect(column('_raw', '_raw=* user=a | head 2 | transaction user', events)).toEqual([
      `${JSON.stringify(events[3])}\n${JSON.stringify(events[4])}`,
    ]))
})
