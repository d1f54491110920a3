import { describe, expect, test } from 'vitest'
import type { UseEvent } from '../../../src/event/use-event.ts'
import { actionsOf, eventsOf } from './classes.ts'

const OPEN = 'openat(AT_FDCWD</w>, "/k/a", O_RDONLY) = 3</k/a>'

function last(text: string): UseEvent {
  const event = eventsOf(text).at(-1)
  if (event === undefined) throw new Error('no events')
  return event
}

/** Descriptor of the last event, and whether it is the description that the first event opened. */
function lineage(text: string): { number?: number | undefined; origin?: string | undefined; same: boolean } {
  const events = eventsOf(text)
  const event = events.at(-1)
  return {
    number: event?.detpack.descriptor?.number,
    origin: event?.detpack.descriptor?.origin,
    same: event?.detpack.description?.id === events[0]?.detpack.description?.id,
  }
}

describe('a description is opened once and travels', () => {
  test.each<[string, string, { number: number; origin: string; same: boolean }]>([
    ['opened', 'read(3</k/a>, "", 1) = 1', { number: 3, origin: 'opened', same: true }],
    ['dup', 'dup(3</k/a>) = 4</k/a>\nread(4</k/a>, "", 1) = 1', { number: 4, origin: 'duplicated', same: true }],
    ['dup2', 'dup2(3</k/a>, 9) = 9</k/a>\nread(9</k/a>, "", 1) = 1', { number: 9, origin: 'duplicated', same: true }],
    ['dup3', 'dup3(3</k/a>, 9, O_CLOEXEC) = 9</k/a>', { number: 9, origin: 'duplicated', same: true }],
    ['F_DUPFD', 'fcntl(3</k/a>, F_DUPFD_CLOEXEC, 10) = 10</k/a>', { number: 10, origin: 'duplicated', same: true }],
    ['without -yy', 'dup(3) = 4\nread(4, "", 1) = 1', { number: 4, origin: 'duplicated', same: true }],
    ['fork', 'fork() = 8\n8 read(3</k/a>, "", 1) = 1', { number: 3, origin: 'inherited', same: true }],
    [
      'a thread',
      'clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, exit_signal=0} => {parent_tid=[8]}, 88) = 8\n8 read(3</k/a>, "", 1) = 1',
      { number: 3, origin: 'opened', same: true },
    ],
    [
      'exec',
      'execve("/bin/x", ["x"], 0x1 /* 0 vars */) = 0\nread(3</k/a>, "", 1) = 1',
      { number: 3, origin: 'opened', same: true },
    ],
    ['closed', 'close(3</k/a>) = 0\nread(3</k/a>, "", 1) = 1', { number: 3, origin: 'unseen', same: false }],
    [
      'closed by close_range',
      'close_range(3, 4294967295, 0) = 0\nread(3</k/a>, "", 1) = 1',
      { number: 3, origin: 'unseen', same: false },
    ],
    [
      'opened again under the same number',
      'close(3</k/a>) = 0\nopenat(AT_FDCWD</w>, "/k/a", O_RDONLY) = 3</k/a>',
      { number: 3, origin: 'opened', same: false },
    ],
    ['showing another file', 'read(3</k/b>, "", 1) = 1', { number: 3, origin: 'unseen', same: false }],
  ])('%s', (_, rest, expected) => expect(lineage(`${OPEN}\n${rest}`)).toEqual(expected))

  test('close-on-exec closes', () => {
    const text = `openat(AT_FDCWD</w>, "/k/a", O_RDONLY|O_CLOEXEC) = 3</k/a>
      execve("/bin/x", ["x"], 0x1 /* 0 vars */) = 0
      read(3</k/a>, "", 1) = 1`
    expect(lineage(text)).toEqual({ number: 3, origin: 'unseen', same: false })
  })

  test('F_SETFD and CLOSE_RANGE_CLOEXEC set close-on-exec', () => {
    for (const call of ['fcntl(3</k/a>, F_SETFD, FD_CLOEXEC) = 0', 'close_range(3, 9, CLOSE_RANGE_CLOEXEC) = 0']) {
      const rest = 'execve("/bin/x", ["x"], 0x1) = 0\nread(3</k/a>, "", 1) = 1'
      expect(lineage(`${OPEN}\n${call}\n${rest}`).origin).toBe('unseen')
    }
  })

  test('its opener and its flags go with it', () => {
    const events = eventsOf(`${OPEN}\nfork() = 8\n8 read(3</k/a>, "", 1) = 1`)
    const [open, , read] = events
    expect(read?.detpack.descriptor).toMatchObject({
      flags: ['O_RDONLY'],
      from: open?.process.entity_id,
      opened_by: open?.process.entity_id,
      opened_at: open?.['@timestamp'],
    })
  })
})

