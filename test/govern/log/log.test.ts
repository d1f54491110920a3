import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import type { Time } from '../../../src/event/record.ts'
import type { Act } from '../../../src/govern/log/entry.ts'
import { appendEntry, readLog, type ReviewLog } from '../../../src/govern/log/log.ts'
import type { Anchor } from '../../../src/govern/log/merkle.ts'
import { at, LogWriter, person, signersOf, stranger } from './people.ts'

const anna = person('anna')
const bert = person('bert', 'valid-before="20261130Z"')
const signers = signersOf(anna, bert)
const NOW = at('2026-12-31')

function propose(file: string): Act {
  return { kind: 'propose', file, digest: 'ab'.repeat(32) }
}

/** Six entries, a day apart. */
function lines(): string[] {
  const log = new LogWriter()
  for (let i = 0; i < 6; i += 1) log.add(i % 2 === 0 ? anna : bert, at(`2026-11-0${i + 1}`), propose(`file-${i}.yml`))
  return log.lines
}

function read(all: readonly string[], anchors: readonly Anchor[] = []): ReviewLog {
  return readLog(new Source('log.ndjson', all.map((line) => `${line}\n`).join('')), signers, NOW, anchors)
}

function told(all: readonly string[], anchors: readonly Anchor[] = []): readonly string[] {
  return read(all, anchors).diagnostics.map(
    ({ code, span }) => `${code} ${span?.source.position(span.start).line ?? ''}`,
  )
}

it('reads what was written, and anchors it', () => {
  const log = read(lines())
  expect(log.diagnostics).toEqual([])
  expect(log.entries.map(({ by, sequence }) => `${sequence} ${by}`)).toEqual([
    '0 anna',
    '1 bert',
    '2 anna',
    '3 bert',
    '4 anna',
    '5 bert',
  ])
  expect(told(lines(), [log.anchor, read(lines().slice(0, 3)).anchor])).toEqual([])
})

describe('tampering', () => {
  it('names the one entry of which a byte was changed, wherever the byte is', () => {
    const all = lines()
    const line = all[2] ?? ''
    for (let i = 0; i < line.length; i += 7) {
      const byte = line[i] === 'A' ? 'B' : 'A'
      const changed = all.with(2, `${line.slice(0, i)}${byte}${line.slice(i + 1)}`)
      const found = told(changed)
      expect(found, `byte ${i}`).toHaveLength(1)
      expect(found[0], `byte ${i}`).toMatch(/^govern\/(?:log-entry|log-signature|unknown-key) 3$/)
    }
  })

  it('names an entry that was taken out, and one that is there twice', () => {
    expect(told(lines().toSpliced(2, 1))).toEqual(['govern/log-missing 3'])
    expect(told(lines().toSpliced(2, 2))).toEqual(['govern/log-missing 3', 'govern/log-missing 3'])
    expect(told(lines().toSpliced(3, 0, lines()[1] ?? ''))).toEqual(['govern/log-repeated 4', 'govern/log-order 4'])
  })

  it('names an entry that was moved', () => {
    const all = lines()
    expect(told([...all.slice(0, 2), all[3] ?? '', all[2] ?? '', ...all.slice(4)])).toEqual(['govern/log-order 4'])
  })

  it('names an entry that was dated back, and one of tomorrow', () => {
    const log = new LogWriter()
    log.add(anna, at('2026-11-05'), propose('a')).add(anna, at('2026-11-04'), propose('b'))
    log.add(anna, at('2027-02-01'), propose('c'))
    expect(told(log.lines)).toEqual(['govern/log-time 2', 'govern/log-time 3'])
  })

  it('names an entry of a key that is not known, is not of who it says, or had expired', () => {
    const log = new LogWriter().add(anna, at('2026-11-01'), propose('a'))
    log.add(stranger('anna'), at('2026-11-02'), propose('b'))
    log.add({ name: 'bert', key: anna.key }, at('2026-11-03'), propose('c'))
    log.add(bert, at('2026-12-02'), propose('d'))
    expect(told(log.lines)).toEqual(['govern/unknown-key 2', 'govern/other-signer 3', 'govern/expired-key 4'])
  })

  it('names an entry that was put in the place of another by somebody who has a key', () => {
    const other = new LogWriter()
    for (let i = 0; i < 3; i += 1) other.add(anna, at(`2026-11-0${i + 1}`), propose(`other-${i}.yml`))
    expect(told(lines().with(2, other.lines[2] ?? ''))).toEqual(['govern/log-chain 3', 'govern/log-chain 4'])
  })

  it('finds a log that was written anew, or cut, by its anchor alone', () => {
    const { anchor } = read(lines())
    const anew = new LogWriter()
    for (let i = 0; i < 8; i += 1) anew.add(anna, at(`2026-11-0${i + 1}`), propose(`better-${i}.yml`))
    expect(told(anew.lines)).toEqual([])
    expect(told(anew.lines, [anchor])).toEqual(['govern/log-rewritten 1'])
    expect(told(lines().slice(0, 4), [anchor])).toEqual(['govern/log-cut 1'])
  })

  it('finds a close that closed another log', () => {
    const log = new LogWriter().add(anna, at('2026-11-01'), propose('a'))
    log.add(anna, at('2026-11-02'), { kind: 'close', period: '2026-10', conclusion: '', root: 'cd'.repeat(32) })
    expect(told(log.lines)).toEqual(['govern/log-root 2'])
  })
})

describe('a next entry', () => {
  const next = (all: readonly string[], time: Time): ReturnType<typeof appendEntry> =>
    appendEntry(read(all), all.at(-1), propose('next'), { by: 'anna', key: anna.key, at: time })

  it('goes on with the chain', () => {
    const { line = '' } = next(lines(), at('2026-11-20'))
    expect(told([...lines(), line])).toEqual([])
    expect(told([next([], at('2026-11-20')).line ?? ''])).toEqual([])
  })

  it('is not put behind one of later, nor into a log that is damaged', () => {
    expect(next(lines(), at('2026-11-02')).diagnostics.map(({ code }) => code)).toEqual(['govern/log-time'])
    const damaged = next(lines().toSpliced(2, 1), at('2026-11-20'))
    expect([damaged.line, damaged.diagnostics.map(({ code }) => code)]).toEqual([undefined, ['govern/log-missing']])
  })
})
