import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { ChunkBuilder, type Chunk, type Lane } from '../../../src/ship/spool/chunk.ts'
import { openSpool } from '../../../src/ship/spool/spool.ts'
import { temporaryFolder } from '../../pack/temporary-folder.ts'
import { ROOMY, spoolIn } from '../shipping.ts'
import { smallDisk } from '../small-disk.ts'

const LIMIT = { bytes: 10_000, count: 100 }

function chunk(lane: Lane, ids: readonly string[], event = '{}', action = 'file_read', name = ''): Chunk {
  const builder = new ChunkBuilder(lane)
  for (const id of ids) builder.add({ id, action, class: name, time: 1, host: 'h' }, Buffer.from(event))
  const made = builder.take()
  if (made === undefined) throw new Error('nothing was put in')
  return made
}

describe('a spool', () => {
  it('keeps events, positions and attempts over a restart', async () => {
    const folder = temporaryFolder()
    const before = await spoolIn(folder)
    before.append([chunk('rare', ['a']), chunk('bulk', ['b', 'c'])], { source: 's', place: '7' }, false)
    const claim = before.claim('bulk', LIMIT, 'index-1')
    expect(claim).toMatchObject({ count: 2, place: 'index-1', fresh: true })
    before.close()
    const after = await spoolIn(folder)
    expect(after.position('s')).toBe('7')
    expect(after.events).toEqual({ rare: 1, bulk: 2 })
    const [again, ...more] = after.reclaim('bulk', LIMIT)
    expect(again).toMatchObject({ count: 2, place: 'index-1', fresh: false })
    expect(more).toEqual([])
    expect(after.claim('bulk', LIMIT, null)).toBeUndefined()
    expect(again && after.read(again).map((one) => one.id)).toEqual(['b', 'c'])
    expect(after.claim('rare', LIMIT, null)).toMatchObject({ count: 1, fresh: true })
  })

  it('takes a claim out as a whole, and leaves what is to be sent again attempted', async () => {
    const folder = temporaryFolder()
    const spool = await spoolIn(folder)
    spool.append([chunk('bulk', ['a', 'b', 'c'])], undefined, false)
    const claim = spool.claim('bulk', LIMIT, 'index-1')
    if (claim === undefined) throw new Error('no claim')
    const [rest] = spool.settle(claim, [chunk('bulk', ['b'])], [], { known: 'yes' })
    expect(rest).toMatchObject({ count: 1, place: 'index-1', fresh: false })
    spool.close()
    const after = await spoolIn(folder)
    expect(after.fact('known')).toBe('yes')
    expect(after.reclaim('bulk', LIMIT).flatMap((one) => after.read(one).map(({ id }) => id))).toEqual(['b'])
  })

  it('has a commit that is on the disk behind what was put in, once for all of it, when that is wanted', async () => {
    const folder = temporaryFolder()
    const spool = await spoolIn(folder)
    const written = (): number => statSync(path.join(folder, 'spool.db-wal')).size
    const growth = (work: () => unknown): boolean => {
      const before = written()
      work()
      return written() > before
    }
    const put = (id: string): unknown => spool.append([chunk('bulk', [id])], undefined, false)
    const keep = (): void => {
      spool.keep()
    }
    put('a')
    expect([growth(keep), growth(keep)]).toEqual([true, false])
    put('b')
    expect([growth(keep), growth(keep)]).toEqual([true, false])
    put('c')
    // A claim is on the disk, and with it all before.
    spool.claim('bulk', LIMIT, null)
    expect(growth(keep)).toBe(false)
  })

  it('makes a source wait when it is full, and remembers nothing of what it did not take', async () => {
    const spool = await spoolIn(temporaryFolder(), { rare: 500, bulk: 500 })
    const large = chunk('bulk', ['a'], 'x'.repeat(400))
    expect(spool.append([large], { source: 's', place: '1' }, false).kind).toBe('kept')
    expect(spool.append([chunk('bulk', ['b'], 'x'.repeat(400))], { source: 's', place: '2' }, false)).toEqual({
      kind: 'full',
    })
    expect([spool.position('s'), spool.events.bulk]).toEqual(['1', 1])
  })

  it('drops the oldest bulk events, then the oldest rare ones, never those under way, and counts them', async () => {
    const folder = temporaryFolder()
    const spool = await spoolIn(folder, { rare: 1000, bulk: 1000 })
    const add = (lane: Lane, id: string, action: string, name: string): unknown =>
      spool.append([chunk(lane, [id], 'x'.repeat(400), action, name)], undefined, true)
    add('bulk', 'b1', 'file_read', 'public')
    expect(spool.claim('bulk', LIMIT, null)).toMatchObject({ count: 1 })
    for (const id of ['b2', 'b3']) add('bulk', id, 'file_read', 'public')
    expect(spool.losses).toEqual([{ action: 'file_read', class: 'public', count: 1 }])
    for (const id of ['r1', 'r2', 'r3', 'r4', 'r5']) add('rare', id, 'mount', '')
    expect(spool.losses).toEqual([
      { action: 'file_read', class: 'public', count: 2 },
      { action: 'mount', class: '', count: 2 },
    ])
    const kept = spool.claim('rare', LIMIT, null)
    expect(kept && spool.read(kept).map((one) => one.id)).toEqual(['r3', 'r4', 'r5'])
    spool.close()
    expect((await spoolIn(folder)).losses.length).toBe(2)
  })

  it('removes what is older than its retention, and counts it', async () => {
    const spool = await spoolIn(temporaryFolder())
    spool.append([chunk('bulk', ['a'])], undefined, false)
    expect(spool.expire(Date.now() - 1000)).toEqual([])
    expect(spool.expire(Date.now() + 1000)).toEqual([{ action: 'file_read', class: '', count: 1 }])
    expect(spool.events.bulk).toBe(0)
  })

  it('takes nothing for older because the clock was set, in this life or between two', async () => {
    const folder = temporaryFolder()
    const day = Date.now()
    const year = 365 * 86_400_000
    const hour = 3_600_000
    vi.useFakeTimers({ toFake: ['Date'], now: day })
    try {
      const spool = await spoolIn(folder)
      spool.append([chunk('bulk', ['a'])], undefined, false)
      vi.setSystemTime(day + year)
      expect(spool.expire(spool.now - hour)).toEqual([])
      vi.setSystemTime(day - year)
      expect(spool.now).toBeGreaterThanOrEqual(spool.oldest ?? Infinity)
      spool.close()
      // A machine whose clock begins anew has not gone back in time.
      const later = await spoolIn(folder)
      expect(later.now).toBeGreaterThanOrEqual(day)
      later.append([chunk('bulk', ['b'])], undefined, false)
      vi.setSystemTime(day)
      expect(later.expire(later.now - hour)).toEqual([])
      expect(later.events.bulk).toBe(2)
      // Empty, it goes by the clock of the day again.
      later.expire(later.now + 1)
      vi.setSystemTime(day + year)
      later.append([chunk('bulk', ['c'])], undefined, false)
      expect(later.oldest).toBe(day + year)
    } finally {
      vi.useRealTimers()
    }
  })

  it('belongs to its owner alone, and to one process', async () => {
    const folder = path.join(temporaryFolder(), 'spool')
    await spoolIn(folder)
    for (const name of readdirSync(folder))
      expect([name, statSync(path.join(folder, name)).mode & 0o777]).toEqual([name, 0o600])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(await openSpool(folder, ROOMY)).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'ship/spool-in-use' }],
    })
  })

  it('is made with the folders that it stands in, and refused where none can be made', async () => {
    const folder = path.join(temporaryFolder(), 'a', 'b')
    const spool = await spoolIn(folder)
    spool.close()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(await openSpool('/proc/detpack-spool', ROOMY)).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'ship/spool' }],
    })
  })

  it('is refused when a newer version made it, or when it is none', async () => {
    const { default: Sqlite } = await import('libsql')
    const folder = temporaryFolder()
    ;(await spoolIn(folder)).close()
    const database = new Sqlite(path.join(folder, 'spool.db'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(await openSpool(folder, ROOMY)).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'ship/newer-spool' }],
    })
    const other = temporaryFolder({
      'spool.db': 'this is no database, and it is long enough to be seen as none'.repeat(20),
    })
    expect(await openSpool(other, ROOMY)).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'ship/not-a-spool' }] })
  })
})

