import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/event/field.ts'
import { valueAt } from './compare.ts'
import { cannotRun, RUN_TIMEOUT, runLive, type LiveRun } from './live-run.ts'

/** Proofs that need many uses: what the programs of sensor/test/live/races know of each, against the events. */
const reason = cannotRun()
if (reason !== undefined) process.stderr.write(`\nSKIP: the sensor's races are not tested: ${reason}\n\n`)

/** Room for all of them, so that a busy machine makes it slow and not lossy where it is not about loss. */
const ROOM = ['--ring-bytes', '67108864']

/** The last line that the program printed. */
function truthOf(run: LiveRun): unknown {
  return JSON.parse(run.said.trim().split('\n').at(-1) ?? '')
}

function numberAt(event: JsonObject, name: string): number | undefined {
  const value = valueAt(event, name)
  return typeof value === 'number' ? value : undefined
}

function countOf(event: JsonObject): number {
  return numberAt(event, 'detpack.use.count') ?? 1
}

/** Uses of an action that a process made, folds counted by what they stand for. */
function uses(run: LiveRun, action: string, pid: number): number {
  return run.events
    .filter((one) => valueAt(one, 'event.action') === action && valueAt(one, 'process.pid') === pid)
    .reduce((sum, one) => sum + countOf(one), 0)
}

/** Uses of an action that the sensor says it lost. */
function lost(run: LiveRun, action: string): number {
  return run.events
    .filter((one) => valueAt(one, 'event.action') === 'sensor_loss' && valueAt(one, 'detpack.loss.action') === action)
    .reduce((sum, one) => sum + (numberAt(one, 'detpack.loss.count') ?? 0), 0)
}

/** Uses of an action that the kernel half counted, told or not, as the sensor says at its end. */
function made(run: LiveRun, action: string): number {
  const stop = run.events.find((one) => valueAt(one, 'event.action') === 'sensor_stop')
  const uses = (stop === undefined ? [] : (valueAt(stop, 'detpack.health.uses') ?? [])) as readonly string[]
  const row = uses.find((one) => one.startsWith(`${action}: `)) ?? ''
  return Number(/: (\d+) made/.exec(row)?.[1])
}

/** What the sensor says that it had no room to remember. */
function memories(run: LiveRun): readonly unknown[] {
  return run.events
    .filter((one) => valueAt(one, 'event.action') === 'sensor_loss')
    .flatMap((one) => valueAt(one, 'detpack.loss.memory') ?? [])
}

/** Where two texts differ first; -1: nowhere. */
function firstDifference(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return one === other ? -1 : at
}

