import { parametersOf } from '../../behaviour/destination.ts'
import { coveringCapabilities } from '../../behaviour/not-granted.ts'
import type { Surroundings } from '../../behaviour/surroundings.ts'
import { CAPABILITIES, type Capability, type Grant, type Target, type Task } from '../../behaviour/task.ts'
import { mayUse } from '../../behaviour/use.ts'
import { FIRST_AT_RANDOM, FIRST_OF_CLIENTS } from '../../event/destination.ts'
import type { JsonObject } from '../../event/field.ts'
import type { Column } from './column.ts'
import { sampleHosts } from './sample-host.ts'
import { linkLists, pathLists, samplePaths } from './sample-path.ts'

/** A use that stands for all of which the rules of a task say the same. */
export interface SampleUse {
  readonly capability: Capability
  readonly column: Column
  /** How it is used, in words, by what can differ there: `holding: nothing that is followed`. */
  readonly manner: Readonly<Record<string, string>>
  /** What its event says besides who used it, with dotted names. */
  readonly fields: JsonObject
  /** It goes by a connection that the process asked for just before. */
  readonly connects: boolean
}

/** Used on objects of which a class may be known. */
const ON_OBJECTS: readonly Capability[] = [
  'file_open',
  'file_read',
  'file_map',
  'file_write',
  'file_create',
  'file_delete',
  'file_rename',
  'file_attribute',
  'descriptor_receive',
  'descriptor_take',
]

/** Uses of every capability on every kind of thing, in each way in which the rules of the task could tell them apart. */
export function sampleUses(task: Task, around: Surroundings): SampleUse[] {
  const sampler = new Sampler(task, around)
  return CAPABILITIES.flatMap((capability) => sampler.usesOf(capability))
}

type Things = readonly { readonly column: Column; readonly fields: JsonObject }[]
type Ways = readonly (readonly [manner: Readonly<Record<string, string>>, fields: JsonObject, connects?: true])[]

class Sampler {
  readonly #task: Task
  readonly #around: Surroundings
  readonly #bindings: readonly (readonly string[])[]
  readonly #network: Things

  constructor(task: Task, around: Surroundings) {
    this.#task = task
    this.#around = around
    const parameters = [...parametersOf(task, 'file'), ...parametersOf(task, 'directory')]
    this.#bindings = [[], ...parameters.map((name) => [name]), ...(parameters.length > 1 ? [parameters] : [])]
    this.#network = sampleHosts(task).flatMap(({ hosts, fields }): Things => {
      if (hosts.length === 0) return [{ column: { kind: 'elsewhere' }, fields }]
      return hosts.map((name) => ({ column: { kind: 'host', name }, fields }))
    })
  }

  usesOf(capability: Capability): SampleUse[] {
    const of = (things: Things, ways: Ways = [[{}, {}]]): SampleUse[] =>
      things.flatMap(({ column, fields }) =>
        ways.map(([manner, more, connects = false]) => {
          return { capability, column, manner, fields: { ...fields, ...more }, connects }
        }),
      )
    if (!capability.startsWith('network_')) return of(this.#objects(capability), WAYS_OF_OBJECTS[capability])
    return [
      ...of(this.#beyond(capability), WAYS_BEYOND[capability] ?? []),
      ...of(LOOPBACK, capability === 'network_send' ? this.#sends(LOCAL_PORTS) : undefined),
      ...of(this.#sockets(), capability === 'network_send' ? this.#sends([PEERS]) : undefined),
    ]
  }

  #objects(capability: Capability): Things {
    const told = ON_OBJECTS.includes(capability)
    return [...this.#around.classes, null].flatMap((name) =>
      this.#files(capability).map((file) => ({
        column: told ? ({ kind: 'class', name } as const) : ({ kind: 'anything' } as const),
        fields: { ...file, ...(name !== null && { 'detpack.object.class': name }) },
      })),
    )
  }

  #files(capability: Capability): JsonObject[] {
    // What grants of other capabilities say of paths and kinds is asked of no such use.
    const grants = this.#task.grants.filter((grant) =>
      coveringCapabilities(capability).some((each) => mayUse(grant, each)),
    )
    // What a link makes has no kind.
    const kinds = [...new Set(['file', null, ...grants.flatMap(({ on }) => kindsIn(on))])]
    return this.#names(capability, grants).flatMap((name) =>
      kinds.flatMap((kind) =>
        this.#bindings.map((binding) => ({
          ...name,
          ...(kind !== null && { 'detpack.object.kind': kind }),
          ...(binding.length > 0 && { 'detpack.object.binding': binding }),
        })),
      ),
    )
  }

  #names(capability: Capability, grants: readonly Grant[]): JsonObject[] {
    const lists = grants.flatMap(({ on }) => pathLists(on))
    const paths = samplePaths(lists, this.#task, this.#around)
    if (capability !== 'file_rename') return paths.map((path) => ({ 'file.path': path }))
    const links = grants.flatMap(({ on }) => linkLists(on))
    const before = samplePaths([...lists, ...links], this.#task, this.#around)
    return paths.flatMap((path) => before.map((one) => ({ 'file.path': path, 'detpack.file.previous_path': one })))
  }

  /** Where a task listens is an address of this host; only where a grant says so that of a host it declares. */
  #beyond(capability: Capability): Things {
    const own = capability === 'network_listen' || capability === 'network_accept'
    const granted = this.#task.grants.some(({ capabilities }) => capabilities.includes(capability))
    return own && !granted ? this.#network.filter(({ column }) => column.kind === 'elsewhere') : this.#network
  }

  #sockets(): Things {
    const at = (path: string): JsonObject => ({ ...UNIX, 'destination.address': path })
    const declared = this.#task.hosts.flatMap(({ name, at: place }) =>
      place.is === 'socket' ? [{ column: { kind: 'host', name } as const, fields: at(place.path) }] : [],
    )
    return [...declared, { column: { kind: 'socket' }, fields: at('/run/detpack-sample.sock') }]
  }

  /** Sends within this host: what else differs, and what the process holds. */
  #sends(factors: readonly Ways[]): Ways {
    const [followed] = this.#around.followed
    const held: Ways = [
      [{ holding: 'holding nothing that is followed' }, {}],
      ...(followed === undefined
        ? []
        : ([
            [
              { holding: 'holding what is followed' },
              { 'detpack.flow.object.id': ['held'], 'detpack.flow.object.class': [followed] },
            ],
          ] as const)),
    ]
    return [...factors, held].reduce(crossed, [[{}, {}]])
  }
}

