import fc from 'fast-check'
import type { JsonObject } from '../../src/event/field.ts'
import type { Use, WrittenGrant, WrittenOther, WrittenTarget, WrittenTask } from './grant-checker.ts'

/** A small world, so that what is granted, what is used and what follows meet often. */
const ACTIONS = [
  'file_read',
  'file_map',
  'file_write',
  'network_connect',
  'network_send',
  'network_listen',
  'process_exec',
] as const
const CLASSES = ['credential', 'personal', 'account'] as const
const IPS = ['198.51.100.10', '203.0.113.9', '127.0.0.1'] as const
const OBJECTS = ['o1', 'o2', 'o3'] as const
const PATHS = ['/home/a/key.pem', '/home/a/b', '/srv/x'] as const

const some = <T>(...values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values], { minLength: 1 })
const within = fc.constantFrom('1ms', '5ms', '20ms')

const plainTarget: fc.Arbitrary<WrittenTarget> = fc.record(
  {
    class: fc.subarray([...CLASSES]),
    path: some('/home/a/', '/srv/x', '**/*.pem'),
    parameter: fc.constant(['document']),
    hosts: some('service', 'other', 'elsewhere', 'anywhere', 'loopback'),
    kind: some('file', 'socket'),
    link_of: some('/srv/', '**/*.pem'),
  },
  { requiredKeys: [] },
)
const target: fc.Arbitrary<WrittenTarget> = fc.oneof(
  { arbitrary: fc.constant({}), weight: 2 },
  { arbitrary: fc.record({ class: some(...CLASSES) }), weight: 3 },
  { arbitrary: fc.record({ hosts: some('service', 'other', 'elsewhere') }), weight: 2 },
  { arbitrary: fc.record({ class: some(...CLASSES), except: plainTarget }), weight: 1 },
  { arbitrary: fc.record({ except: fc.tuple(plainTarget, plainTarget) }), weight: 1 },
  { arbitrary: plainTarget, weight: 2 },
)
const capability = fc.oneof(
  { arbitrary: fc.constant(['file_read']), weight: 3 },
  { arbitrary: fc.constant(['network_send']), weight: 2 },
  { arbitrary: some(...ACTIONS), weight: 1 },
  { arbitrary: fc.constant(['file_delete']), weight: 1 },
)
const whenNot = fc.record({ 'detpack.object.binding': some('document', 'else') })
const other: fc.Arbitrary<WrittenOther> = fc.record(
  {
    capability,
    on: target,
    when_not: whenNot,
    within,
    by: fc.constantFrom('run' as const, 'process' as const, 'object' as const, 'name' as const),
  },
  { requiredKeys: ['capability', 'on', 'within'] },
)
/** What is read goes somewhere: the chain that grants are about. */
const sent: fc.Arbitrary<WrittenOther> = fc.record(
  { capability: fc.constant(['network_send']), on: target, when_not: whenNot, within },
  { requiredKeys: ['capability', 'on', 'within'] },
)
const anyGrant: fc.Arbitrary<Omit<WrittenGrant, 'id'>> = fc.record(
  {
    capability,
    on: target,
    when: fc.constantFrom({ 'network.transport': ['tcp'] }, { 'network.transport': ['udp', 'tcp'] }),
    when_not: whenNot,
    or_after: other,
    only_from: some('opened', 'received', 'inherited'),
    only_to: fc.record({ hosts: fc.subarray(['service', 'other', 'loopback']), within }),
    unless: fc.oneof(other, sent, sent),
    only_after: other,
    only_before: other,
    at_most: fc.oneof(
      {
        arbitrary: fc.record(
          {
            count: fc.nat(3),
            of: fc.constantFrom('uses' as const, 'objects' as const),
            per: within,
            by: fc.constantFrom('process' as const, 'object' as const, 'data' as const),
          },
          { requiredKeys: ['count', 'of', 'per'] },
        ),
        weight: 3,
      },
      {
        arbitrary: fc.record({ count: fc.nat(3), of: fc.constant('bytes' as const), per: fc.constant('use') }),
        weight: 1,
      },
    ),
  },
  { requiredKeys: ['capability', 'on'] },
)

/** What a run removes or reads, after what it did to it before. */
const ownGrant: typeof anyGrant = fc.record({
  capability: fc.constantFrom(['file_delete'], ['file_delete'], ['file_read']),
  on: fc.oneof(fc.constant({}), target),
  only_after: fc.record({
    capability: fc.constantFrom(['file_write'], ['process_exec', 'file_write']),
    on: fc.constant({}),
    within,
    by: fc.constant('object' as const),
  }),
})
/** Where nothing has to hold, nothing need not. */
const grant = fc
  .oneof({ arbitrary: anyGrant, weight: 5 }, { arbitrary: ownGrant, weight: 2 })
  .map((each): Omit<WrittenGrant, 'id'> => {
    const { or_after: orAfter, ...rest } = each
    return orAfter !== undefined && (each.when ?? each.when_not) !== undefined ? each : rest
  })

