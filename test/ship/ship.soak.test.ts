import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { emitIndexTemplate } from '../../src/event/index-template.ts'
import { emitShipperRole } from '../../src/event/shipper-setting.ts'
import { ACK_WINDOW } from '../../src/ship/splunk/hec-target.ts'
import { running, type Running } from '../cli/running.ts'
import { ElasticsearchClient } from '../elasticsearch/client.ts'
import { freePort, workFolder } from '../elasticsearch/node.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { fallAgainAndAgain } from './fall.ts'
import { startFaultyProxy, type BulkFault } from './faulty-proxy.ts'
import { HEC_TOKEN, startHec, type HecFault } from './hec-stand-in.ts'
import { madeLines } from './made-event.ts'

const KILLS = 20
const url = inject('elasticsearch')

function anyOf<T>(all: readonly T[]): T {
  return all[Math.floor(Math.random() * all.length)] as T
}

describe.skipIf(url === '')('twenty falls before a real Elasticsearch', () => {
  const client = new ElasticsearchClient(url)

  it('leave documents = distinct ids = events made, with every fault and with the stream rolled over in between', async () => {
    const stream = `logs-detpack.use-${randomBytes(6).toString('hex')}`
    await client.request('PUT', `/_index_template/${stream}`, {
      ...emitIndexTemplate(),
      index_patterns: [`${stream}*`],
      priority: 400,
    })
    let rolled = 0
    const proxy = await startFaultyProxy(url, async (fault) => {
      if (fault !== 'lose' && Math.random() > 0.02) return
      await client.request('POST', `/${stream}/_rollover`)
      rolled++
    })
    const kinds: readonly (BulkFault | undefined)[] = [429, 503, 'drop', 'lose', 'half', undefined, undefined]
    const folder = temporaryFolder()
    const options = ['--spool', path.join(folder, 'spool'), '--flush', '50ms', '--retry', '20ms', '--batch', '100k']
    const made = await fallAgainAndAgain({
      args: ['-t', 'elastic', '--elasticsearch', proxy.url, '--data-stream', stream, ...options],
      ...{ cwd: folder, file: path.join(folder, 'events.ndjson'), kills: KILLS, longest: 1500 },
      trouble: () => {
        // Not more than one life can take: what is left over stays in the way of the next.
        proxy.faults.splice(0, proxy.faults.length, ...Array.from({ length: 6 }, () => anyOf(kinds)))
      },
    })
    proxy.faults.length = 0
    await client.request('POST', `/${stream}/_refresh`)
    const { rows } = await client.query(
      `FROM ${stream} | WHERE event.provider != "shipper" | STATS each = COUNT(*) BY event.id
        | STATS documents = SUM(each), ids = COUNT(*)`,
    )
    process.stdout.write(`${KILLS} kills, ${rolled} rollovers, ${made} events made\n`)
    expect(rows[0]).toEqual([made, made])
    expect(rolled).toBeGreaterThan(0)
    await proxy.close()
  })
})

describe.skipIf(url === '')('an Elasticsearch with security', () => {
  const password = randomBytes(12).toString('hex')
  const node = path.join(import.meta.dirname, '../elasticsearch')

  it('takes events with the rights of mappings/elastic/shipper-role.json, and says which are missing', async () => {
    const where = ['--port', String(await freePort()), '--work', process.env.ES_WORK ?? workFolder()]
    const env = { ...process.env, ES_PASSWORD: password }
    const secured = execFileSync(`${node}/start`, [...where, '--fresh', '--security', '--heap', '384m'], {
      env,
      encoding: 'utf8',
    }).trim()
    try {
      const authorization = `Basic ${Buffer.from(`elastic:${password}`).toString('base64')}`
      const ask = async (method: string, at: string, body: unknown): Promise<Record<string, unknown>> => {
        const headers = { authorization, 'content-type': 'application/json' }
        const answer = await fetch(`${secured}${at}`, { method, headers, body: JSON.stringify(body) })
        return (await answer.json()) as Record<string, unknown>
      }
      await ask('PUT', '/_index_template/logs-detpack.use', emitIndexTemplate())
      const { encoded } = await ask('POST', '/_security/api_key', emitShipperRole())
      const folder = temporaryFolder({ 'events.ndjson': madeLines(10) })
      const ship = (key: string): Running['ended'] => {
        const args = [
          'ship',
          '-t',
          'elastic',
          '--elasticsearch',
          secured,
          '--spool',
          path.join(folder, 'spool'),
          '--once',
        ]
        return running([...args, 'events.ndjson'], { cwd: folder, env: { DETPACK_ELASTIC_API_KEY: key } }).ended
      }
      const blind = {
        name: 'blind',
        role_descriptors: { a: { indices: [{ names: ['logs-*'], privileges: ['create_doc'] }] } },
      }
      const { encoded: without } = await ask('POST', '/_security/api_key', blind)
      expect(await ship('d3Jvbmc6d3Jvbmc=')).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('does not accept') as string,
      })
      expect(await ship(String(without))).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('view_index_metadata') as string,
      })
      expect(await ship(String(encoded))).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('10 delivered') as string,
      })
    } finally {
      execFileSync(`${node}/stop`, [...where, '--purge'])
    }
  })
})

describe('twenty falls before the collector', () => {
  it.each([true, false])(
    'leave distinct ids = events made, doubles within the bound (acknowledged: %s)',
    async (acknowledges) => {
      const hec = await startHec({ acknowledges })
      const kinds: readonly HecFault[] = [
        { kind: 'status', status: 503, code: 9, text: 'Server is busy' },
        { kind: 'status', status: 429 },
        { kind: 'drop' },
        { kind: 'lose' },
      ]
      const folder = temporaryFolder()
      const options = ['--spool', path.join(folder, 'spool'), '--flush', '50ms', '--retry', '20ms', '--batch', '100k']
      const made = await fallAgainAndAgain({
        args: ['-t', 'splunk', '--collector', hec.url, ...options],
        env: { DETPACK_HEC_TOKEN: HEC_TOKEN },
        ...{ cwd: folder, file: path.join(folder, 'events.ndjson'), kills: KILLS, longest: 1000 },
        trouble: () => void hec.faults.push(anyOf(kinds), anyOf(kinds)),
      })
      const ids = hec.ids.filter((id) => id.startsWith('run-'))
      const doubles = ids.length - made
      // What is under way when it is interrupted: by a fall, or by an answer that does not come.
      const interruptions = 3 * KILLS
      const bound = interruptions * 2 * (acknowledges ? ACK_WINDOW : 2) * hec.largest
      process.stdout.write(`${KILLS} kills, ${made} events made, ${doubles} doubles (bound ${bound})\n`)
      expect(new Set(ids).size).toBe(made)
      expect(doubles).toBeLessThanOrEqual(bound)
      await hec.close()
    },
  )
})
