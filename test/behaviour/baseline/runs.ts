import fc from 'fast-check'
import type { Classes } from '../../../src/behaviour/baseline/item.ts'
import { Learner } from '../../../src/behaviour/baseline/learner.ts'
import type { Learned } from '../../../src/behaviour/baseline/learned.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { NdjsonReader, renderNdjson } from '../../../src/event/ndjson.ts'

export const HOMES = ['/root', '/home/*']
export const CLASSES: Classes = { learnable: new Set(['personal', 'account']) }
export const START = Date.UTC(2026, 0, 1)

/** One use, in few words. */
export interface Written {
  readonly action: string
  /** ms after the start. */
  readonly at: number
  readonly task?: string
  readonly service?: string
  readonly run?: string
  readonly host?: string
  readonly hostName?: string
  readonly process?: string
  readonly path?: string
  readonly object?: string
  readonly class?: string
  readonly kind?: string
  /** The parameter that the object is bound to. */
  readonly binding?: string
  readonly to?: string
  /** How the process got the descriptor. */
  readonly origin?: string
  /** 0: none is told. */
  readonly port?: number
  readonly transport?: string
  readonly flow?: readonly (readonly [object: string, objectClass: string])[]
  readonly bytes?: number
  readonly epoch?: number
  readonly outcome?: string
}

/** The use as an event on the wire. @param at its place in the stream, from 0 */
export function eventOf(use: Written, at = 0): JsonObject {
  const { task, run = 'r', host = 'h1', flow = [] } = use
  return {
    '@timestamp': new Date(START + use.at).toISOString(),
    event: {
      id: `e${at}`,
      sequence: at + 1,
      dataset: 'detpack.use',
      action: use.action,
      outcome: use.outcome ?? 'success',
    },
    host: { id: host, name: use.hostName ?? `name of ${host}`, boot: { id: 'b' } },
    process: { entity_id: use.process ?? `${run}-p` },
    ...(use.service !== undefined && { service: { name: use.service } }),
    ...(use.path !== undefined && { file: { path: use.path } }),
    ...(use.to !== undefined && {
      destination: { ip: use.to, address: use.to, ...(use.port !== 0 && { port: use.port ?? 443 }) },
      network: { transport: use.transport ?? 'tcp' },
    }),
    detpack: {
      ...(task !== undefined && { task: { name: task, run } }),
      object: {
        kind: use.kind ?? (use.path === undefined ? 'socket' : 'file'),
        ...(use.object !== undefined && { id: use.object }),
        ...(use.binding !== undefined && { binding: [use.binding] }),
        ...(use.class !== undefined && use.class !== '' && { class: use.class }),
      },
      ...(flow.length > 0 && {
        flow: { object: { id: flow.map(([id]) => id), class: [...new Set(flow.map(([, name]) => name))] } },
      }),
      ...(use.origin !== undefined && { descriptor: { origin: use.origin } }),
      use: { count: 1, bytes: use.bytes ?? 0 },
      clock: { epoch: use.epoch ?? 0 },
    },
  }
}

/** As the command learns: from bytes. */
export function learnedFrom(uses: readonly Written[]): Learned {
  const learner = new Learner({ homes: HOMES, classes: CLASSES })
  const reader = new NdjsonReader({ name: 'events' })
  reader.feed(new TextEncoder().encode(uses.map((use, at) => renderNdjson(eventOf(use, at))).join('')), learner.lines)
  for (const line of reader.end()) learner.lines.take(line)
  return learner.end()
}

/** A run of a summarising agent: reads a document, sends it to its service. */
export function summary(run: number, over: Partial<Written> = {}): Written[] {
  const at = run * 60_000
  const common = { task: 'summarize', run: `run ${run}`, host: 'h1', process: `p${run}` }
  const document = `doc${run}`
  return [
    { ...common, action: 'process_exec', at, path: '/usr/bin/python3.11' },
    {
      ...common,
      action: 'file_read',
      at: at + 5,
      path: `/home/a/notes/report-${run}.txt`,
      object: document,
      class: 'personal',
    },
    {
      ...common,
      action: 'network_send',
      at: at + 1505,
      to: '198.51.100.10',
      flow: [[document, 'personal']],
      bytes: 4000 + (run % 7) * 100,
      ...over,
    },
    { ...common, action: 'task_end', at: at + 2000 },
  ]
}

export function summaries(count: number): Written[] {
  return Array.from({ length: count }, (_, run) => summary(run)).flat()
}

/** Uses of several tasks, runs and hosts, in order of time. */
export const streams: fc.Arbitrary<readonly Written[]> = fc
  .array(
    fc.record({
      action: fc.constantFrom('file_read', 'file_write', 'network_send', 'network_connect', 'process_exec', 'task_end'),
      gap: fc.nat(3000),
      task: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      run: fc.constantFrom('r1', 'r2', 'r3'),
      path: fc.constantFrom('/home/a/x.txt', '/etc/passwd', '/tmp/tmpabcdef1', '/home/b/.ssh/id'),
      object: fc.constantFrom('o1', 'o2'),
      class: fc.option(fc.constantFrom('personal', 'credential'), { nil: undefined }),
      to: fc.constantFrom('198.51.100.10', '203.0.113.9', '127.0.0.1'),
      bytes: fc.nat(5000),
    }),
    { maxLength: 40 },
  )
  .map((list) => {
    let at = 0
    return list.map(({ gap, task, class: objectClass, to, path, ...use }) => {
      at += gap
      const isNetwork = use.action.startsWith('network_')
      return {
        ...use,
        at,
        ...(task !== undefined && { task }),
        ...(isNetwork ? { to, flow: [[use.object, objectClass ?? 'personal']] as const } : { path }),
        ...(objectClass !== undefined && !isNetwork && { class: objectClass }),
      }
    })
  })
