import fc from 'fast-check'
import { expect, it } from 'vitest'
import { usesOf } from '../../../src/behaviour/compile-grant.ts'
import { compileTask } from '../../../src/behaviour/compile-task.ts'
import { compileMatcher } from '../../../src/engine/stream/matcher.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import type { Rule, RuleId } from '../../../src/ir/rule.ts'
import { taskMatrix, type Cell } from '../../../src/prove/task/matrix.ts'
import { eventOf, tasks } from '../../behaviour/grant-samples.ts'
import type { Use } from '../../behaviour/grant-checker.ts'
import { sampled } from './sampled.ts'

const HOSTS = [
  { name: 'service', network: '198.51.100.10/32', port: 443 },
  { name: 'other', network: '203.0.113.0/29' },
  { name: 'within', network: '203.0.113.0/30', port: 443 },
]

const used = fc.record({
  action: fc.constantFrom(
    ...['file_open', 'file_read', 'file_map', 'file_write', 'file_create', 'file_delete', 'file_rename'],
    ...['descriptor_receive', 'process_exec', 'process_signal', 'bpf_use'],
    ...['network_connect', 'network_listen', 'network_send', 'network_send'],
  ),
  class: fc.option(fc.constantFrom('credential', 'personal', 'account')),
  kind: fc.constantFrom('file', 'socket'),
  path: fc.constantFrom(
    '/home/a/key.pem',
    '/home/a/b',
    '/srv/x',
    '/srv/x.pem',
    '/home/b/c',
    '/root/key.pem',
    '/home/a/d/e',
  ),
  binding: fc.constantFrom<string[]>([], ['document']),
  ip: fc.constantFrom('198.51.100.10', '203.0.113.1', '203.0.113.5', '203.0.113.8', '192.0.2.7', '127.0.0.1'),
  port: fc.constantFrom(443, 80, 40_000),
  transport: fc.constantFrom('tcp' as const, 'udp' as const),
  origin: fc.constantFrom('opened', 'inherited'),
  flags: fc.constantFrom<string[]>([], ['O_WRONLY', 'O_TRUNC']),
})

type Used = typeof used extends fc.Arbitrary<infer T> ? T : never

function useOf(one: Used): Use {
  const network = one.action.startsWith('network_')
  const thing = network ? { class: null, kind: 'socket', path: null, binding: [] } : { ip: null }
  const who = {
    task: 'a',
    run: 'r',
    process: 'p',
    source: null,
    target: null,
    flow: [],
    count: 1,
    bytes: 0,
    ownPort: 40000,
    outcome: 'success',
  } as const
  return { ...one, id: 0, ms: 0, object: 'o1', ...who, ...thing }
}

/** Of each use the clauses that tell of it although no grant was broken, as the engine finds them. */
function toldOf(rules: ReadonlyMap<RuleId, Rule>, uses: readonly Use[]): string[][] {
  const told = uses.map(() => new Set<string>())
  const records = uses.flatMap((use, at) => {
    const own = { ...use, run: `r${at}`, process: `p${at}`, object: `o${at}` }
    const events = isAsked(use) ? [{ ...own, action: 'network_connect' }, own] : [own]
    return events.map((each, nth) => toRecord(eventOf({ ...each, id: 2 * at + nth, ms: 2 * at + nth }), 2 * at + nth))
  })
  for (const { rule, steps } of evaluate({ rules }, records).alerts) {
    const { governance, name } = rules.get(rule as RuleId) ?? expect.fail(rule)
    if (governance.grant !== null) continue
    for (const { event } of steps) if (event !== null) told[event.line >> 1]?.add((name ?? '').slice(2))
  }
  return told.map((names) => [...names].sort())
}

/** By a connection that the process asked for: that is told, and not the send. */
function isAsked({ action, transport, origin, ip }: Use): boolean {
  return action === 'network_send' && transport === 'tcp' && origin === 'opened' && ip !== null && ip !== '127.0.0.1'
}

/** The cells that a use is of: a destination may be of several hosts. */
function cellsOf(cells: readonly Cell[], { action, class: name, ip, port }: Use): Cell[] {
  const hosts = ip === null ? [] : HOSTS.filter((host) => isIn(ip, host.network) && (host.port ?? port) === port)
  return cells.filter(({ capability, column }) => {
    if (capability !== action) return false
    switch (column.kind) {
      case 'class':
        return column.name === name
      case 'anything':
        return true
      case 'host':
        return hosts.some((host) => host.name === column.name)
      case 'elsewhere':
        return ip !== null && ip !== '127.0.0.1' && hosts.length === 0
      case 'loopback':
        return ip === '127.0.0.1'
      case 'socket':
        return false
    }
  })
}

function isIn(ip: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/')
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(bits))
  return Math.floor(number(ip) / size) === Math.floor(number(base) / size)
}

const some = <T>(...values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values], { minLength: 1 })
const plain = fc.record(
  {
    class: some('credential', 'personal'),
    path: some('/home/a/', '~/', '/srv/x', '**/*.pem', '/home/a/**/*.pem'),
    kind: some('file', 'socket'),
    parameter: fc.constant(['document']),
  },
  { requiredKeys: [] },
)
const onFiles = fc.record({
  capability: some('file_read', 'file_write', 'file_delete', 'file_rename', 'process_exec'),
  on: fc.oneof(
    plain,
    fc.tuple(plain, plain).map(([on, except]) => ({ ...on, except })),
  ),
})
/** Grants that only say on what, so that it is that which decides. */
const plainTasks = fc
  .record({ random: tasks, grants: fc.array(onFiles, { minLength: 1, maxLength: 3 }) })
  .map(({ random, grants }) => ({ ...random, grants: grants.map((each, at) => ({ ...each, id: `g${at}` })) }))

it('answers of random uses of random tasks what the engine says', () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(fc.oneof(tasks, plainTasks), fc.array(used, { minLength: 100, maxLength: 100 }), (random, several) => {
      const { task, around } = sampled({ ...random, hosts: HOSTS })
      const { cells } = taskMatrix(task, around)
      const rules = new Map(compileTask(task, around).map((rule) => [rule.id, rule]))
      const granted = compileMatcher(task.grants.map((grant) => usesOf(grant, task, around)))
      const uses = several.map(useOf)
      const told = toldOf(rules, uses)
      for (const [at, use] of uses.entries()) {
        const clauses = (told[at] ?? []).join()
        const grants = granted.match(eventOf(use)).map(({ governance }) => governance.grant?.slice(2) ?? '')
        const own = cellsOf(cells, use)
        // Where a task listens is no host of it, unless a grant says so.
        if (use.action !== 'network_listen') expect(own.length, JSON.stringify(use)).toBeGreaterThan(0)
        for (const { parts } of own) {
          const answers = parts
            .filter(({ answer }) => (answer.is === 'alert' ? answer.clauses.join() === clauses : clauses === ''))
            .filter((part) => grants.every((grant) => part.grants.includes(grant)))
            .map(({ answer }) => answer.is)
          expect(answers, JSON.stringify({ use, clauses, grants, parts })).not.toEqual([])
          for (const answer of answers) seen.set(answer, (seen.get(answer) ?? 0) + 1)
        }
      }
    }),
    { numRuns: 60, endOnFailure: true },
  )
  for (const answer of ['granted', 'granted if', 'alert', 'let be'])
    expect(seen.get(answer) ?? 0, answer).toBeGreaterThan(50)
})
