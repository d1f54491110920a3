import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { emitIndexTemplate } from '../../src/event/index-template.ts'
import { ElasticsearchClient } from '../elasticsearch/client.ts'
import { makeIndex } from '../elasticsearch/detpack-index.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'
import { running } from './running.ts'

const url = inject('elasticsearch')

describe.skipIf(url === '')('a host, its shipper and a real cluster', () => {
  const client = new ElasticsearchClient(url)
  const stream = `logs-detpack.use-${randomBytes(6).toString('hex')}`
  const index = `host-${randomBytes(6).toString('hex')}`

  afterAll(async () => {
    await client.request('DELETE', `/_data_stream/${stream}`).catch(() => undefined)
    await client.request('DELETE', `/_index_template/${stream}`).catch(() => undefined)
    await client.request('DELETE', `/${index}?ignore_unavailable=true`)
  })

  it('finds the event that it put in, once the shipper has delivered it', async () => {
    const cwd = temporaryFolder({
      'detpack.yml':
        `pack: {name: mine}\nship: {input: events.ndjson, spool: spool}\n` +
        `targets: {elastic: {elasticsearch: '${url}', index: '${stream}', data_stream: '${stream}'}}\n`,
      'events.ndjson': '',
    })
    mkdirSync(path.join(cwd, 'spool'))
    const template = { ...emitIndexTemplate(), index_patterns: [stream], priority: 400 }
    await client.request('PUT', `/_index_template/${stream}`, template)
    const shipper = running(['ship', '-t', 'elastic', '--all', '--flush', '100ms'], { cwd })
    await shipper.until('shipping ')
    const { stdout, stderr } = await running(['check', 'host', '-t', 'elastic', '--within', '30s'], { cwd }).ended
    shipper.child.kill('SIGTERM')
    await shipper.ended
    expect(stdout, stderr + shipper.said()).toMatch(/DP-7\.3 +pass/)
    const { event } = JSON.parse(readFileSync(path.join(cwd, 'events.ndjson'), 'utf8')) as { event: { action: string } }
    expect(event.action).toBe('sensor_canary')
  })

  it('knows from the events there when hosts were watched; that a shipper is well says nothing', async () => {
    const cwd = temporaryFolder({
      'detpack.yml': `pack: {name: mine}\ntargets: {elastic: {elasticsearch: '${url}', index: '${index}'}}\n`,
    })
    const start = Date.now() - 3_600_000
    const said = (minute: number, n: number, more: object = {}): object => ({
      '@timestamp': new Date(start + minute * 60_000).toISOString(),
      event: { id: `e-${n}`, action: 'sensor_health', ...more },
      host: { name: 'db-1' },
    })
    const events = [0, 1, 2, 30, 31].map((minute, n) => said(minute, n))
    const shipper = [4, 6, 8, 10, 12].map((minute, n) => said(minute, 10 + n, { provider: 'shipper' }))
    await makeIndex(client, index, [...events, ...shipper] as Parameters<typeof makeIndex>[2])
    const pull = (): string => detpack(['evidence', 'coverage', '--from', 'elastic', '--since', '1d'], { cwd }).stderr
    expect(pull()).toContain('5 signs of sensors read; 2 stretches of 1 host')
    const before = readFileSync(path.join(cwd, 'reviews/coverage.ndjson'), 'utf8')
    writeFileSync(path.join(cwd, 'events.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    expect(detpack(['evidence', 'coverage', 'events.ndjson'], { cwd }).stderr).toContain('2 stretches of 1 host')
    expect(readFileSync(path.join(cwd, 'reviews/coverage.ndjson'), 'utf8')).toBe(before)
  })
})