describe('a spool on a disk with little room', () => {
  const disk = smallDisk(12)

  it.skipIf(disk === undefined)(
    'takes far more than there is room for at once, as long as all of it is sent',
    async () => {
      if (disk === undefined) return
      try {
        const spool = await spoolIn(path.join(disk.folder, 'spool'), { rare: 1e9, bulk: 1e9 })
        for (let at = 0; at < 100; at++) {
          const taken = spool.append([chunk('bulk', [`${at}`], 'x'.repeat(100_000))], undefined, false)
          expect([at, taken.kind]).toEqual([at, 'kept'])
          const claim = spool.claim('bulk', { bytes: 1e6, count: 100 }, null)
          if (claim !== undefined) spool.settle(claim, [])
          expect(spool.events.bulk).toBe(0)
        }
        spool.close()
      } finally {
        disk.remove()
      }
    },
  )
})

describe('a spool on a full disk', () => {
  const disk = smallDisk(40)

  it.skipIf(disk === undefined)('takes nothing more, yet gives out what it has, and then takes again', async () => {
    if (disk === undefined) return
    try {
      const spool = await spoolIn(path.join(disk.folder, 'spool'), { rare: 1e9, bulk: 1e9 })
      writeFileSync(path.join(disk.folder, 'filler'), Buffer.alloc(5e6))
      const event = 'x'.repeat(1000)
      const next = (at: number): Chunk =>
        chunk(
          'bulk',
          Array.from({ length: 100 }, (_, i) => `${at}-${i}`),
          event,
        )
      let taken = 0
      while (spool.append([next(taken)], { source: 's', place: String(taken) }, false).kind === 'kept') taken++
      expect(taken).toBeGreaterThan(3)
      expect(spool.position('s')).toBe(String(taken - 1))
      // One that cannot wait makes room for itself.
      expect(spool.append([chunk('rare', ['r'], 'x'.repeat(500_000), 'mount')], undefined, true)).toMatchObject({
        dropped: [{ action: 'file_read' }],
      })
      expect(spool.events.rare).toBe(1)
      const sent: string[] = []
      for (const lane of ['rare', 'bulk'] as const) {
        for (let claim = spool.claim(lane, LIMIT, null); claim !== undefined; claim = spool.claim(lane, LIMIT, null)) {
          sent.push(...spool.read(claim).map((one) => one.id))
          spool.settle(claim, [])
        }
      }
      const lost = spool.losses.reduce((sum, one) => sum + one.count, 0)
      expect(sent.length).toBe(taken * 100 + 1 - lost)
      rmSync(path.join(disk.folder, 'filler'))
      spool.recover()
      expect([spool.short, spool.append([next(0)], undefined, false).kind]).toEqual([false, 'kept'])
      spool.close()
    } finally {
      disk.remove()
    }
  })
})