describe.skipIf(reason !== undefined)('under the sensor', () => {
  test(
    '60,000 opens of a path that another thread flips are named after the file that was opened',
    async () => {
      const run = await runLive('races', ['path', '60000'], ROOM, (line) => /"(file_open|sensor_\w+)"/.test(line))
      const truth = truthOf(run) as Readonly<Record<'a' | 'b' | 'inodeA' | 'inodeB' | 'truth', string>>
      const opens = run.events.filter((one) => {
        const inode = valueAt(one, 'file.inode')
        return valueAt(one, 'event.action') === 'file_open' && (inode === truth.inodeA || inode === truth.inodeB)
      })
      const seen = opens.map((one) => (valueAt(one, 'file.inode') === truth.inodeA ? 'a' : 'b')).join('')
      const misnamed = opens.filter(
        (one) => valueAt(one, 'file.path') !== (valueAt(one, 'file.inode') === truth.inodeA ? truth.a : truth.b),
      )
      expect(truth.truth).toMatch(/^(?=.*a)(?=.*b)[ab]{60000}$/)
      expect(misnamed.length).toBe(0)
      expect([opens.length, lost(run, 'file_open')]).toEqual([60000, 0])
      expect(firstDifference(seen, truth.truth)).toBe(-1)
    },
    RUN_TIMEOUT,
  )

  // 197 of 200 large reads of a secret looked harmless to a sensor that believes what a number means at the end of a call.
  test.each([
    {
      race: 'descriptor',
      what: 'a read by a number that another thread flips',
      action: 'file_read',
      number: 'detpack.descriptor.number',
      class: 'detpack.object.class',
    },
    {
      race: 'shared',
      what: 'a read by a number that a process flips that shares the table',
      action: 'file_read',
      number: 'detpack.descriptor.number',
      class: 'detpack.object.class',
    },
    {
      race: 'source',
      what: 'a sendfile from a number that another thread flips',
      action: 'file_write',
      number: 'detpack.source.descriptor.number',
      class: 'detpack.source.object.class',
    },
  ])(
    '$what has the class of what was taken',
    async ({ race, action, number, class: itsClass }) => {
      const run = await runLive('races', [race, '2000'], ROOM, (line) =>
        new RegExp(`"(${action}|sensor_\\w+)"`).test(line),
      )
      const truth = truthOf(run) as { thread: number; slot: number; truth: string; quiet: string }
      const uses = run.events.filter(
        (one) =>
          valueAt(one, 'event.action') === action &&
          valueAt(one, 'process.thread.id') === truth.thread &&
          valueAt(one, number) === truth.slot,
      )
      let at = 0
      let unsaid = 0
      let unclassed = 0
      let raced = 0
      let raisedForNothing = 0
      for (const one of uses) {
        const says = valueAt(one, 'detpack.descriptor.raced') === true
        const credential = valueAt(one, itsClass) === 'credential'
        for (let i = 0; i < countOf(one); i++, at++) {
          if (truth.truth[at] === 's' && !credential) unclassed++
          if (truth.truth[at] === 's' && !credential && !says) unsaid++
          if (says) raced++
          if (says && truth.quiet[at] === '1') raisedForNothing++
        }
      }
      process.stderr.write(
        `${race} race: ${at} uses, ${raced} raced, ${raisedForNothing} of them without a change; ${unclassed} unclassed\n`,
      )
      expect(at).toBe(truth.truth.length)
      expect([unsaid, unclassed]).toEqual([0, 0])
    },
    RUN_TIMEOUT,
  )

  test(
    'a flood of 800,000 reads and writes on a small ring loses no rare event, and every use is accounted for',
    async () => {
      const run = await runLive('races', ['flood', '800000'], ['--ring-bytes', '262144'])
      const { pid, reads, writes, rare } = truthOf(run) as { pid: number; reads: number; writes: number; rare: number }
      for (const action of ['file_attribute', 'descriptor_send', 'descriptor_receive', 'process_signal'])
        expect([action, uses(run, action, pid)]).toEqual([action, rare])
      const accounted = ['file_read', 'file_write'].map((action) => uses(run, action, pid) + lost(run, action))
      expect(accounted).toEqual([reads, writes])
      expect([made(run, 'file_read'), made(run, 'file_write')]).toEqual([reads, writes])
    },
    RUN_TIMEOUT,
  )

  // As many as the sensor's table of descriptions has room for (sensor/bpf/state.bpf.h), and a table of classed ones that
  // is made small, since a test that opens thousands of secrets fills the disk with events.
  test.each([
    { race: 'capacity', count: 150_000, options: [], room: 16_384, memory: 'descriptions' },
    { race: 'secrets', count: 3000, options: ['--small-state', '512', ...ROOM], room: 512, memory: 'classed' },
  ])(
    'a secret opened before the table of $memory was overfilled is still known, or said to be forgotten',
    async ({ race, count, options, room, memory }) => {
      const run = await runLive('races', [race, String(count)], options, (line) => !line.includes('"/dev/null"'))
      const { pid, opened, key, client } = truthOf(run) as { pid: number; opened: number; key: number; client: number }
      expect(opened).toBeGreaterThan(room)
      const of = (action: string, number: number): JsonObject | undefined =>
        run.events.find(
          (one) =>
            valueAt(one, 'event.action') === action &&
            valueAt(one, 'process.pid') === pid &&
            valueAt(one, 'detpack.descriptor.number') === number,
        )
      const read = of('file_read', key)
      const sent = of('network_send', client)
      const known = read !== undefined && valueAt(read, 'detpack.object.class') === 'credential'
      const forgotten = read !== undefined && valueAt(read, 'detpack.descriptor.origin') === 'forgotten'
      expect(known || forgotten).toBe(true)
      expect(sent && valueAt(sent, 'detpack.flow.object.class')).toEqual(known ? ['credential'] : undefined)
      // That something may have been forgotten is an event.
      expect(memories(run)).toContain(memory)
    },
    RUN_TIMEOUT,
  )
})
