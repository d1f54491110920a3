import { describe, expect, it } from 'vitest'
import type { Alert, AlertId } from '../../src/event/alert.ts'
import type { JsonObject } from '../../src/event/field.ts'
import { moveOf } from '../../src/event/move.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { subjectOf } from '../../src/event/subject.ts'
import { wayOf } from '../../src/event/way.ts'

const HOLDS = { flow: { object: { id: ['key'] } } }
const PARENTS: Readonly<Record<string, string>> = { child: 'parent' }
const BORN = 20

/** A use of a process in the millisecond of its line. */
function use(line: number, process: string, action: string, detpack: JsonObject, more: JsonObject = {}): EventRecord {
  const parent = PARENTS[process]
  const born = parent === undefined ? {} : { parent: { entity_id: parent }, start: iso(BORN) }
  const fields = { ...more, event: { action, ...(more.event as object) }, process: { entity_id: process, ...born } }
  return { line, time: line as Time, sequence: line, id: `r-${line}`, fields: { ...fields, detpack } }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}

const key = (description = 'd'): JsonObject => ({
  object: { id: 'key', kind: 'file', class: 'credential' },
  description: { id: description },
  ...HOLDS,
})
const thing = (id: string, kind: string, more: JsonObject = HOLDS): JsonObject => ({ object: { id, kind }, ...more })
const pipe = thing('pipe', 'pipe')
const socket = thing('socket', 'socket')

function hops(steps: readonly EventRecord[], others: readonly EventRecord[], group: Alert['group'] = {}): number[] {
  const named = steps.map((event) => ({ as: 'step', rule: 'r', event }))
  const [first, last] = [steps[0]?.time ?? null, steps.at(-1)?.time ?? null]
  const alert: Alert = { id: 'a' as AlertId, rule: 'r', group, first, last, steps: named }
  return wayOf(subjectOf(alert), others.map(moveOf)).map(({ event }) => event.line)
}

const read = use(30, 'reader', 'file_read', key())
const send = use(90, 'sender', 'network_send', socket)
const written = use(40, 'reader', 'file_write', pipe)
const taken = use(50, 'sender', 'file_read', pipe)

describe('the way of data from the source to the sink', () => {
  it('is the pipe that one process writes and the other reads', () => {
    expect(hops([read, send], [written, taken])).toEqual([40, 50])
  })

  it('leads over a file, and over several processes', () => {
    const copy = thing('copy', 'file')
    const packed = [use(41, 'packer', 'file_read', pipe), use(42, 'packer', 'file_write', copy)]
    expect(hops([read, send], [written, ...packed, use(50, 'sender', 'file_read', copy)])).toEqual([40, 41, 42, 50])
  })

  it('leads over a UNIX socket, by who is at its other end', () => {
    const unix = (peer: string): JsonObject => ({ ...socket, socket: { family: 'unix' }, peer: { entity_id: peer } })
    const sent = use(40, 'reader', 'network_send', unix('sender'))
    const got = use(50, 'sender', 'network_receive', unix('reader'))
    const other = use(45, 'reader', 'network_send', unix('stranger'))
    expect(hops([read, send], [sent, got, other])).toEqual([40, 50])
  })

  it('leads over a UNIX socket of a server whose child serves, which its client does not know of', () => {
    const unix = (peer: string): JsonObject => ({ ...socket, socket: { family: 'unix' }, peer: { entity_id: peer } })
    const sent = use(40, 'reader', 'network_send', unix('parent'))
    const got = use(50, 'child', 'network_receive', unix('reader'))
    const answered = use(60, 'child', 'network_send', unix('sender'))
    const heard = use(70, 'sender', 'network_receive', unix('parent'))
    expect(hops([read, send], [sent, got, answered, heard])).toEqual([40, 50, 60, 70])
    const stranger = use(70, 'sender', 'network_receive', unix('stranger'))
    expect(hops([read, send], [sent, got, answered, stranger])).toEqual([])
  })

  it('does not lead over the pair of sockets that a process shares with its children', () => {
    const pair: JsonObject = { ...socket, socket: { family: 'unix' }, peer: { entity_id: 'parent' } }
    const shared = [use(40, 'child', 'network_send', pair), use(50, 'parent', 'network_receive', pair)]
    const sink = use(90, 'parent', 'network_send', socket)
    expect(hops([use(30, 'child', 'file_read', key()), sink], shared)).toEqual([])
  })

  it('leads over a UNIX socket to which nobody is connected, by its path', () => {
    const at = (address: string): JsonObject => ({ destination: { address } })
    const datagram: JsonObject = { ...socket, socket: { family: 'unix' } }
    const sent = use(40, 'reader', 'network_send', datagram, at('/run/log'))
    const got = use(50, 'sender', 'network_receive', datagram, at('/run/log'))
    const other = use(45, 'sender', 'network_receive', datagram, at('/run/other'))
    expect(hops([read, send], [sent, other, got])).toEqual([40, 50])
  })

  it('is the reading, where a child sends what its parent read before it was born', () => {
    const before = use(10, 'parent', 'file_read', key())
    const after = use(25, 'parent', 'file_map', key())
    const sink = use(90, 'child', 'network_send', socket)
    expect(hops([sink], [before, after], { object: 'key' })).toEqual([10])
  })

  it('takes a folded use for as long as it went on', () => {
    const folded = use(95, 'sender', 'file_read', pipe, { event: { start: iso(50) } })
    expect(hops([read, send], [written, folded])).toEqual([40, 95])
  })

  it('leads to who has but the end of the pipe, which its child reads', () => {
    const has = use(50, 'sender', 'descriptor_duplicate', pipe)
    expect(hops([read, send], [written, has])).toEqual([40, 50])
    expect(hops([read, send], [written, has, use(60, 'sender', 'file_read', pipe)])).toEqual([40, 60])
  })
})