describe('passing over a UNIX socket', () => {
  const SEND = `sendmsg(5<UNIX-STREAM:[11->12]>, {msg_name=NULL, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3</k/a>]}], msg_iovlen=1}, 0`
  const RECEIVE = `{msg_name=NULL, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[4</k/a>]}], msg_iovlen=1}, MSG_CMSG_CLOEXEC`

  test('keeps the description and names the giver', () => {
    const events = eventsOf(`7 ${OPEN}\n7 ${SEND}) = 2\n8 recvmsg(6<UNIX-STREAM:[12->11]>, ${RECEIVE}) = 2`)
    expect(actionsOf(events)).toEqual([
      '7 file_open /k/a',
      '7 network_send socket',
      '7 descriptor_send /k/a',
      '8 network_receive socket',
      '8 descriptor_receive /k/a',
    ])
    const [open, , sent, , received] = events
    expect(sent?.detpack.description?.id).toBe(open?.detpack.description?.id)
    expect(received?.detpack.description?.id).toBe(open?.detpack.description?.id)
    expect(received?.detpack.descriptor).toMatchObject({ number: 4, origin: 'received', from: open?.process.entity_id })
    expect(received?.detpack.flow?.object?.class).toEqual(['credential'])
  })

  test('also when the receiver returns before the sender', () => {
    const events = eventsOf(`
      7 ${OPEN}
      7 ${SEND} <unfinished ...>
      8 recvmsg(6<UNIX-STREAM:[12->11]>, ${RECEIVE}) = 2
      7 <... sendmsg resumed>) = 2`)
    const received = events.find((one) => one.event.action === 'descriptor_receive')
    expect(received?.detpack.descriptor?.from).toBe(events[0]?.process.entity_id)
    expect(received?.detpack.description?.id).toBe(events[0]?.detpack.description?.id)
  })

  test('once: what was known before the sender returned is not there a second time', () => {
    const again = `8 recvmsg(6<UNIX-STREAM:[12->11]>, ${RECEIVE}) = 2`
    const event = last(`7 ${OPEN}\n7 ${SEND} <unfinished ...>\n${again}\n7 <... sendmsg resumed>) = 2\n${again}`)
    expect(event.detpack.unknown).toContain('detpack.descriptor.from')
  })

  test('with bare numbers, as strace shows them without -yy', () => {
    const events = eventsOf(`
      7 openat(AT_FDCWD, "/k/a", O_RDONLY) = 3
      7 socketpair(AF_UNIX, SOCK_STREAM, 0, [5, 6]) = 0
      7 sendmsg(5, {msg_control=[{cmsg_type=SCM_RIGHTS, cmsg_data=[3]}]}, 0) = 2
      7 recvmsg(6, {msg_control=[{cmsg_type=SCM_RIGHTS, cmsg_data=[4]}]}, 0) = 2`)
    expect(events.at(-1)?.detpack.description?.id).toBe(events[0]?.detpack.description?.id)
  })

  test('of what was not seen to be sent is received from somebody unknown', () => {
    const event = last(`8 recvmsg(6<UNIX-STREAM:[12->11]>, ${RECEIVE}) = 2`)
    expect(event.detpack.descriptor).toMatchObject({ origin: 'received' })
    expect(event.detpack.unknown).toContain('detpack.descriptor.from')
  })

  test('in several messages at once', () => {
    const event = last(`${OPEN}
      sendmmsg(5<UNIX-DGRAM:[11->12]>, [{msg_hdr={msg_control=[{cmsg_type=SCM_RIGHTS, cmsg_data=[3</k/a>]}]}, msg_len=2}], 1, 0) = 1
      8 recvmmsg(6<UNIX-DGRAM:[12->11]>, [{msg_hdr={msg_control=[{cmsg_type=SCM_RIGHTS, cmsg_data=[4</k/a>]}]}, msg_len=2}], 1, 0, NULL) = 1`)
    expect(event.detpack.descriptor).toMatchObject({ number: 4, origin: 'received' })
  })
})