function crossed(left: Ways, right: Ways): Ways {
  return left.flatMap(([manner, fields]) =>
    right.map(
      ([own, more]) =>
        [
          { ...manner, ...own },
          { ...fields, ...more },
        ] as const,
    ),
  )
}

function kindsIn({ kinds, except }: Target): readonly string[] {
  return [...(kinds ?? []), ...(except ?? []).flatMap(kindsIn)]
}

const OPENED: JsonObject = { 'detpack.object.kind': 'socket', 'detpack.descriptor.origin': 'opened' }
const TCP: JsonObject = { ...OPENED, 'network.transport': 'tcp' }
const UDP: JsonObject = { ...OPENED, 'network.transport': 'udp' }
const UNIX: JsonObject = { ...OPENED, 'network.transport': 'unix' }

const BY_TRANSPORT: Ways = [
  [{ by: 'by TCP' }, TCP],
  [{ by: 'by UDP' }, UDP],
]

const WAYS_OF_OBJECTS: { readonly [capability in Capability]?: Ways } = {
  file_open: [
    [{ open: 'leaving what it holds' }, {}],
    [{ open: 'emptying it' }, { 'detpack.descriptor.flags': ['O_WRONLY', 'O_TRUNC'] }],
  ],
}

const WAYS_BEYOND: { readonly [capability in Capability]?: Ways } = {
  network_connect: BY_TRANSPORT,
  network_accept: BY_TRANSPORT,
  network_receive: BY_TRANSPORT,
  network_listen: [
    [{ by: 'by TCP' }, TCP],
    [{ by: 'by UDP, on a port for root' }, { ...UDP, 'destination.port': FIRST_AT_RANDOM - 1 }],
    [{ by: 'by UDP, on a port below those of clients' }, { ...UDP, 'destination.port': FIRST_AT_RANDOM }],
    [{ by: 'by UDP, on a port of clients' }, { ...UDP, 'destination.port': FIRST_OF_CLIENTS }],
  ],
  network_send: [
    [{ by: 'by a connection that it asked for' }, TCP, true],
    [{ by: 'by a connection that it was handed' }, { ...TCP, 'detpack.descriptor.origin': 'inherited' }],
    [{ by: 'by UDP' }, UDP],
  ],
}

const LOOPBACK: Things = [
  {
    column: { kind: 'loopback' },
    fields: { ...TCP, 'destination.ip': '127.0.0.1', 'destination.address': '127.0.0.1', 'destination.port': 8080 },
  },
]

const LOCAL_PORTS: readonly Ways[] = [
  [
    [{ from: 'asking' }, { 'source.port': FIRST_OF_CLIENTS }],
    [{ from: 'answering' }, { 'source.port': 8080, 'destination.port': FIRST_OF_CLIENTS }],
    [{ from: 'asking for a name' }, { 'source.port': FIRST_OF_CLIENTS, 'destination.port': 53 }],
  ],
]

const PEERS: Ways = [
  [{ peer: 'of a process without a task' }, {}],
  [{ peer: 'of a process of a task' }, { 'detpack.peer.task.id': 'some-task' }],
]
