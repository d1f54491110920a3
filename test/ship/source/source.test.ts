import { expect, it } from 'vitest'
import { LineFeed, type Sink } from '../../../src/ship/source/source.ts'

it('brings bytes in the order in which they came, also those that came when there was room again', async () => {
  const lines: unknown[] = []
  const told: unknown[] = []
  let makeRoom = (): void => undefined
  const room = new Promise<void>((resolve) => (makeRoom = resolve))
  let asked = 0
  const sink: Sink = {
    // Room is waited for once; then there is some.
    ready: async () => {
      if (asked++ === 0) await room
      return true
    },
    lines: { turn: () => undefined, skim: () => -1, take: ({ object }) => void lines.push(object['a']) },
    taken: () => undefined,
    tell: (diagnostics) => void told.push(...diagnostics),
  }
  const feed = new LineFeed('a stream', sink)
  const pieces = ['{"a":1}\n{"a"', ':2}\n', '{"a":3}'].map((text) => feed.push(Buffer.from(text)))
  const ended = feed.end()
  makeRoom()
  await Promise.all([...pieces, ended])
  expect([lines, told]).toEqual([[1, 2, 3], []])
})