test('pidfd_getfd takes the description of the other process', () => {
  const events = eventsOf(`${OPEN}\n8 pidfd_open(7, 0) = 5<pid:7>\n8 pidfd_getfd(5<pid:7>, 3</k/a>, 0) = 6</k/a>`)
  const taken = events.at(-1)
  expect(taken?.event.action).toBe('descriptor_take')
  expect(taken?.detpack.descriptor).toMatchObject({ number: 6, origin: 'taken', from: events[0]?.process.entity_id })
  expect(taken?.detpack.description?.id).toBe(events[0]?.detpack.description?.id)
  expect(taken?.detpack.object?.process).toMatchObject({ pid: 7, entity_id: events[0]?.process.entity_id })
})

describe('an object keeps its identity', () => {
  const ids = (text: string): (string | undefined)[] => eventsOf(text).map((one) => one.detpack.object?.id)

  test.each<[string, string]>([
    ['rename', 'rename("/k/a", "/w/b") = 0'],
    ['renameat', 'renameat(AT_FDCWD</k>, "a", AT_FDCWD</w>, "b") = 0'],
    ['renameat2', 'renameat2(AT_FDCWD</k>, "a", AT_FDCWD</w>, "b", RENAME_NOREPLACE) = 0'],
    ['link', 'link("/k/a", "/w/b") = 0'],
    ['link of a descriptor', 'linkat(3</k/a>, "", AT_FDCWD</w>, "b", AT_EMPTY_PATH) = 0'],
    ['link by its name in /proc', 'linkat(AT_FDCWD</w>, "/proc/self/fd/3", AT_FDCWD</w>, "b", AT_SYMLINK_FOLLOW) = 0'],
  ])('over %s', (_, call) => {
    const events = eventsOf(`${OPEN}\n${call}\nopenat(AT_FDCWD</w>, "b", O_RDONLY) = 4</w/b>`)
    expect(new Set(events.map((one) => one.detpack.object?.id)).size).toBe(1)
    expect(events.at(-1)?.detpack.object?.class).toBe('credential')
  })

  test('over a link that failed, which names what was to be linked', () => {
    const [opened, linked] = eventsOf(
      `${OPEN}\nlinkat(3</k/a>, "", AT_FDCWD</w>, "b", AT_EMPTY_PATH) = -1 EEXIST (File exists)`,
    )
    expect(linked?.detpack.object?.id).toBe(opened?.detpack.object?.id)
    expect(linked?.file).toMatchObject({ path: '/w/b', target_path: '/k/a' })
  })

  test('and a new file of the old name is another', () => {
    expect(new Set(ids(`${OPEN}\nrename("/k/a", "/w/b") = 0\n${OPEN}`)).size).toBe(2)
    expect(new Set(ids(`${OPEN}\nunlink("/k/a") = 0\n${OPEN}`)).size).toBe(2)
  })

  test('exchanged names exchange the objects', () => {
    const [a, b, , first, second] = eventsOf(`${OPEN}
      openat(AT_FDCWD</w>, "b", O_RDONLY) = 4</w/b>
      renameat2(AT_FDCWD</w>, "/k/a", AT_FDCWD</w>, "b", RENAME_EXCHANGE) = 0
      openat(AT_FDCWD</w>, "b", O_RDONLY) = 5</w/b>
      openat(AT_FDCWD</w>, "/k/a", O_RDONLY) = 6</k/a>`).map((one) => one.detpack.object?.id)
    expect([first, second]).toEqual([a, b])
  })

  test('a path that only the program named is a string, one that the kernel named a candidate', () => {
    expect(last('chmod("/k/a", 0755) = 0').detpack.object?.identity).toBe('string')
    expect(last(OPEN).detpack.object?.identity).toBe('candidate')
  })
})

