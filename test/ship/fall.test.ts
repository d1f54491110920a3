import path from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { startElastic } from './elastic-stand-in.ts'
import { fallAgainAndAgain } from './fall.ts'
import { startFaultyProxy } from './faulty-proxy.ts'

// A few falls in memory; `make soak-ship` has twenty, on a real Elasticsearch and on the collector.
it('loses and doubles nothing when it is killed at any moment, while the log is rotated', async () => {
  const elastic = await startElastic()
  const proxy = await startFaultyProxy(elastic.url)
  const folder = temporaryFolder()
  const spool = path.join(folder, 'spool')
  const made = await fallAgainAndAgain({
    args: [
      '-t',
      'elastic',
      '--elasticsearch',
      proxy.url,
      '--spool',
      spool,
      '--flush',
      '20ms',
      '--retry',
      '10ms',
      '--batch',
      '20k',
    ],
    cwd: folder,
    file: path.join(folder, 'events.ndjson'),
    kills: 4,
    longest: 400,
    trouble: () => {
      proxy.faults.push('lose', 'half')
      elastic.rollOver()
    },
  })
  const ids = elastic.backing.flatMap((index) => [...index.keys()].filter((id) => id.startsWith('run-')))
  expect(made).toBeGreaterThan(500)
  expect([ids.length, new Set(ids).size]).toEqual([made, made])
  await proxy.close()
  await elastic.close()
}, 60_000)
