import { expect, it } from 'vitest'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import type { JsonObject } from '../../src/event/field.ts'
import { toRecord } from '../../src/event/record-reader.ts'
import { compiledTask } from './compiled-task.ts'

const program = compiledTask({
  name: 'a',
  purpose: 'p',
  parameters: [],
  hosts: [
    { name: 'helper', socket: '/run/helper.sock' },
    { name: 'proxy', network: '127.0.0.1/32', port: 3128 },
  ],
  grants: [{ id: 'asked', capability: ['network_send'], on: { hosts: ['helper', 'proxy'] } }],
  deny: [],
})

interface Step {
  readonly action?: string
  readonly run?: string
  readonly socket?: string
  readonly port?: number
  readonly from?: number
  readonly holds?: string
  readonly peer?: string
  readonly on?: string
}

function eventOf(step: Step, at: number): JsonObject {
  const { action = 'network_send', run = 'r', socket, port, from = 40000, holds = 'personal', peer, on = 's' } = step
  const there = socket === undefined ? { ip: '127.0.0.1', address: '127.0.0.1', port: port ?? 0 } : { address: socket }
  return {
    '@timestamp': new Date(Date.UTC(2026, 0, 1) + at).toISOString(),
    event: { id: `e${at}`, sequence: at + 1, kind: 'event', dataset: 'detpack.use', action, outcome: 'success' },
    host: { id: 'h', boot: { id: 'b' } },
    process: { entity_id: 'p' },
    network: { transport: socket === undefined ? 'tcp' : 'unix' },
    destination: there,
    ...(socket === undefined && { source: { ip: '127.0.0.1', port: from } }),
    detpack: {
      task: { name: 'a', run },
      object: { id: on },
      ...(holds !== '' && { flow: { object: { id: ['o'], class: [holds] } } }),
      ...(peer !== undefined && { peer: { pid: 7, task: { id: peer } } }),
    },
  }
}

function told(...steps: readonly Step[]): string[] {
  const { alerts } = evaluate(
    program,
    steps.map((step, at) => toRecord(eventOf(step, at), at + 1)),
  )
  const names = new Map([...program.rules.values()].map(({ id, name }): [string, string] => [id, name ?? '']))
  return alerts.map(({ rule }) => names.get(rule) ?? '')
}

const SOCKET = ['a.not-granted.handed']
const PORT = ['a.not-granted.handed.loopback']
const OWN_PORT = ['a.not-granted.handed.loopback.own-port']
const taken = { action: 'network_connect', port: 8118, from: 9999, holds: '' }

it.each<[string, readonly Step[], string[]]>([
  ['to a socket that nobody of the run listens at', [{ socket: '/run/relay' }], SOCKET],
  ['to an abstract one', [{ socket: '@relay' }], SOCKET],
  ['to a helper that the task declares', [{ socket: '/run/helper.sock' }], []],
  ['to a process of a task', [{ socket: '/run/relay', peer: 'a' }], []],
  ['of no class that is followed', [{ socket: '/run/relay', holds: 'account' }], []],
  ['by who holds nothing', [{ socket: '/run/relay', holds: '' }], []],
  ['to the cache of names', [{ socket: '/run/nscd/socket' }], []],
  ['to the log', [{ socket: '/dev/log' }], []],
  ['where the run listens', [{ action: 'network_listen', socket: '/run/own' }, { socket: '/run/own' }], []],
  [
    'where another run listens',
    [{ action: 'network_listen', socket: '/run/own', run: 's' }, { socket: '/run/own' }],
    SOCKET,
  ],
  [
    'where the run listens elsewhere',
    [{ action: 'network_listen', socket: '/run/own' }, { socket: '/run/relay' }],
    SOCKET,
  ],
  ['over loopback', [{ port: 8118 }], PORT],
  ['over loopback to a helper that the task declares', [{ port: 3128 }], []],
  ['over loopback to a resolver', [{ port: 53 }], []],
  ['over loopback as the answer of a server', [{ port: 40001, from: 8080 }], []],
  ['over loopback where the run listens', [{ action: 'network_listen', port: 8080 }, { port: 8080 }], []],
  ['over loopback by a port that it took before', [taken, { port: 8118, from: 9999 }], OWN_PORT],
  ['so, but by who holds nothing', [taken, { port: 8118, from: 9999, holds: '' }], []],
  [
    'so, but to a helper that the task declares',
    [
      { ...taken, port: 3128 },
      { port: 3128, from: 9999 },
    ],
    [],
  ],
  ['as the answer of a server to who asks it by such a port', [taken, { port: 8118, from: 9999, on: 'other' }], []],
])('of data that is sent %s', (_, steps, expected) => {
  expect(told(...steps)).toEqual(expected)
})