describe('no hop is', () => {
  it('what a process that holds data writes where nobody on the way reads it', () => {
    const log = use(60, 'reader', 'file_write', thing('log', 'file'))
    expect(hops([read, send], [written, taken, log])).toEqual([40, 50])
  })

  it('what was read of a file to which the data was never written', () => {
    expect(hops([read, send], [written, taken, use(70, 'sender', 'file_read', thing('locale', 'file'))])).toEqual([
      40, 50,
    ])
  })

  it('what was read only after the sending, or written only after the reading', () => {
    expect(hops([read, send], [written, use(95, 'sender', 'file_read', pipe)])).toEqual([])
    expect(hops([read, send], [taken, use(60, 'reader', 'file_write', pipe)])).toEqual([])
  })

  it('what moved before the source was read', () => {
    const before = [use(10, 'reader', 'file_write', pipe), use(20, 'sender', 'file_read', pipe)]
    expect(hops([read, send], before)).toEqual([])
  })

  it('the end of a file', () => {
    const end = use(50, 'sender', 'file_read', { ...pipe, use: { bytes: 0 } })
    expect(hops([read, send], [written, end])).toEqual([])
  })

  it('another reading of what a step or a hop says already', () => {
    const again = [use(35, 'reader', 'file_read', key()), use(60, 'sender', 'file_read', pipe)]
    expect(hops([read, send], [written, taken, ...again])).toEqual([40, 50])
  })

  it('a step, though it is among the events', () => {
    expect(hops([read, send], [read, written, taken, send])).toEqual([40, 50])
  })

  it('anything, where events say nothing of capabilities', () => {
    expect(hops([{ ...read, fields: { Image: '/bin/sh' } }], [written])).toEqual([])
  })
})

