import { describe, expect, test } from 'vitest'
import { importStrace, StraceImporter } from '../../../src/event/strace/importer.ts'
import { actionsOf, eventsOf, imported, resources } from './classes.ts'

const OPEN = 'openat(AT_FDCWD</w>, "/k/a", O_RDONLY) = 3</k/a>'

describe('outcome', () => {
  test('of a failure is the name of the errno, with the path as the program gave it', () => {
    const [event] = eventsOf('openat(AT_FDCWD</w>, "../k/a", O_RDONLY) = -1 EACCES (Permission denied)')
    expect(event?.event).toMatchObject({ action: 'file_open', outcome: 'failure', reason: 'EACCES' })
    expect(event?.file?.path).toBe('/k/a')
    expect(event?.detpack.object).toEqual({ identity: 'string', class: 'credential' })
    expect(event?.detpack.unknown).toContain('detpack.object.id')
  })

  test('of a connection in progress is unknown', () => {
    const [event] = eventsOf(
      'connect(3<TCP:[5]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("203.0.113.9")}, 16) = -1 EINPROGRESS (Operation now in progress)',
    )
    expect(event?.event).toMatchObject({ outcome: 'unknown', reason: 'EINPROGRESS' })
    expect(event?.destination).toEqual({ address: '203.0.113.9', ip: '203.0.113.9', port: 443 })
  })

  describe('of a connection that begins with what is sent first (MSG_FASTOPEN)', () => {
    const TO = '{sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("203.0.113.9")}'
    const told = (call: string): unknown[] =>
      eventsOf(call).map(({ event, destination }) => [event.action, event.outcome, destination?.port])

    test.each<[string, string, string]>([
      ['sendto', `sendto(3<TCP:[5]>, "x", 1, MSG_FASTOPEN, ${TO}, 16) = 1`, 'success'],
      ['sendmsg', `sendmsg(3<TCP:[5]>, {msg_name=${TO}, msg_iovlen=1}, MSG_NOSIGNAL|MSG_FASTOPEN) = 1`, 'success'],
      ['sendmmsg', `sendmmsg(3<TCP:[5]>, [{msg_hdr={msg_name=${TO}}, msg_len=1}], 1, MSG_FASTOPEN) = 1`, 'success'],
      [
        'one that is refused',
        `sendto(3<TCP:[5]>, "x", 1, MSG_FASTOPEN, ${TO}, 16) = -1 ECONNREFUSED (Connection refused)`,
        'failure',
      ],
      [
        'one in progress',
        `sendto(3<TCP:[5]>, "x", 1, MSG_FASTOPEN, ${TO}, 16) = -1 EINPROGRESS (Operation now in progress)`,
        'unknown',
      ],
    ])('is that of connect and send: %s', (_, call, outcome) => {
      expect(told(call)).toEqual([
        ['network_connect', outcome, 443],
        ['network_send', outcome, 443],
      ])
    })

    test.each<[string, string]>([
      ['the kernel connects so', `sendto(3<TCP:[5]>, "x", 1, MSG_FASTOPEN, ${TO}, 16) = -1 EOPNOTSUPP (Unsupported)`],
      ['it is a stream', `sendto(3<UDP:[5]>, "x", 1, MSG_FASTOPEN, ${TO}, 16) = 1`],
      ['the call says so', `sendto(3<TCP:[5]>, "x", 1, 0, ${TO}, 16) = 1`],
    ])('is there only where %s', (_, call) => {
      expect(told(call).flat()).not.toContain('network_connect')
    })
  })

  test('EAGAIN, EINTR and restarted calls are no events, and are counted', () => {
    const { events, counts } = imported(`
      read(3<pipe:[1]>, 0x1, 1) = -1 EAGAIN (Resource temporarily unavailable)
      read(3<pipe:[1]>, 0x1, 1) = -1 EINTR (Interrupted system call)
      read(3<pipe:[1]>, 0x1, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
      read(3<pipe:[1]>, <unfinished ...>`)
    expect(events).toEqual([])
    expect(counts).toMatchObject({ withoutOutcome: 4, skipped: 0 })
  })

  test('what is no use of a capability is counted by name', () => {
    expect(imported('getpid() = 7\ngetpid() = 7').counts.ignored).toEqual(new Map([['getpid', 2]]))
  })
})