describe('data flows', () => {
  const flows = (text: string): readonly string[] | undefined => last(text).detpack.flow?.object?.class

  test.each<[string, string]>([
    [
      'through a pipe to a child',
      `pipe2([4<pipe:[1]>, 5<pipe:[1]>], 0) = 0\nfork() = 8\n${OPEN}\nread(3</k/a>, "", 9) = 9\nwrite(5<pipe:[1]>, "", 9) = 9\n8 read(4<pipe:[1]>, "", 9) = 9`,
    ],
    [
      'through a pipe whose reader returns first',
      `pipe2([4<pipe:[1]>, 5<pipe:[1]>], 0) = 0\nfork() = 8\n${OPEN}\nread(3</k/a>, "", 9) = 9\nwrite(5<pipe:[1]>, "", 9 <unfinished ...>\n8 read(4<pipe:[1]>, "", 9) = 9`,
    ],
    [
      'through a UNIX socket',
      `${OPEN}\nread(3</k/a>, "", 9) = 9\nsendto(5<UNIX-STREAM:[1->2]>, "", 9, 0, NULL, 0) = 9\n8 recvfrom(6<UNIX-STREAM:[2->1]>, "", 9, 0, NULL, NULL) = 9`,
    ],
    [
      'through a copy',
      `${OPEN}\nopenat(AT_FDCWD</w>, "b", O_WRONLY|O_CREAT) = 4</w/b>\ncopy_file_range(3</k/a>, NULL, 4</w/b>, NULL, 9, 0) = 9\n8 read(5</w/b>, "", 9) = 9`,
    ],
  ])('%s', (_, text) => expect(flows(text)).toEqual(['credential']))

  test.each<[string, string, string]>([
    ['sendfile', 'sendfile(5<TCP:[192.0.2.15:5->203.0.113.9:443]>, 3</k/a>, [0] => [9], 99) = 9', 'sendfile'],
    ['splice', 'splice(3</k/a>, NULL, 5<TCP:[192.0.2.15:5->203.0.113.9:443]>, NULL, 99, 0) = 9', 'splice'],
  ])('%s names the object it took from', (_, call, route) => {
    const event = last(`${OPEN}\n${call}`)
    expect(event.event.action).toBe('network_send')
    expect(event.destination).toEqual({ address: '203.0.113.9', ip: '203.0.113.9', port: 443 })
    expect(event.detpack).toMatchObject({
      route,
      use: { bytes: 9 },
      source: { object: { class: 'credential', path: '/k/a' }, descriptor: { number: 3 } },
    })
  })

  test('not by a read at the end of the file', () => {
    const text = (bytes: number): string =>
      `${OPEN}\nread(3</k/a>, "", 9) = ${bytes}\nclose(3</k/a>) = 0\nunlink("/x") = 0`
    expect(flows(text(9))).toEqual(['credential'])
    expect(flows(text(0))).toBeUndefined()
  })

  test('a mapping is a use of the file', () => {
    const event = last(`${OPEN}\nmmap(NULL, 4096, PROT_READ, MAP_SHARED, 3</k/a>, 0) = 0x7f0000000000`)
    expect(event.event.action).toBe('file_map')
    expect(event.detpack).toMatchObject({ route: 'mmap', memory: { protection: ['read'], shared: true } })
  })
})
