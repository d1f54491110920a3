import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import type { JsonObject } from '../../src/event/field.ts'
import { toRecord } from '../../src/event/record-reader.ts'
import { compiledTask } from './compiled-task.ts'

const moved = compiledTask({
  name: 'a',
  purpose: 'p',
  parameters: [],
  hosts: [],
  grants: [
    {
      id: 'marked',
      capability: ['file_rename'],
      on: { class: ['personal'], path: ['/home/a/Mail/', '/home/a/Sent/'], except: { path: ['/home/a/Mail/old/'] } },
    },
  ],
  deny: [],
})

const named = compiledTask({
  name: 'a',
  purpose: 'p',
  parameters: [],
  hosts: [],
  grants: [
    {
      id: 'named',
      capability: ['file_rename', 'file_create'],
      on: {
        class: ['personal'],
        path: ['/home/a/Sent/'],
        link_of: ['/home/a/tmp/', '**/*.part'],
        except: { link_of: ['/home/a/tmp/own/'] },
      },
    },
  ],
  deny: [],
})

function told(from: string, to: string, program = moved): boolean {
  const event = {
    '@timestamp': '2026-01-01T00:00:00Z',
    event: { id: 'e', sequence: 1, kind: 'event', dataset: 'detpack.use', action: 'file_rename', outcome: 'success' },
    host: { id: 'h', boot: { id: 'b' } },
    process: { entity_id: 'p' },
    file: { path: to },
    detpack: { task: { name: 'a', run: 'r' }, object: { class: 'personal' }, file: { previous_path: from } },
  }
  return evaluate(program, [toRecord(event, 1)]).alerts.length > 0
}

it.each<[string, string, string, boolean]>([
  ['within the place that is granted', '/home/a/Mail/1', '/home/a/Mail/1:RS', false],
  ['from one such place to another', '/home/a/Mail/1', '/home/a/Sent/1', false],
  ['into it, where it may be used afterwards', '/home/a/documents/1', '/home/a/Mail/1', true],
  ['out of it', '/home/a/Mail/1', '/home/a/documents/1', true],
  ['from what is excepted', '/home/a/Mail/old/1', '/home/a/Mail/1', true],
])('of a file that is renamed %s', (_, from, to, isTold) => {
  expect(told(from, to)).toBe(isTold)
})

it.each<[string, string, string, boolean]>([
  ['had such a name', '/home/a/tmp/1', '/home/a/Sent/1', false],
  ['had a name that ends so', '/home/a/Mail/1.part', '/home/a/Sent/1', false],
  ['had another name', '/home/a/Mail/1', '/home/a/Sent/1', true],
  ['had such a name that is excepted', '/home/a/tmp/own/1.part', '/home/a/Sent/1', true],
  ['had such a name and goes elsewhere', '/home/a/tmp/1', '/home/a/Mail/1', true],
])(
  'of a file that is renamed, where a grant says by link_of what it was called, one that %s',
  (_, from, to, isTold) => {
    expect(told(from, to, named)).toBe(isTold)
  },
)

it('says in the rule what is granted instead, each with the name of its grant', () => {
  const said = new Map([...moved.rules.values()].map(({ name, description }) => [name, description]))
  const granted = 'rename objects of class personal at /home/a/Mail/ or /home/a/Sent/ but /home/a/Mail/old/ (marked)'
  expect(said.get('a.not-granted.change')).toBe(`No grant of a covers it. It may ${granted}.`)
  expect(said.get('a.not-granted.network')).toBe('No grant of a covers it. It is granted nothing of the kind.')
})

it('names of an alert on objects of a class no grant of those of none, and of many paths the first', () => {
  const path = ['/a/', '/b/', '/c/', '/d/', '/e/']
  const { rules } = compiledTask({
    name: 'a',
    purpose: 'p',
    parameters: [],
    hosts: [],
    grants: [
      { id: 'mapped', capability: ['file_map'], on: { class: [], path: ['/usr/'] } },
      { id: 'documents', capability: ['file_read'], on: { class: ['personal'], path } },
    ],
    deny: [],
  })
  const [read] = [...rules.values()].filter(({ name }) => name === 'a.not-granted.read')
  const granted = 'read objects of class personal at /a/, /b/, /c/ or 2 others (documents)'
  expect(read?.description).toBe(`No grant of a covers it. It may ${granted}.`)
})

