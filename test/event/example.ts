import type { UseEvent } from '../../src/event/use-event.ts'

/** One whole event: a key read by a descriptor that came over a UNIX socket. */
export const example: UseEvent = {
  '@timestamp': '2026-03-01T12:00:00.001234Z',
  ecs: { version: '9.5.0' },
  event: {
    id: '0123456789abcdef0123456789abcdef-7',
    sequence: 7,
    kind: 'event',
    dataset: 'detpack.use',
    action: 'file_read',
    category: ['file'],
    type: ['access'],
    outcome: 'success',
    provider: 'sensor',
  },
  host: { id: 'h1', name: 'web-1', boot: { id: 'b1' } },
  process: { entity_id: 'p815', pid: 815, name: 'helper', parent: { entity_id: 'p1', pid: 1 } },
  file: { path: '/home/ann/.ssh/id_ed25519' },
  detpack: {
    sensor: { run: '0123456789abcdef0123456789abcdef' },
    object: { id: 'h1:8:1:42:0', kind: 'file', class: 'credential', identity: 'kernel' },
    description: { id: 'd9' },
    descriptor: { number: 3, flags: ['O_RDONLY'], origin: 'received', from: 'p812' },
    route: 'syscall',
    syscall: 'read',
    use: { bytes: 411 },
    flow: { object: { id: ['h1:8:1:42:0'], class: ['credential'] }, age: 0 },
  },
}
