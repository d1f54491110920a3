import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { threadsOf } from '../../src/cli/threads.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const RULES = `title: Read
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0021
name: read
logsource: {category: test}
detection: {selection: {act: read}, condition: selection}
---
title: Send
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0022
name: send
logsource: {category: test}
detection: {selection: {act: send}, condition: selection}
---
title: Read, then sent
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0023
correlation: {type: temporal_ordered, rules: [read, send], group-by: [host], timespan: 1h, generate: true}
`

const LINES = 5000
const PAD = 'x'.repeat(1000)

/** Some are wrong, some come twice; one is longer than what a thread is given at once. */
function lineAt(i: number): string {
  if (i % 1700 === 3) return `{"act": "read", "pad": ${PAD}`
  if (i === 2500) return JSON.stringify({ act: 'read', pad: PAD.repeat(1500) })
  const act = i % 400 === 0 ? 'read' : i % 400 === 399 ? 'send' : 'wait'
  const time = new Date(Date.UTC(2026, 0, 1) + i * 10).toISOString()
  // Those of three lines have the id of the line before.
  const id = `run-${i % 400 === 1 ? i - 1 : i}`
  return JSON.stringify({
    '@timestamp': i % 999 === 0 ? 'noon' : time,
    host: `host-${i % 3}`,
    act,
    pad: PAD,
    event: { id, action: act === 'wait' ? 'file_write' : `file_${act}`, outcome: 'success' },
    file: { path: `/srv/${'abc'[i % 3]}` },
    detpack: { task: { name: 'copy', run: `run ${Math.floor(i / 50)}` } },
  })
}

/** A folder with rules, and events in it. */
function planted() {
  const folder = temporaryFolder({ 'rules.yml': RULES })
  const events = path.join(folder, 'events.ndjson')
  const lines = Array.from({ length: LINES }, (_, i) => lineAt(i))
  writeFileSync(events, lines.join('\n'))
  return { folder, events }
}

it('eval tells the same of a file, however many threads look through it', () => {
  const { folder, events } = planted()
  const told = (threads: string, format: string) =>
    detpack([
      'eval',
      '--rules',
      folder,
      '--events',
      events,
      '--mapping',
      'none',
      '--format',
      format,
      '--threads',
      threads,
    ])
  for (const format of ['ndjson', 'text']) {
    const alone = told('1', format)
    expect(alone.code).toBe(1)
    expect(alone.stderr).toContain('4 lines skipped')
    expect(alone.stderr).toContain('seen before by event.id')
    expect(alone.stdout).toContain('read')
    expect(told('2', format)).toEqual(alone)
  }
})

it('baseline learn learns the same of a file, however many threads look through it', () => {
  const { folder, events } = planted()
  const learned = (threads: string) => {
    const output = path.join(folder, `learned-${threads}.json`)
    const learn = ['baseline', 'learn', '--events', events, '--threads', threads, '-o', output]
    const { code, stderr } = detpack(learn)
    return { code, told: stderr.replace(output, ''), text: readFileSync(output, 'utf8') }
  }
  const alone = learned('1')
  expect(alone.code).toBe(1)
  expect(alone.told).toContain('100 runs')
  expect(learned('2')).toEqual(alone)
})

it.each(['0', '17', 'two', '1.5'])('there is no such number of threads: %s', (text) => {
  expect(() => threadsOf(text)).toThrow('--threads takes a number from 1 to 16')
})

it('threads that somebody asks for begin at once, the others where it is worth it', () => {
  expect(threadsOf('3')).toEqual({ count: 3, worth: 0 })
  expect(threadsOf(undefined).worth).toBeGreaterThan(1 << 20)
})