describe('the way of a descriptor', () => {
  const passing = (line: number, process: string, action: string, peer: string): EventRecord =>
    use(line, process, action, { ...key(), peer: { entity_id: peer } })
  const opened = use(10, 'opener', 'file_open', key())
  const given = passing(15, 'opener', 'descriptor_send', 'reader')
  const got = passing(16, 'reader', 'descriptor_receive', 'opener')

  it('is its opening by another process, and each passing', () => {
    expect(hops([read, send], [opened, given, got])).toEqual([10, 15, 16])
    expect(hops([read], [opened])).toEqual([10])
  })

  it('is the connection within the host by which it was passed, and no other', () => {
    const unix = (line: number, process: string, peer: string): EventRecord =>
      use(line, process, 'network_connect', { ...socket, socket: { family: 'unix' }, peer: { entity_id: peer } })
    const others = [unix(13, 'reader', 'stranger'), unix(20, 'reader', 'opener')]
    expect(hops([read], [unix(12, 'reader', 'opener'), ...others, given, got])).toEqual([12, 15, 16])
    expect(hops([read], [unix(12, 'opener', 'reader'), given])).toEqual([12, 15])
    expect(hops([read], [unix(12, 'reader', 'opener')])).toEqual([])
  })

  it('is not its opening by who reads then, nor that of another description', () => {
    expect(hops([read], [use(10, 'reader', 'file_open', key())])).toEqual([])
    expect(hops([read], [use(10, 'opener', 'file_open', key('other'))])).toEqual([])
  })

  it('is not its passing to somebody who does nothing with it', () => {
    const elsewhere = passing(17, 'opener', 'descriptor_send', 'idle')
    expect(hops([read], [opened, elsewhere])).toEqual([10])
  })

  it('does not hide what is sent where the time of a call is not told', () => {
    const unix = (peer: string): JsonObject => ({ ...socket, socket: { family: 'unix' }, peer: { entity_id: peer } })
    const went = [
      use(40, 'reader', 'network_send', unix('sender')),
      use(50, 'sender', 'network_receive', unix('reader')),
    ]
    expect(hops([read, send], [passing(35, 'reader', 'descriptor_send', 'idle'), ...went])).toEqual([40, 50])
  })

  it('is told once, though a byte was sent along with it', () => {
    const call = { time: { boot: 15_000 } }
    const note = { ...socket, ...call, socket: { family: 'unix' }, peer: { entity_id: 'sender' } }
    const sent = use(40, 'reader', 'descriptor_send', { ...key(), ...call, peer: { entity_id: 'sender' } })
    const said = use(41, 'reader', 'network_send', note)
    const heard = use(45, 'sender', 'network_receive', { ...note, time: { boot: 1 }, peer: { entity_id: 'reader' } })
    const sink = use(90, 'sender', 'network_send', {
      ...socket,
      source: { object: { id: 'key', kind: 'file' }, description: { id: 'd' } },
    })
    expect(hops([read, sink], [sent, said, heard])).toEqual([40])
  })
})

describe('what an alert is about', () => {
  const other = use(35, 'sender', 'file_read', {
    object: { id: 'note', kind: 'file', class: 'personal' },
    flow: { object: { id: ['note', 'key'] } },
  })
  const both = use(90, 'sender', 'network_send', { ...socket, flow: { object: { id: ['note', 'key'] } } })

  it('is the object that its group names, whatever else is held', () => {
    expect(hops([both], [other, read, written, taken], { object: 'key' })).toEqual([30, 40, 50])
  })

  it('is not the socket that its group names, but what who sends has taken in', () => {
    expect(hops([both], [other, read, written, taken], { object: 'socket' })).toEqual([30, 35, 40, 50])
  })

  it('is not what a process that connects has held since it was born', () => {
    const connect = use(90, 'child', 'network_connect', socket)
    const atStart = use(10, 'parent', 'file_read', key())
    expect(hops([connect], [atStart])).toEqual([])
    const shared = [
      use(15, 'sibling', 'file_write', thing('memory', 'file')),
      use(30, 'child', 'file_map', thing('memory', 'file')),
    ]
    expect(hops([connect], [atStart, ...shared])).toEqual([])
    expect(hops([connect], [atStart, use(40, 'child', 'file_read', key())])).toEqual([40])
  })

  it('is what its parent was told by a pipe before it was born, as a shell that asks for a name made of it', () => {
    const sink = use(90, 'child', 'network_send', socket)
    const told = [use(12, 'reader', 'file_write', pipe), use(14, 'parent', 'file_read', pipe)]
    const early = use(10, 'reader', 'file_read', key())
    expect(hops([sink], [early, ...told])).toEqual([10, 12, 14])
    expect(hops([sink], [early, use(22, 'reader', 'file_write', pipe), use(24, 'parent', 'file_read', pipe)])).toEqual(
      [],
    )
  })

  it('is what a process has taken in that writes to a pipe with a name', () => {
    const fifo = use(90, 'sender', 'file_write', thing('fifo', 'pipe'))
    expect(hops([fifo], [read, written, taken])).toEqual([30, 40, 50])
  })

  it('is the descriptor, where nothing was read yet', () => {
    const connect = use(90, 'sender', 'network_connect', socket)
    expect(hops([connect], [use(50, 'sender', 'file_open', key())])).toEqual([50])
  })
})