describe('time', () => {
  test('is the end of the call with -T', () => {
    const [event] = eventsOf(`7 1000.000001 ${OPEN} <0.500000>`)
    expect(event?.['@timestamp']).toBe('1970-01-01T00:16:40.500001Z')
    expect(event?.detpack.unknown).not.toContain('@timestamp')
  })

  test('is the end of a call that was divided', () => {
    const [event] = eventsOf(`
      7 1000.000001 openat(AT_FDCWD</w>, "/k/a", O_RDONLY <unfinished ...>
      8 1000.100000 getpid() = 8
      7 1000.200000 <... openat resumed>) = 3</k/a>`)
    expect(event?.['@timestamp']).toBe('1970-01-01T00:16:40.200000Z')
  })

  test('is the beginning otherwise, and says so', () => {
    const [event] = eventsOf(`7 1000.000001 ${OPEN}`)
    expect(event?.['@timestamp']).toBe('1970-01-01T00:16:40.000001Z')
    expect(event?.detpack.unknown).toContain('@timestamp')
  })

  test('orders the numbers', () => {
    const events = eventsOf(`
      7 1000.000000 unlink("/a") = 0 <0.009000>
      8 1000.000001 unlink("/b") = 0 <0.000001>
      7 1000.010000 unlink("/c") = 0 <0.000001>`)
    expect(events.map((one) => [one.event.sequence, one.file?.path])).toEqual([
      [1, '/b'],
      [2, '/a'],
      [3, '/c'],
    ])
  })

  test('that comes after later uses were numbered is late', () => {
    const events = eventsOf(`
      7 1000.000000 unlink("/a") = 0
      7 1001.000000 unlink("/b") = 0
      7 1000.500000 unlink("/c") = 0
      7 1002.000000 unlink("/d") = 0
      7 1000.700000 unlink("/e") = 0`)
    expect(events.map((one) => [one.file?.name, one.detpack.late])).toEqual([
      ['a', undefined],
      ['c', undefined],
      ['b', undefined],
      ['e', true],
      ['d', undefined],
    ])
  })
})

describe('identity', () => {
  const text = `7 1000.000001 ${OPEN}\n7 1000.000002 read(3</k/a>, "x", 1) = 1\n`

  test('is the same each time, in whatever pieces the text comes', () => {
    const whole = imported(text)
    const importer = new StraceImporter({ name: 'elsewhere', resources })
    const pieces = [...Array.from(text).flatMap((one) => importer.push(one)), ...importer.end()]
    expect(pieces).toEqual(whole.events)
  })

  test('is another for another recording and for another task', () => {
    const ids = [text, text.replace('"x"', '"y"')].map((one) => eventsOf(one)[0]?.event.id)
    ids.push(eventsOf(text, { task: { name: 't' } })[0]?.event.id)
    expect(new Set(ids).size).toBe(3)
  })

  test('of the task, the agent and the host is as declared', () => {
    const [event] = eventsOf(text, {
      task: { name: 'summarize', run: 'r1' },
      agent: { name: 'notes' },
      host: { id: 'h', name: 'web-1', boot: 'b' },
    })
    expect(event?.detpack.task).toEqual({ id: 'summarize', name: 'summarize', run: 'r1', source: 'import' })
    expect(event?.gen_ai).toEqual({ agent: { name: 'notes' } })
    expect(event?.host).toEqual({ id: 'h', name: 'web-1', boot: { id: 'b' } })
    expect(event?.detpack.unknown?.filter((one) => one.startsWith('host'))).toEqual([])
  })

  test('without a host is a stand-in, and says so', () => {
    const [event] = eventsOf(text)
    expect(event?.host).toMatchObject({ id: 'unknown', name: 'unknown', boot: { id: event?.detpack.sensor.run } })
    expect(event?.detpack.unknown).toEqual(expect.arrayContaining(['host.id', 'host.name', 'host.boot.id']))
  })
})

