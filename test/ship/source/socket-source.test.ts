import { connect } from 'node:net'
import path from 'node:path'
import { expect, it } from 'vitest'
import { socketSource } from '../../../src/ship/source/socket-source.ts'
import { temporaryFolder } from '../../pack/temporary-folder.ts'
import { madeLines } from '../made-event.ts'

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
