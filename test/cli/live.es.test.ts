import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, inject, it } from 'vitest'
import type { JsonObject } from '../../src/event/field.ts'
import { ElasticsearchClient } from '../elasticsearch/client.ts'
import { makeIndex } from '../elasticsearch/detpack-index.ts'
import { detpack, type Ended } from './detpack.ts'
import { packFolder, processPack } from './live-pack.ts'
import { running } from './running.ts'

const url = inject('elasticsearch')

describe.skipIf(url === '')('texts tried on a real cluster', () => {
  const client = new ElasticsearchClient(url)
  const index = `live-${randomBytes(6).toString('hex')}`
  const live = (cwd: string, ...more: readonly string[]): Ended =>
    detpack(['test', '--live', 'elastic', '--elasticsearch', url, ...more], { cwd })

  afterAll(async () => {
    await client.request('DELETE', `/${index}?ignore_unavailable=true`)
  })

  it('find there what the rules mean, and leave nothing behind', async () => {
    const { code, stdout, stderr } = live(packFolder(index))
    expect(stderr).toMatch(/trying 2 recordings, each in an index detpack-trial-/)
    expect(stdout).toContain('ES|QL on the cluster: the same alerts for 2 rules, every event twice')
    expect(stdout).toContain('Lucene on the cluster: the same alerts for 1 rule, every event twice, 1 not said')
    expect(code).toBe(0)
    const left = await fetch(`${url}/_cat/indices/detpack-trial-*`)
    expect(await left.text()).toBe('')
  })

  it('find it in the events of other agents too, whose fields the mapping knows', () => {
    const { code, stdout } = live(processPack(index))
    expect(stdout).toContain('ES|QL on the cluster: the same alerts for 1 rule, every event twice')
    expect(code).toBe(0)
  })

  it('end when told to, and leave nothing behind then either', async () => {
    const { child, until, ended } = running(['test', '--live', 'elastic', '--elasticsearch', url], {
      cwd: packFolder(index),
    })
    // It is said when signals are listened for, and long before the first recording is through.
    await until('trying 2 recordings')
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(stderr).toContain('interrupted; nothing was left in the cluster')
    expect(code).toBe(2)
    const left = await fetch(`${url}/_cat/indices/detpack-trial-*`)
    expect(await left.text()).toBe('')
  })

  it('tell how often each rule would have alerted on the events that are there, and write nothing', async () => {
    const folder = packFolder(index)
    const events = readFileSync(`${folder}/test/recordings/sent.ndjson`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject)
    const today = events.map((event, at) => ({
      ...event,
      '@timestamp': new Date(Date.now() - 60_000 + at).toISOString(),
    }))
    await makeIndex(client, index, [...today, ...today])
    const { code, stdout } = live(folder, '--since', '2d', '--format', 'json')
    const told = JSON.parse(stdout) as { rule: { name: string }; total: number; aDay: number; apart: boolean }[]
    expect(told.map(({ rule, total, aDay, apart }) => [rule.name, total, aDay, apart])).toEqual([
      ['any_send', 1, 0.5, false],
      ['read_then_sent', 1, 0.5, false],
    ])
    expect(code).toBe(0)
  })
})

describe('texts tried on a cluster that is not there', () => {
  it('could not be run, and say why', () => {
    const folder = packFolder('nowhere')
    const at = ['--elasticsearch', 'http://127.0.0.1:9']
    const { code, stderr } = detpack(['test', '--live', 'elastic', ...at], { cwd: folder })
    expect(stderr).toContain('127.0.0.1:9')
    expect(code).toBe(3)
    expect(detpack(['test', '--since', '2d'], { cwd: folder })).toMatchObject({ code: 2 })
    expect(detpack(['test', '--live', 'elastic', '--since', 'never', ...at], { cwd: folder })).toMatchObject({
      code: 2,
    })
    expect(detpack(['test', '--live', 'moon', ...at], { cwd: folder })).toMatchObject({ code: 2 })
  })
})
