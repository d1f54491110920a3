import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { EVERY_EVENT } from '../../src/event/event-filter.ts'
import { warning } from '../../src/diagnostic/diagnostic.ts'
import type { Answer, ShipTarget } from '../../src/ship/delivery/target.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import type { Source } from '../../src/ship/source/source.ts'
import { startElastic } from './elastic-stand-in.ts'
import { startFaultyProxy, type BulkFault } from './faulty-proxy.ts'
import { startHec, type HecFault } from './hec-stand-in.ts'
import { madeEvent, madeLines } from './made-event.ts'
import { elasticAt, hecAt, pieces, ROOMY, shipperOf, spoolIn } from './shipping.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function closed<T extends { close: () => Promise<void> }>(one: T): T {
  closing.unshift(one.close)
  return one
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => `run-${at + 1}`).sort()

describe('shipping to Elasticsearch', () => {
  it('brings every event once, whatever happens to requests on the way', async () => {
    const elastic = closed(await startElastic())
    const proxy = closed(await startFaultyProxy(elastic.url))
    const kinds: readonly BulkFault[] = [429, 503, 'drop', 'lose', 'half']
    proxy.faults.push(...kinds, undefined, ...kinds, 'lose', 'half')
    const { shipper } = shipperOf({
      spool: await spoolIn(temporaryFolder()),
      source: pieces([madeLines(3000)]),
      target: await elasticAt(proxy.url),
    })
    expect(await shipper.run()).toBe('delivered')
    expect([...(elastic.backing[0]?.keys() ?? [])].sort()).toEqual(ids(3000))
    expect(shipper.counts).toMatchObject({ taken: 3000, delivered: 3000, deadLetters: 0 })
    expect(proxy.faults).toEqual([])
  })

  it('brings them once also when the stream is rolled over between two attempts', async () => {
    const elastic = closed(await startElastic())
    const proxy = closed(
      await startFaultyProxy(elastic.url, async (fault) => {
        if (fault === 'lose') elastic.rollOver()
        await Promise.resolve()
      }),
    )
    proxy.faults.push('lose', undefined, 'lose', 'lose', undefined, 'lose')
    const { shipper } = shipperOf({
      spool: await spoolIn(temporaryFolder()),
      source: pieces([madeLines(2000)]),
      target: await elasticAt(proxy.url),
    })
    expect(await shipper.run()).toBe('delivered')
    expect(elastic.backing.length).toBe(5)
    expect(elastic.backing.flatMap((index) => [...index.keys()]).sort()).toEqual(ids(2000))
  })

  it('asks a target once whether it takes events, and another one when it is given another meanwhile', async () => {
    const elastic = closed(await startElastic())
    const asked: string[] = []
    const counted = async (name: string): Promise<ShipTarget> => {
      const target = await elasticAt(elastic.url)
      const check = target.check.bind(target)
      return Object.assign(target, { check: () => (asked.push(name), check()) })
    }
    const second = await counted('second')
    const { shipper } = shipperOf({
      spool: await spoolIn(temporaryFolder()),
      source: pieces([madeLines(1000)]),
      target: await counted('first'),
    })
    const end = shipper.run()
    await shipper.change({ filter: EVERY_EVENT, packDigest: null, retention: 1e12, budget: ROOMY, target: second })
    expect(await end).toBe('delivered')
    expect(asked).toEqual(['first', 'second'])
    expect(elastic.backing[0]?.size).toBe(1000)
  })

  it('keeps what is refused, with the reason, and goes on', async () => {
    const elastic = closed(await startElastic())
    elastic.refuse = (document) => (document.includes('poison') ? 'no such [ip]' : undefined)
    const folder = temporaryFolder()
    const poison = `${JSON.stringify(madeEvent(3, { more: 'poison' }))}\n`
    const { shipper, told } = shipperOf({
      spool: await spoolIn(folder),
      source: pieces([madeLines(2), poison, madeLines(2, {}, 4), '{"no":"id"}\n']),
      target: await elasticAt(elastic.url),
    })
    expect(await shipper.run()).toBe('delivered')
    expect(elastic.backing[0]?.size).toBe(4)
    const file = path.join(folder, 'dead-letters.ndjson')
    const letters = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { reason: string; event: string })
    expect(letters.map(({ reason }) => reason)).toEqual([
      'it has no event.id, by which it would be kept apart from others',
      'document_parsing_exception: no such [ip] (400)',
    ])
    expect(letters[1]?.event).toBe(poison.trim())
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(told.map((one) => one.code)).toEqual(['ship/dead-letter'])
  })

  it('raises the alarm when an id was there before its event was ever sent', async () => {
    const elastic = closed(await startElastic())
    elastic.backing[0]?.set('run-2', '{}')
    const folder = temporaryFolder()
    const { shipper, told } = shipperOf({
      spool: await spoolIn(folder),
      source: pieces([madeLines(3)]),
      target: await elasticAt(elastic.url),
    })
    expect(await shipper.run()).toBe('delivered')
    expect(told.map((one) => one.code)).toEqual(['ship/id-taken'])
    expect(readFileSync(path.join(folder, 'dead-letters.ndjson'), 'utf8')).toContain('run-2')
  })

  it('holds everything back from an index that takes nothing, and says why', async () => {
    const elastic = closed(await startElastic())
    elastic.refuse = () => 'mapping set to strict'
    const folder = temporaryFolder()
    const first = shipperOf({
      spool: await spoolIn(folder),
      source: pieces([madeLines(5000)]),
      target: await elasticAt(elastic.url),
    })
    expect(await first.shipper.run()).toBe('target')
    expect(first.told[0]).toMatchObject({
      code: 'ship/target-refuses',
      message: expect.stringContaining('strict') as string,
    })
    expect(existsSync(path.join(folder, 'dead-letters.ndjson'))).toBe(false)
    // It is set right, and all of it arrives.
    elastic.refuse = () => undefined
    const second = shipperOf({ spool: await spoolIn(folder), source: pieces([]), target: await elasticAt(elastic.url) })
    expect(await second.shipper.run()).toBe('delivered')
    expect(elastic.backing[0]?.size).toBe(5000)
  })

  it.each([
    ['a gateway that refuses every request', (): number => 400],
    [
      'one that takes no body of the size of an event',
      (text: string): number | undefined => (text.length > 100 ? 413 : undefined),
    ],
  ])('throws nothing away before %s, though it took others', async (_, refuse) => {
    const elastic = closed(await startElastic())
    const proxy = closed(await startFaultyProxy(elastic.url))
    const folder = temporaryFolder()
    const first = shipperOf({
      spool: await spoolIn(folder),
      source: pieces([madeLines(100), madeLines(900, {}, 101)]),
      target: await elasticAt(proxy.url),
      limit: { bytes: 30_000, count: 100 },
      attempts: 3,
    })
    proxy.refuse = (text) => (elastic.backing[0]?.size === 0 ? undefined : refuse(text))
    expect(await first.shipper.run()).toBe('target')
    const file = path.join(folder, 'dead-letters.ndjson')
    const buried = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0
    expect(buried).toBeLessThanOrEqual(8)
    expect(first.told.map((one) => one.message).join()).toMatch(/refused by a gateway/i)
    proxy.refuse = () => undefined
    const second = shipperOf({ spool: await spoolIn(folder), source: pieces([]), target: await elasticAt(proxy.url) })
    expect(await second.shipper.run()).toBe('delivered')
    expect((elastic.backing[0]?.size ?? 0) + buried).toBe(1000)
  })

  it('sends in parts what is too large for a gateway, and keeps the one event that is', async () => {
    const elastic = closed(await startElastic())
    const proxy = closed(await startFaultyProxy(elastic.url))
    proxy.refuse = (text) => (text.length > 10_000 ? 413 : undefined)
    const folder = temporaryFolder()
    const large = `${JSON.stringify(madeEvent(501, { more: 'x'.repeat(12_000) }))}\n`
    const { shipper } = shipperOf({
      spool: await spoolIn(folder),
      source: pieces([madeLines(500), large, madeLines(500, {}, 502)]),
      target: await elasticAt(proxy.url),
    })
    expect(await shipper.run()).toBe('delivered')
    expect(elastic.backing[0]?.size).toBe(1000)
    expect(readFileSync(path.join(folder, 'dead-letters.ndjson'), 'utf8')).toContain('too large')
  })

  it('tries again in its time also when the clock was set back by a year meanwhile', async () => {
    const elastic = closed(await startElastic())
    const proxy = closed(await startFaultyProxy(elastic.url))
    proxy.faults.push(503)
    const { shipper } = shipperOf({
      spool: await spoolIn(temporaryFolder()),
      source: pieces([madeLines(10)], { endless: true }),
      target: await elasticAt(proxy.url),
      pace: { pause: 200, longestPause: 200, heldPause: 200 },
    })
    const running = shipper.run()
    while (shipper.status.up) await new Promise((resolve) => setTimeout(resolve, 5))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 365 * 86_400_000 })
    try {
      while (shipper.counts.delivered < 10) await new Promise((resolve) => setTimeout(resolve, 10))
    } finally {
      vi.useRealTimers()
    }
    shipper.stop()
    expect(await running).toBe('delivered')
  })

  it('rests while one batch tries a target that does not answer, also when more events come', async () => {
    const attempts: ((answer: Answer) => void)[] = []
    const target: ShipTarget = {
      ...{ name: 'it', window: 2, place: null },
      check: () => Promise.resolve({ kind: 'ready', diagnostics: [] }),
      send: () =>
        new Promise((resolve) => {
          attempts.push(resolve)
        }),
      close: () => Promise.resolve(),
    }
    const waiting = pieces([madeLines(5)], { endless: true })
    const source: Source = {
      ...waiting,
      run: async (sink) => {
        await pieces([madeLines(5, {}, 6)]).run(sink)
        while (attempts.length < 2) await sleep(5)
        await waiting.run(sink)
      },
    }
    const { shipper } = shipperOf({ spool: await spoolIn(temporaryFolder()), source, target })
    const running = shipper.run()
    while (attempts.length < 1) await sleep(5)
    attempts[0]?.({ kind: 'later', diagnostic: warning('ship/not-taken-yet', 'busy') })
    while (attempts.length < 2) await sleep(5)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    while (shipper.status.counts.taken < 10) await sleep(5)
    await sleep(300)
    expect(timers.mock.calls.length).toBeLessThan(10)
    timers.mockRestore()
    while (shipper.counts.delivered < 10) {
      for (const answer of attempts) answer({ kind: 'stored' })
      await sleep(5)
    }
    shipper.stop()
    expect(await running).toBe('delivered')
  })

  it('is not held up by a first batch that is poison', async () => {
    const elastic = closed(await startElastic())
    elastic.refuse = (document) => (document.includes('poison') ? 'no' : undefined)
    const { shipper } = shipperOf({
      spool: await spoolIn(temporaryFolder()),
      source: pieces(
        [`${JSON.stringify(madeEvent(1, { action: 'process_exec', more: 'poison' }))}\n`, madeLines(1000, {}, 2)],
        { endless: true },
      ),
      target: await elasticAt(elastic.url),
      attempts: 50,
      limit: { bytes: 100_000, count: 100 },
    })
    // Somebody who waits for the end would be told at the first refusal; a service goes on.
    const running = shipper.run()
    while (shipper.counts.delivered < 1000) await new Promise((resolve) => setTimeout(resolve, 10))
    shipper.stop()
    await running
    expect(elastic.backing[0]?.size).toBe(1000)
  })

  it('reports the time whose events came later than rules wait', async () => {
    const elastic = closed(await startElastic())
    const { shipper } = shipperOf({
      spool: await spoolIn(temporaryFolder()),
      source: pieces([madeLines(10, { time: Date.UTC(2026, 0, 1) })]),
      target: await elasticAt(elastic.url),
      tolerance: 120_000,
    })
    expect(await shipper.run()).toBe('delivered')
    const own = [...(elastic.backing[0] ?? [])]
      .filter(([id]) => !id.startsWith('run-'))
      .map(([, text]) => JSON.parse(text) as unknown)
    expect(own).toMatchObject([
      {
        event: { action: 'sensor_health', provider: 'shipper' },
        host: { name: 'web-1' },
        detpack: { lag: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z', count: 10 } },
      },
    ])
  })
})

