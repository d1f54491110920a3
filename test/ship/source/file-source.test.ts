import { appendFileSync, copyFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { EVERY_EVENT } from '../../../src/event/event-filter.ts'
import { SentLines } from '../../../src/ship/sent-lines.ts'
import { fileSource } from '../../../src/ship/source/file-source.ts'
import { temporaryFolder } from '../../pack/temporary-folder.ts'
import { madeLines } from '../made-event.ts'

/** Reads a log as the shipper does, and remembers as it does; `stop` is a fall: only what was committed counts. */
class Reader {
  readonly ids: string[] = []
  readonly told: string[] = []
  remembered: string | undefined
  readonly #file: string
  #running: Promise<void> | undefined
  #stop: () => void = () => undefined

  constructor(file: string) {
    this.#file = file
  }

  start(once = false): void {
    const source = fileSource(this.#file, { once, remembered: this.remembered, poll: 5, quiet: 30 })
    this.#stop = () => source.stop()
    this.#running = source.run({
      ready: () => Promise.resolve(true),
      lines: new SentLines(EVERY_EVENT, {
        event: ({ id }) => this.ids.push(id),
        nameless: (line) => this.ids.push(`nameless: ${line.toString()}`),
      }),
      taken: (position) => {
        this.remembered = position?.place ?? this.remembered
      },
      tell: (diagnostics) => this.told.push(...diagnostics.map((one) => one.code)),
    })
  }

  async stop(): Promise<void> {
    this.#stop()
    await this.#running
  }

  async once(): Promise<void> {
    this.start(true)
    await this.#running
  }

  async reach(count: number): Promise<void> {
    for (let tries = 0; this.ids.length < count && tries < 600; tries++) await sleep(5)
    // And no more than that.
    await sleep(60)
  }
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => `run-${at + 1}`)

function log(): { file: string; reader: Reader } {
  const file = path.join(temporaryFolder(), 'events.ndjson')
  return { file, reader: new Reader(file) }
}

describe('a file that is read as it grows', () => {
  it('is waited for, and lines are taken when they are complete', async () => {
    const { file, reader } = log()
    reader.start()
    await sleep(20)
    const [first = '', second = ''] = madeLines(2).split('\n')
    writeFileSync(file, `${first}\n${second.slice(0, 40)}`)
    await reader.reach(1)
    expect(reader.ids).toEqual(ids(1))
    appendFileSync(file, `${second.slice(40)}\n`)
    await reader.reach(2)
    expect(reader.ids).toEqual(ids(2))
    await reader.stop()
  })

  it('is read on from where it was, by the line', async () => {
    const { file, reader } = log()
    writeFileSync(file, madeLines(5) + madeLines(1, {}, 6).slice(0, 30))
    reader.start()
    await reader.reach(5)
    await reader.stop()
    appendFileSync(file, madeLines(1, {}, 6).slice(30) + madeLines(4, {}, 7))
    reader.start()
    await reader.reach(10)
    await reader.stop()
    expect(reader.ids).toEqual(ids(10))
  })

  it('has a last line without its end read at the end, when it is whole', async () => {
    const { file, reader } = log()
    writeFileSync(file, madeLines(2).trimEnd())
    await reader.once()
    expect(reader.ids).toEqual(ids(2))
    appendFileSync(file, `\n${madeLines(2, {}, 3)}`)
    await reader.once()
    appendFileSync(file, madeLines(1, {}, 5).slice(0, 50))
    await reader.once()
    expect(reader.ids).toEqual(ids(4))
  })
})

describe('rotation by renaming', () => {
  it('loses no line that is written to the old file after it was renamed', async () => {
    const { file, reader } = log()
    writeFileSync(file, madeLines(3))
    reader.start()
    await reader.reach(3)
    renameSync(file, `${file}.1`)
    writeFileSync(file, madeLines(3, {}, 6))
    appendFileSync(`${file}.1`, madeLines(2, {}, 4))
    await reader.reach(8)
    expect([...reader.ids].sort()).toEqual(ids(8).sort())
    await reader.stop()
  })

  it('loses and repeats nothing that was rotated, several times, while nobody read', async () => {
    const { file, reader } = log()
    writeFileSync(file, madeLines(3))
    reader.start()
    await reader.reach(3)
    await reader.stop()
    appendFileSync(file, madeLines(2, {}, 4))
    renameSync(file, `${file}.1`)
    writeFileSync(file, madeLines(2, {}, 6))
    await sleep(20)
    renameSync(`${file}.1`, `${file}.2`)
    renameSync(file, `${file}.1`)
    writeFileSync(file, madeLines(2, {}, 8))
    reader.start()
    await reader.reach(9)
    await reader.stop()
    expect(reader.ids).toEqual(ids(9))
    await reader.once()
    expect(reader.ids).toEqual(ids(9))
  })

  it('does not read old files at the very first start, and says so', async () => {
    const { file, reader } = log()
    writeFileSync(`${file}.1`, madeLines(2, { run: 'old' }))
    writeFileSync(file, madeLines(2))
    await reader.once()
    expect(reader.ids).toEqual(ids(2))
    expect(reader.told).toEqual(['ship/old-files'])
  })

  it('knows a new file that was given the inode of the old one', async () => {
    const { file, reader } = log()
    writeFileSync(file, madeLines(3))
    await reader.once()
    truncateSync(file)
    writeFileSync(file, madeLines(6, { run: 'new' }), { flag: 'r+' })
    await reader.once()
    expect(reader.ids.slice(3)).toEqual(ids(6).map((id) => id.replace('run', 'new')))
  })

  it('says when the file that was being read is gone', async () => {
    const { file, reader } = log()
    writeFileSync(file, madeLines(3))
    await reader.once()
    unlinkSync(file)
    writeFileSync(file, madeLines(2, { run: 'new' }))
    await reader.once()
    expect(reader.told).toEqual(['ship/file-gone'])
    expect(reader.ids.slice(3)).toEqual(['new-1', 'new-2'])
  })
})

describe('rotation by copying and emptying', () => {
  it('reads from the copy what was not read yet', async () => {
    const { file, reader } = log()
    writeFileSync(file, madeLines(3))
    reader.start()
    await reader.reach(3)
    await reader.stop()
    appendFileSync(file, madeLines(2, {}, 4))
    copyFileSync(file, `${file}.1`)
    truncateSync(file)
    // It has grown past where it was read to.
    appendFileSync(file, madeLines(20, {}, 6))
    reader.start()
    await reader.reach(25)
    await reader.stop()
    expect(reader.ids).toEqual(ids(25))
  })

  it('does so while it reads, and does not read the copy twice', async () => {
    const { file, reader } = log()
    writeFileSync(file, madeLines(3))
    reader.start()
    await reader.reach(3)
    for (let round = 0; round < 3; round++) {
      copyFileSync(file, `${file}.${round + 1}`)
      truncateSync(file)
      appendFileSync(file, madeLines(2, {}, 4 + 2 * round))
      await reader.reach(5 + 2 * round)
    }
    await reader.stop()
    expect(reader.ids).toEqual(ids(9))
    expect(reader.told).toEqual([])
  })
})
