import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { Source } from '../../src/diagnostic/source.ts'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import { neededBy } from '../../src/engine/stream/need.ts'
import type { JsonObject } from '../../src/event/field.ts'
import { emitIndexTemplate } from '../../src/event/index-template.ts'
import { toRecord } from '../../src/event/record-reader.ts'
import { ecs } from '../../src/mapping/ecs.ts'
import type { ShipEnd } from '../../src/ship/shipper.ts'
import { readSigma } from '../../src/sigma/index.ts'
import { holdToStream } from '../backend/esql/agreement.ts'
import { ElasticsearchClient } from '../elasticsearch/client.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { actNames, cannotRun, RUN_TIMEOUT, runLive } from '../sensor/live-run.ts'
import { startFaultyProxy, type BulkFault } from './faulty-proxy.ts'
import { madeEvent, madeLines } from './made-event.ts'
import { elasticAt, pieces, shipperOf, spoolIn, type Shipping } from './shipping.ts'

const url = inject('elasticsearch')
const root = path.join(import.meta.dirname, '../..')

const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(path.join(root, folder, name), 'utf8'))

describe.skipIf(url === '')('shipping to a real Elasticsearch', () => {
  const client = new ElasticsearchClient(url)

  /** A data stream that nobody else writes to, made by the template of the product. It stays: it cannot be taken away. */
  async function freshStream(): Promise<string> {
    const name = `logs-detpack.use-${randomBytes(6).toString('hex')}`
    const body = { ...emitIndexTemplate(), index_patterns: [`${name}*`], priority: 400 }
    await client.request('PUT', `/_index_template/${name}`, body)
    return name
  }

  async function run(
    stream: string,
    source: Shipping['source'],
    through = url,
  ): Promise<{ end: ShipEnd; told: string[] }> {
    const { shipper, told } = shipperOf({
      ...{ spool: await spoolIn(temporaryFolder()), source, target: await elasticAt(through, stream, 30_000) },
      limit: { bytes: 200_000, count: 500 },
    })
    return { end: await shipper.run(), told: told.map((one) => one.code) }
  }

  /** Documents and distinct ids of what a sensor wrote. */
  async function counted(stream: string): Promise<{ documents: number; ids: number }> {
    await client.request('POST', `/${stream}/_refresh`)
    const { rows } = await client.query(
      `FROM ${stream} | WHERE event.provider != "shipper" | STATS each = COUNT(*) BY event.id
        | STATS documents = SUM(each), ids = COUNT(*)`,
    )
    const [documents, ids] = (rows[0] ?? []) as [number, number]
    return { documents, ids }
  }

  it('makes the stream by its template, and brings every event once, whatever happens on the way', async () => {
    const stream = await freshStream()
    const rollOver = async (fault: BulkFault | undefined): Promise<void> => {
      if (fault === 'lose') await client.request('POST', `/${stream}/_rollover`)
    }
    const proxy = await startFaultyProxy(url, rollOver)
    const faults: readonly (BulkFault | undefined)[] = [
      429,
      'lose',
      503,
      'half',
      'drop',
      undefined,
      'lose',
      'lose',
      'half',
    ]
    proxy.faults.push(...faults)
    const lines = Array.from({ length: 12 }, (_, at) => madeLines(250, {}, 1 + 250 * at))
    expect(await run(stream, pieces(lines), proxy.url)).toMatchObject({ end: 'delivered' })
    expect(proxy.faults).toEqual([])
    expect(await counted(stream)).toEqual({ documents: 3000, ids: 3000 })
    const resolved = await client.request('GET', `/_resolve/index/${stream}`)
    expect(JSON.stringify(resolved)).toContain('000004')
    await proxy.close()
  })

  it('keeps what the mapping refuses, alone', async () => {
    const stream = await freshStream()
    const wrong = JSON.stringify({ ...madeEvent(3), source: { ip: 'no address' } })
    const { end, told } = await run(stream, pieces([madeLines(2), `${wrong}\n`, madeLines(3, {}, 4)]))
    expect([end, told]).toEqual(['delivered', ['ship/dead-letter']])
    expect(await counted(stream)).toEqual({ documents: 5, ids: 5 })
  })

  it('has no events mapped by guess: without stream and template nothing is sent', async () => {
    const { end, told } = await run(`logs-unknown.${randomBytes(6).toString('hex')}-default`, pieces([madeLines(3)]))
    expect([end, told]).toEqual(['target', ['ship/no-template']])
  })

  it('finds by the compiled queries what the stream correlator finds, on what the filter lets pass and with doubles', () =>
    shipTwice(filesIn('test/recordings', '.ndjson').flatMap((text) => text.split('\n').filter((line) => line !== ''))))

  const lacking = cannotRun()
  if (lacking !== undefined)
    process.stderr.write(`\nSKIP: nothing is shipped that the sensor sees right now: ${lacking}\n\n`)
  it.skipIf(lacking !== undefined)(
    'finds the same in what the sensor sees right now',
    async () => {
      const { events } = await runLive('acts', actNames())
      await shipTwice(events.map((event) => JSON.stringify(event)))
    },
    RUN_TIMEOUT,
  )

  async function shipTwice(lines: readonly string[]): Promise<void> {
    const stream = await freshStream()
    const sources = filesIn('rules/detections', '.yml').map((text, place) => new Source(`rule-${place}.yml`, text))
    const { program } = ecs.mapProgram(readSigma(sources).program)
    const events = lines.map((line, at) => toRecord(JSON.parse(line) as JsonObject, at + 1))
    const { filter } = neededBy(program)
    for (const round of ['first', 'doubled']) {
      if (round === 'doubled') await client.request('POST', `/${stream}/_rollover`)
      // From another spool and into another index, nothing is known of the first time: every event is there twice.
      const { shipper } = shipperOf({
        ...{ spool: await spoolIn(temporaryFolder()), target: await elasticAt(url, stream, 30_000), filter },
        source: pieces(lines.map((line) => `${line}\n`)),
      })
      expect(await shipper.run()).toBe('delivered')
      expect(shipper.counts.deadLetters).toBe(0)
      const { documents, ids } = await counted(stream)
      expect(documents).toBe(round === 'first' ? ids : 2 * ids)
      expect(ids).toBeLessThan(events.length)
      await agree(stream, program, events)
    }
  }

  async function agree(
    stream: string,
    program: Parameters<typeof evaluate>[0],
    events: Parameters<typeof evaluate>[1],
  ): Promise<void> {
    const context = { mapping: ecs, store: { elasticIndex: stream, splunkBase: '' }, today: '2026-01-01' }
    const { alerts } = evaluate(program, events)
    const asked = [...program.rules.values()].filter((rule) => rule.alone)
    const compared = await holdToStream(client, program, asked, context, alerts)
    expect(compared).toBeGreaterThan(0)
  }
})