describe('shipping to Splunk', () => {
  const faults: readonly HecFault[] = [
    { kind: 'status', status: 503, code: 9, text: 'Server is busy' },
    { kind: 'status', status: 429 },
    { kind: 'drop' },
    { kind: 'lose' },
    { kind: 'status', status: 500, code: 8, text: 'Internal server error' },
  ]

  it.each([false, true])(
    'brings every event at least once; doubles stay within what was sent again (acknowledged: %s)',
    async (acknowledges) => {
      const hec = closed(await startHec({ acknowledges }))
      hec.faults.push(...faults, ...(acknowledges ? [{ kind: 'unacknowledged' } as const] : []), ...faults)
      const { shipper } = shipperOf({
        spool: await spoolIn(temporaryFolder()),
        source: pieces([madeLines(3000)]),
        target: await hecAt(hec.url, { patience: 100, index: 'detpack' }),
        attempts: 50,
      })
      expect(await shipper.run()).toBe('delivered')
      expect([...new Set(hec.ids)].sort()).toEqual(ids(3000))
      const doubles = hec.ids.length - 3000
      expect(doubles).toBeGreaterThan(0)
      expect(doubles).toBeLessThanOrEqual(shipper.counts.repeated)
      expect(hec.envelopes[0]).toMatchObject({ host: 'web-1', index: 'detpack', sourcetype: 'detpack:event' })
      expect(typeof hec.envelopes[0]?.['time']).toBe('number')
    },
  )

  it('finds the one event that is wrong by its number, keeps it, and sends the others', async () => {
    const hec = closed(
      await startHec({ acknowledges: true, wrong: (event) => JSON.stringify(event).includes('poison') }),
    )
    const folder = temporaryFolder()
    const { shipper } = shipperOf({
      spool: await spoolIn(folder),
      source: pieces([madeLines(49), `${JSON.stringify(madeEvent(50, { more: 'poison' }))}\n`, madeLines(50, {}, 51)]),
      target: await hecAt(hec.url),
    })
    expect(await shipper.run()).toBe('delivered')
    expect([...new Set(hec.ids)].sort()).toEqual(ids(100).filter((id) => id !== 'run-50'))
    expect(hec.ids.length - 99).toBeLessThanOrEqual(shipper.counts.repeated)
    expect(readFileSync(path.join(folder, 'dead-letters.ndjson'), 'utf8')).toContain('Invalid data format (code 6)')
  })

  it.each([
    [{ disabled: true }, {}, 'Token disabled'],
    [{ token: 'another' }, {}, 'Invalid token'],
    [{ indexes: ['main'] }, { index: 'detpack' }, 'Incorrect index'],
    [{ acknowledges: false }, { requireAck: true }, 'no indexer acknowledgement'],
  ])('holds everything back when the configuration is wrong: %j', async (options, wanted, words) => {
    const hec = closed(await startHec(options))
    const folder = temporaryFolder()
    const { shipper, told } = shipperOf({
      spool: await spoolIn(folder),
      source: pieces([madeLines(100)]),
      target: await hecAt(hec.url, wanted),
    })
    expect(await shipper.run()).toBe('target')
    expect(told.map((one) => one.message).join()).toContain(words)
    expect((await spoolIn(folder)).events.bulk).toBe(100)
    expect(existsSync(path.join(folder, 'dead-letters.ndjson'))).toBe(false)
  })

  it('sends again what a Splunk that was started anew does not know', async () => {
    const hec = closed(await startHec({ acknowledges: true }))
    hec.faults.push({ kind: 'unacknowledged' })
    const { shipper } = shipperOf({
      spool: await spoolIn(temporaryFolder()),
      source: pieces([madeLines(100)]),
      target: await hecAt(hec.url, { patience: 200 }),
    })
    setTimeout(() => hec.restart(), 50)
    expect(await shipper.run()).toBe('delivered')
    expect(hec.ids.length).toBe(200)
    expect(shipper.counts.repeated).toBe(100)
  })
})