describe('of data that no grant covers', () => {
  const asking = compiledTask({
    name: 'a',
    purpose: 'p',
    parameters: [],
    hosts: [
      { name: 'api', network: '192.0.2.1/32', port: 443 },
      { name: 'resolver', network: '192.0.2.53/32', port: 53 },
      { name: 'store', network: '192.0.2.2/32', port: 443 },
    ],
    grants: [
      { id: 'sent', capability: ['network_send'], on: { hosts: ['api'] } },
      {
        id: 'asked',
        capability: ['network_send'],
        on: { hosts: ['resolver'] },
        at_most: [{ count: 100, of: 'bytes', per: '1m' }],
      },
      {
        id: 'stored',
        capability: ['network_send'],
        on: { hosts: ['store'] },
        at_most: [{ count: 10_000_000, of: 'bytes', per: '1m' }],
      },
    ],
    deny: [],
  })

  function sentTo(...hosts: readonly (readonly [ip: string, port: number])[]): (number | null)[][] {
    const of = (action: string, at: number, rest: object): JsonObject => ({
      '@timestamp': new Date(Date.UTC(2026, 0, 1) + at).toISOString(),
      event: { id: `e${at}`, sequence: at + 1, kind: 'event', dataset: 'detpack.use', action, outcome: 'success' },
      host: { id: 'h', boot: { id: 'b' } },
      process: { entity_id: 'p' },
      ...rest,
    })
    const task = { name: 'a', run: 'r' }
    const read = of('file_read', 0, { detpack: { task, object: { class: 'personal', id: 'o' } } })
    const sends = hosts.map(([ip, port], at) =>
      of('network_send', at + 1, {
        network: { transport: 'udp' },
        destination: { ip, address: ip, port },
        detpack: { task, use: { count: 1, bytes: 30 }, flow: { object: { id: ['o'], class: ['personal'] } } },
      }),
    )
    const { alerts } = evaluate(
      asking,
      [read, ...sends].map((event, at) => toRecord(event, at + 1)),
    )
    const sent = [...asking.rules.values()].find(({ name }) => name === 'a.not-granted.read.sent')
    return alerts
      .filter(({ rule }) => rule === sent?.id)
      .map(({ steps }) => steps.map(({ event }) => event?.sequence ?? null))
  }

  it('where they were sent is not whom the name was asked', () => {
    expect(sentTo(['192.0.2.53', 53], ['192.0.2.1', 443])).toEqual([[1, 3]])
  })

  it('a lookup alone is no sending of them, however few bytes another host gets', () => {
    expect(sentTo(['192.0.2.53', 53])).toEqual([])
    expect(sentTo(['192.0.2.9', 53])).toEqual([[1, 2]])
    // A limit under which a document fits is none.
    expect(sentTo(['192.0.2.2', 443])).toEqual([[1, 2]])
  })
})

/** Of the task `a`, as the sensor tells it. */
function networkUse(
  action: string,
  transport: string,
  to: { readonly ip: string; readonly port?: number },
): JsonObject {
  return {
    '@timestamp': '2026-01-01T00:00:00Z',
    event: { id: 'e', sequence: 1, kind: 'event', dataset: 'detpack.use', action, outcome: 'success' },
    host: { id: 'h', boot: { id: 'b' } },
    process: { entity_id: 'p' },
    network: { transport },
    destination: { ...to, address: to.ip },
    detpack: { task: { name: 'a', run: 'r' } },
  }
}

describe('of connecting a datagram socket', () => {
  const connects = (transport: string, port?: number): boolean => {
    const compiled = compiledTask({ name: 'a', purpose: 'p', parameters: [], hosts: [], deny: [], grants: [] })
    const event = networkUse('network_connect', transport, { ip: '192.0.2.1', ...(port !== undefined && { port }) })
    return evaluate(compiled, [toRecord(event, 1)]).alerts.length > 0
  }

  it('none is needed where a library asks by no port which address of its own it would have', () => {
    expect(connects('udp')).toBe(false)
    expect(connects('udp', 53)).toBe(true)
    expect(connects('tcp')).toBe(true)
  })
})

describe('of listening for this host only', () => {
  const HOST = '127.0.0.1'
  const listens = (task: object, port: number, transport: string, ip = HOST): boolean => {
    const event = networkUse('network_listen', transport, { ip, port })
    const compiled = compiledTask({ name: 'a', purpose: 'p', parameters: [], hosts: [], deny: [], ...task })
    return evaluate(compiled, [toRecord(event, 1)]).alerts.length > 0
  }
  const anywhere = [{ id: 'listen', capability: ['network_listen'], on: { hosts: ['anywhere'] } }]

  it('an agent may, as its tools do', () => {
    expect(listens({ grants: anywhere }, 8080, 'tcp')).toBe(false)
  })

  it('a service needs a grant for it: whoever is on the host reaches it there', () => {
    const service = { unit: 'a.service' }
    expect(listens({ ...service, grants: anywhere }, 8080, 'tcp')).toBe(true)
    expect(listens({ ...service, grants: anywhere }, 8080, 'tcp', '192.0.2.1')).toBe(false)
    const here = [{ id: 'listen', capability: ['network_listen'], on: { hosts: ['anywhere', 'loopback'] } }]
    expect(listens({ ...service, grants: here }, 8080, 'tcp')).toBe(false)
  })

  it('is none where a port of clients is taken for datagrams', () => {
    expect(listens({ unit: 'a.service', grants: anywhere }, 32768, 'udp')).toBe(false)
    expect(listens({ unit: 'a.service', grants: anywhere }, 32767, 'udp')).toBe(true)
    expect(listens({ unit: 'a.service', grants: anywhere }, 32768, 'tcp')).toBe(true)
  })

  it('is none where a task takes one at random for datagrams, as Ruby does', () => {
    const outside = '192.0.2.1'
    expect(listens({ grants: [] }, 1024, 'udp', outside)).toBe(false)
    expect(listens({ grants: [] }, 1023, 'udp', outside)).toBe(true)
    expect(listens({ grants: [] }, 1024, 'tcp', outside)).toBe(true)
  })
})
