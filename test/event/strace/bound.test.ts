import { expect, test } from 'vitest'
import { imported } from './classes.ts'

/** Recordings that would eat memory or time, were there no bounds. What finds no room is said, never silent. */

test('more threads than are remembered are told, and every line is read', () => {
  const lines = Array.from({ length: 70_000 }, (_, at) => `${at + 1} getpid() = 1`)
  const { counts, diagnostics } = imported(lines.join('\n'))
  expect(counts).toMatchObject({ lines: 70_000, skipped: 0 })
  expect(diagnostics.map((one) => one.code)).toEqual(['event/strace-forgotten'])
})

test('descriptors of a table that had no room for all are forgotten, not unseen', () => {
  const opens = Array.from({ length: 5000 }, (_, at) => `dup2(0</k/a>, ${at + 1}) = ${at + 1}</k/a>`)
  const { events } = imported([...opens, 'read(4999</k/a>, "", 1) = 1'].join('\n'))
  expect(events.at(-1)?.detpack.descriptor?.origin).toBe('forgotten')
})

test('many children of a process with many descriptors share one budget', () => {
  const opens = Array.from({ length: 4000 }, (_, at) => `dup2(0</k/a>, ${at + 1}) = ${at + 1}</k/a>`)
  const forks = Array.from({ length: 400 }, (_, at) => `fork() = ${at + 100}`)
  const { events } = imported([...opens, ...forks, '499 read(9</k/a>, "", 1) = 1'].join('\n'))
  expect(events.at(-1)?.detpack.descriptor?.origin).toBe('forgotten')
})

test('forks that never return do not make later parents hard to find', () => {
  const begun = Array.from({ length: 2000 }, (_, at) => `${at + 1} getpid() = 1`)
  const forks = Array.from({ length: 2000 }, (_, at) => `${at + 1} fork( <unfinished ...>`)
  const children = Array.from({ length: 2000 }, (_, at) => `${at + 5001} unlink("/a") = 0`)
  const { events, counts } = imported([...begun, ...forks, ...children].join('\n'))
  expect(events.filter((one) => one.event.action === 'process_fork')).toHaveLength(256)
  expect(counts.withoutOutcome).toBe(2000)
})