describe('a change of a file', () => {
  const login = { object: { id: 'login', kind: 'file', class: 'persistence' } }
  const at = (path: string): JsonObject => ({ file: { path } })
  const renamed = use(90, 'mv', 'file_rename', { file: { previous_path: '/a/new' } }, at('/a/login'))

  it('has nothing of what its process holds or has read', () => {
    const change = use(90, 'reader', 'file_write', { ...login, ...HOLDS })
    expect(hops([change], [read, written, use(50, 'reader', 'file_read', login)])).toEqual([])
  })

  it('has the writing under the name that the file had before', () => {
    const before = use(50, 'sh', 'file_write', thing('new', 'file'), at('/a/new'))
    const beside = use(55, 'sh', 'file_write', thing('log', 'file'), at('/a/log'))
    expect(hops([renamed], [before, beside])).toEqual([50])
  })

  it('has the writing under the name that a link points to', () => {
    const linked = use(90, 'ln', 'file_create', {}, { file: { path: '/a/login', target_path: '/a/new' } })
    const before = use(50, 'sh', 'file_write', thing('new', 'file'), at('/a/new'))
    expect(hops([linked], [before, use(55, 'sh', 'file_write', thing('log', 'file'), at('/a/log'))])).toEqual([50])
    expect(hops([use(95, 'reader', 'file_read', key(), at('/a/login'))], [linked])).toEqual([90])
  })

  it('has the renamings before, one after the other', () => {
    const first = use(50, 'mv', 'file_rename', { file: { previous_path: '/a/newest' } }, at('/a/new'))
    const writing = use(40, 'sh', 'file_write', thing('new', 'file'), at('/a/newest'))
    expect(hops([renamed], [first, writing])).toEqual([40, 50])
  })

  it('is told of a file that is read under its new name', () => {
    expect(hops([use(95, 'reader', 'file_read', key(), at('/a/login'))], [renamed])).toEqual([90])
  })

  it('has what was written to it before', () => {
    const earlier = use(50, 'other', 'file_write', { ...login })
    expect(hops([use(90, 'reader', 'file_write', { ...login })], [earlier])).toEqual([50])
  })
})

describe('the way of data that left after the alert', () => {
  const away = use(120, 'sender', 'network_send', socket, { destination: { ip: '203.0.113.9', port: 443 } })

  it('is the pipe to who sends, and the sending', () => {
    const went = [use(100, 'reader', 'file_write', pipe), use(110, 'sender', 'file_read', pipe)]
    expect(hops([read], [...went, away])).toEqual([100, 110, 120])
  })

  it('leaves out what led nowhere, which is all of it where nothing leaves', () => {
    const log = use(105, 'reader', 'file_write', thing('log', 'file'))
    const went = [use(100, 'reader', 'file_write', pipe), use(110, 'sender', 'file_read', pipe)]
    expect(hops([read], [...went, log, away])).toEqual([100, 110, 120])
    expect(hops([read], [...went, log])).toEqual([])
  })

  it('leaves out what a process wrote for nobody but itself', () => {
    const note = thing('note', 'file')
    const back = [use(112, 'sender', 'file_write', note), use(114, 'sender', 'file_read', note)]
    const went = [use(100, 'reader', 'file_write', pipe), use(110, 'sender', 'file_read', pipe)]
    expect(hops([read], [...went, ...back, away])).toEqual([100, 110, 120])
  })

  it('is where it was put, where nothing leaves', () => {
    const opened = { descriptor: { opened_at: iso(115) } }
    const copy = use(120, 'sender', 'file_write', { ...thing('copy', 'file'), ...opened })
    const went = [use(100, 'reader', 'file_write', pipe), use(110, 'sender', 'file_read', pipe)]
    expect(hops([read], [...went, copy])).toEqual([100, 110, 120])
    const sent = use(130, 'reader', 'network_send', socket, { destination: { ip: '203.0.113.9', port: 443 } })
    expect(hops([read], [...went, copy, sent])).toEqual([130])
  })

  it('is not looked for where the alert itself says where it went', () => {
    expect(hops([read, send], [written, taken, away])).toEqual([40, 50])
  })
})
