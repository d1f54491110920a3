import { describe, expect, test } from 'vitest'
import { yamlDocuments } from './yaml-documents.ts'

/**
 * An event cannot say "this host is declared", so rules repeat what rules/tasks says. Each repeated host is a selection
 * `filter_<task>_<host>`; here both are compared, so that a changed task cannot leave a rule behind.
 */
interface Task {
  readonly name: string
  readonly hosts?: readonly TaskHost[]
  readonly grants: readonly {
    readonly capability: string | readonly string[]
    readonly on: { readonly class?: readonly string[] }
    readonly at_most?: unknown
    readonly only_to?: { readonly hosts: readonly string[] }
  }[]
}

interface TaskHost {
  readonly name: string
  /** None: it is asked by a UNIX socket. */
  readonly network?: string
  readonly port?: number
}

interface RuleDocument {
  readonly name: string
  readonly detection?: Readonly<Record<string, unknown>>
}

const tasks = yamlDocuments('rules/tasks').map((found) => found.value as Task)
const rules = yamlDocuments('rules/detections').map((found) => found.value as RuleDocument)

const allHosts = tasks.flatMap((task) => hostsBeyond(task).map((host) => filter(task, host)))

/** Tasks that may read any number of files may send them to their declared host; resolvers get names, not files. */
const sweepHosts = tasks.flatMap((task) => {
  const allowed = task.grants.filter(isForMany).flatMap((grant) => grant.only_to?.hosts ?? [])
  return hostsBeyond(task)
    .filter((host) => host.name === 'resolver' || allowed.includes(host.name))
    .map((host) => filter(task, host))
})

describe('hosts that rules leave out', () => {
  test.each([
    ['send_elsewhere', allHosts],
    ['late_connect_elsewhere', allHosts],
    ['credential-by-sendfile', allHosts],
    ['sent_after_sweep', sweepHosts],
  ])('%s leaves out what the tasks declare, and nothing else but loopback', (name, declared) => {
    expect(hostFilters(ruleNamed(name))).toEqual(Object.fromEntries(declared))
  })

  test('no other rule has a host filter that this test does not know', () => {
    const found = rules.filter((rule) => Object.keys(hostFilters(rule)).length > 0).map((rule) => rule.name)
    expect(found.sort()).toEqual([
      'credential-by-sendfile',
      'late_connect_elsewhere',
      'send_elsewhere',
      'sent_after_sweep',
    ])
  })
})

test('no task name has a character that would make two filter names one', () => {
  const names = allHosts.map(([name]) => name)
  expect(new Set(names).size).toBe(names.length)
})

/** Rules leave loopback out whole, and with it what a task declares there. */
function hostsBeyond(task: Task): readonly TaskHost[] {
  return (task.hosts ?? []).filter(({ network }) => network !== undefined && !network.startsWith('127.'))
}

/** Any number of personal files may be read: nothing bounds it. */
function isForMany({ capability, on, at_most: bound }: Task['grants'][number]): boolean {
  return capability === 'file_read' && on.class?.includes('personal') === true && bound === undefined
}

function filter(task: Task, host: TaskHost): [string, unknown] {
  const name = `filter_${task.name}_${host.name}`.replaceAll('-', '_')
  return [
    name,
    {
      'detpack.task.name|cased': task.name,
      'destination.ip|cidr': host.network,
      ...(host.port !== undefined && { 'destination.port': host.port }),
    },
  ]
}

function hostFilters(rule: RuleDocument): Record<string, unknown> {
  const filters = Object.entries(rule.detection ?? {}).filter(
    ([name, selection]) =>
      name.startsWith('filter_') &&
      typeof selection === 'object' &&
      selection !== null &&
      'detpack.task.name|cased' in selection &&
      'destination.ip|cidr' in selection,
  )
  return Object.fromEntries(filters)
}

function ruleNamed(name: string): RuleDocument {
  const found = rules.find((rule) => rule.name === name)
  if (found === undefined) throw new Error(`no rule ${name}`)
  return found
}
