import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { expect, it } from 'vitest'
import { serveMetrics } from '../../../src/ship/metrics-socket.ts'
import { socketSource } from '../../../src/ship/source/socket-source.ts'
import { temporaryFolder } from '../../pack/temporary-folder.ts'
import { madeLines } from '../made-event.ts'

it('refuses a path that the system would cut off, and what is there already', async () => {
  const folder = temporaryFolder({ 'events.sock': 'a file of somebody' })
  const sink = {
    ready: () => Promise.resolve(true),
    lines: { turn: () => undefined, skim: () => -1, take: () => undefined },
    taken: () => undefined,
    tell: () => undefined,
  }
  const file = path.join(folder, 'events.sock')
  for (const [place, code] of [
    [path.join(folder, 'x'.repeat(108)), 'ENAMETOOLONG'],
    [file, 'EADDRINUSE'],
    [path.join(folder, 'nowhere/events.sock'), 'EACCES'],
  ] as const) {
    await expect(socketSource(place).run(sink)).rejects.toMatchObject({ code })
    await expect(serveMetrics(place, () => '')).rejects.toMatchObject({ code })
  }
  expect(readdirSync(folder)).toEqual(['events.sock'])
  expect(readFileSync(file, 'utf8')).toBe('a file of somebody')
})

it('ends with what went wrong when lines cannot be taken, and listens no more', async () => {
  const socket = path.join(temporaryFolder(), 'events.sock')
  const source = socketSource(socket)
  const running = source.run({
    ready: () => Promise.resolve(true),
    lines: {
      turn: () => undefined,
      skim: () => {
        throw new Error('there is no room for a dead letter')
      },
      take: () => undefined,
    },
    taken: () => undefined,
    tell: () => undefined,
  })
  const writing = new Promise((resolve) => {
    const attempt = (): void => {
      const sensor = connect(socket, () => sensor.write(madeLines(3)))
      sensor.on('error', () => setTimeout(attempt, 5)).on('close', resolve)
    }
    attempt()
  })
  await expect(running).rejects.toThrow('no room for a dead letter')
  source.stop()
  await writing
})