describe('the line before the call', () => {
  test.each([
    ['-f -o FILE', `7 1000.000001 ${OPEN}`],
    ['-f on a terminal', `[pid 7] 1000.000001 ${OPEN}`],
  ])('%s', (_, line) => {
    expect(actionsOf(importStrace(line, { name: 'x', resources }).events)).toEqual(['7 file_open /k/a'])
  })

  test('without -f all lines are of one process', () => {
    const text = `1000.000001 ${OPEN}\n1000.000002 read(3</k/a>, "x", 1) = 1`
    const { events } = importStrace(text, { name: 'x', resources })
    expect(new Set(events.map((one) => one.process.entity_id)).size).toBe(1)
  })
})

describe('a line that cannot be read is told with its place, and the others are read', () => {
  test.each<[string, string, number]>([
    ['event/strace-line', '\u0000\u0001garbage', 1],
    ['event/strace-line', '7 1000.000001 ???', 15],
    ['event/strace-time', '7 read(3, "x", 1) = 1', 3],
    ['event/strace-time', '7 12:30:00 read(3, "x", 1) = 1', 3],
    ['event/strace-call', '7 1000.000001 read(3</k/a>, "x', 29],
    ['event/strace-call', '7 1000.000001 read(3', 21],
    ['event/strace-resumed', '7 1000.000001 <... read resumed>"x", 1) = 1', 33],
    ['event/strace-long-line', `7 1000.000001 read(3, "${'x'.repeat(300_000)}", 1) = 1`, 1],
  ])('%s', (code, line, column) => {
    const importer = new StraceImporter({ name: 'bad.strace', resources })
    const text = `7 1000.000000 ${OPEN}\n${line}\n7 1000.000002 unlink("/x") = 0\n`
    const events = [...importer.push(text), ...importer.end()]
    expect(actionsOf(events)).toEqual(['7 file_open /k/a', '7 file_delete /x'])
    const [diagnostic, ...more] = importer.diagnostics
    expect(more).toEqual([])
    expect(diagnostic).toMatchObject({ code, severity: 'error' })
    const span = diagnostic?.span
    expect(span?.source.position(span.start)).toEqual({ line: 2, column })
    expect(importer.counts).toMatchObject({ lines: 3, skipped: 1, events: 2 })
  })

  test('many of a kind are counted', () => {
    const { diagnostics, counts } = imported('garbage\n'.repeat(50))
    expect(counts.skipped).toBe(50)
    expect(diagnostics).toHaveLength(11)
    expect(diagnostics.at(-1)?.message).toContain('40 more')
  })

  test('uses through io_uring are said to be missing, once', () => {
    const { diagnostics } = imported('io_uring_enter(3, 1, 0, 0, NULL, 8) = 1\nio_uring_enter(3, 1, 0, 0, NULL, 8) = 1')
    expect(diagnostics.map((one) => [one.code, one.severity])).toEqual([['event/strace-io-uring', 'warning']])
  })
})

test('a length below nothing, as a torn line may have, is no number of bytes', () => {
  const [event] = eventsOf('mmap(0=> MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x7ffff7faa000')
  expect(event?.event.action).toBe('file_map')
  expect(event?.detpack.use).toEqual({ count: 1 })
})

test('no event carries what was read, written, sent or received', () => {
  const secret = 'PLANTED-SECRET'
  const events = eventsOf(`
    execve("/bin/x", ["x", "--token", "${secret}", "API_KEY=${secret}", "https://u:${secret}@h/", "Bearer ${secret}"], 0x1 /* 3 vars */) = 0
    read(3</k/a>, "${secret}", 99) = 14
    write(4<pipe:[1]>, "${secret}", 14) = 14
    sendto(5<TCP:[9]>, "${secret}", 14, 0, NULL, 0) = 14
    sendmsg(5<TCP:[9]>, {msg_name=NULL, msg_iov=[{iov_base="${secret}", iov_len=14}]}, 0) = 14
    setxattr("/a", "user.x", "${secret}", 14, 0) = 0
    symlink("/target", "/b") = 0`)
  expect(events.length).toBe(7)
  expect(JSON.stringify(events)).not.toContain(secret)
  expect(events[0]?.process.args).toEqual([
    'x',
    '--token',
    '[redacted]',
    'API_KEY=[redacted]',
    'https://[redacted]@h/',
    'Bearer [redacted]',
  ])
})