describe('the lanes', () => {
  it('drop common events before rare ones, and say what was dropped as an event', async () => {
    const elastic = closed(await startElastic())
    const folder = temporaryFolder()
    const away = shipperOf({
      spool: await spoolIn(folder, { rare: 50_000, bulk: 200_000 }),
      source: pieces(
        [madeLines(2000, { class: 'public' }), `${JSON.stringify(madeEvent(2001, { action: 'module_load' }))}\n`],
        { waits: false },
      ),
      target: await elasticAt('http://127.0.0.1:9'),
      attempts: 2,
    })
    expect(await away.shipper.run()).toBe('target')
    const lost = away.shipper.counts.allLost
    expect(lost).toBeGreaterThan(1000)
    const back = shipperOf({
      spool: await spoolIn(folder, { rare: 50_000, bulk: 200_000 }),
      source: pieces([]),
      target: await elasticAt(elastic.url),
    })
    expect(await back.shipper.run()).toBe('delivered')
    const documents = [...(elastic.backing[0]?.values() ?? [])].map(
      (text) => JSON.parse(text) as Record<string, Record<string, unknown>>,
    )
    const of = (action: string): unknown[] => documents.filter((one) => one['event']?.['action'] === action)
    expect(of('module_load').length).toBe(1)
    expect(of('sensor_loss')).toMatchObject([
      { detpack: { loss: { action: 'file_read', class: 'public', count: lost } } },
    ])
    expect(of('file_read').length + lost).toBe(2000)
  })
})