export const tasks: fc.Arbitrary<WrittenTask> = fc
  .record({ grants: fc.array(grant, { maxLength: 4 }), deny: fc.subarray(['process_exec', 'file_write']) })
  .map(({ grants, deny }) => ({
    name: 'a',
    purpose: 'p',
    hosts: [
      { name: 'service', network: '198.51.100.10/32', port: 443 },
      { name: 'other', network: '203.0.113.9/32' },
    ],
    parameters: [{ name: 'document', kind: 'file' }],
    deny,
    grants: grants.map((each, at) => ({ id: `g${at}`, ...each })),
  }))

const use = fc.record({
  gap: fc.constantFrom(0, 0, 1, 1, 2, 3, 5),
  task: fc.constantFrom('a', 'a', 'a', 'b', null),
  run: fc.constantFrom('r1', 'r1', 'r2'),
  process: fc.constantFrom('p1', 'p2'),
  action: fc.oneof(
    { arbitrary: fc.constantFrom('file_read', 'network_send'), weight: 3 },
    {
      arbitrary: fc.constantFrom(
        ...ACTIONS,
        'file_open',
        'descriptor_receive',
        'file_delete',
        'file_delete',
        'bpf_use',
      ),
      weight: 1,
    },
  ),
  outcome: fc.constantFrom(...Array<Use['outcome']>(8).fill('success'), 'failure', 'unknown'),
  object: fc.option(fc.constantFrom(...OBJECTS), { freq: 6 }),
  class: fc.option(fc.constantFrom('credential', 'credential', 'credential', ...CLASSES), { freq: 6 }),
  kind: fc.constantFrom('file', 'socket'),
  path: fc.option(fc.constantFrom(...PATHS)),
  target: fc.option(fc.constantFrom(...PATHS)),
  binding: fc.constantFrom([], [], ['document'], ['document', 'else']),
  source: fc.option(fc.record({ object: fc.constantFrom(...OBJECTS), class: fc.constantFrom(...CLASSES) }), {
    freq: 2,
  }),
  flow: fc.uniqueArray(fc.constantFrom(...OBJECTS), { maxLength: 3 }),
  ip: fc.option(fc.constantFrom(...IPS, '203.0.113.9'), { freq: 6 }),
  port: fc.constantFrom(443, 80),
  ownPort: fc.constantFrom(22, 40000),
  transport: fc.constantFrom('tcp', 'udp'),
  origin: fc.constantFrom('opened', 'received', 'inherited', 'duplicated'),
  flags: fc.subarray(['O_WRONLY', 'O_TRUNC']),
  count: fc.constantFrom(1, 1, 2),
  bytes: fc.nat(6),
})

export const streams: fc.Arbitrary<Use[]> = fc.array(use, { minLength: 4, maxLength: 24, size: 'max' }).map((list) => {
  let ms = 0
  return list.map(({ gap, ...rest }, id): Use => {
    ms += gap
    return {
      ...rest,
      id,
      ms,
      run: rest.task === null ? null : rest.run,
      // What removes a name may have no object to tell.
      object: rest.action === 'file_delete' && id % 2 === 0 ? null : rest.object,
    }
  })
})

/** The use as an event on the wire. */
export function eventOf(use: Use): JsonObject {
  const { task, source, object, path, target, ip } = use
  return {
    '@timestamp': new Date(Date.UTC(2026, 0, 1) + use.ms).toISOString(),
    event: {
      id: `e${use.id}`,
      sequence: use.id + 1,
      kind: 'event',
      dataset: 'detpack.use',
      action: use.action,
      outcome: use.outcome,
    },
    host: { id: 'h', boot: { id: 'b' } },
    process: { entity_id: use.process },
    network: { transport: use.transport },
    source: { port: use.ownPort },
    file: { ...(path !== null && { path }), ...(target !== null && { target_path: target }) },
    ...(ip !== null && { destination: { ip, address: ip, port: use.port } }),
    detpack: {
      ...(task !== null && { task: { id: task, name: task, run: use.run ?? '' } }),
      object: {
        ...(object !== null && { id: object }),
        ...(use.class !== null && { class: use.class }),
        kind: use.kind,
        binding: [...use.binding],
      },
      ...(source !== null && { source: { object: { id: source.object, class: source.class } } }),
      flow: { object: { id: [...use.flow] } },
      descriptor: { origin: use.origin, flags: [...use.flags] },
      use: { count: use.count, bytes: use.bytes },
    },
  }
}
