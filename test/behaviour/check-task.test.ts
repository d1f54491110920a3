import { describe, expect, it } from 'vitest'
import { checkTask } from '../../src/behaviour/check-task.ts'
import { inheritTasks } from '../../src/behaviour/inherit.ts'
import { parseTask } from '../../src/behaviour/parse-task.ts'
import { checkTaskReferences } from '../../src/behaviour/references.ts'
import type { Surroundings } from '../../src/behaviour/surroundings.ts'
import type { Task } from '../../src/behaviour/task.ts'
import { renderDiagnostic } from '../../src/diagnostic/frame.ts'
import { Source } from '../../src/diagnostic/source.ts'

const AROUND: Surroundings = {
  tasks: ['t'],
  units: [],
  classes: ['credential', 'personal', 'public'],
  followed: ['credential', 'personal'],
  learnable: ['personal', 'public'],
  open: ['public'],
  homes: [],
}

function task(text: string): Task {
  const { task: parsed, diagnostics } = parseTask(new Source('t.yml', `purpose: p\n${text}`))
  if (parsed === undefined) throw new Error(diagnostics.map(renderDiagnostic).join('\n'))
  return parsed
}

function found(grants: string, more = '', host = ''): string[] {
  const hosts = `hosts: [{name: api, network: 192.0.2.1/32}, {name: log, network: 192.0.2.2/32}${host}]`
  const sends = '  - {id: send, capability: network_send, on: {hosts: [api, log]}}'
  return checkTask(task(`name: t\n${hosts}\ngrants:\n${sends}\n${grants}\n${more}`), AROUND).map((one) => one.code)
}

describe('a task that is as it should be', () => {
  it('is not complained about', () => {
    expect(
      found(
        `  - {id: read, capability: file_read, on: {class: [personal]}, only_to: {hosts: [api], within: 10s}}
  - {id: key, capability: file_read, on: {class: [credential]}, unless: {capability: network_send, to: elsewhere, within: 10s}}`,
        'chains: [{id: c, steps: [read, {grant: send, within: 5s}]}]',
      ),
    ).toEqual([])
  })
})

describe('a task that grants everything', () => {
  it('by two grants', () => {
    expect(
      found(`  - {id: read, capability: file_read}\n  - {id: out, capability: network_send, on: {hosts: [anywhere]}}`),
    ).toEqual(['behaviour/grants-everything'])
  })
  it('by naming every class that is followed', () => {
    expect(
      found(
        `  - {id: read, capability: file_read, on: {class: [personal, credential]}}\n  - {id: out, capability: network_send}`,
      ),
    ).toEqual(['behaviour/grants-everything'])
  })
  it.each(['0.0.0.0/0', '::/0', '128.0.0.0/1'])('by a host that is all hosts, %s', (network) => {
    const net = `, {name: net, network: ${network}}`
    const out = '  - {id: out, capability: network_send, on: {hosts: [net]}}'
    expect(found(`  - {id: read, capability: file_read}\n${out}`, '', net)).toEqual(['behaviour/grants-everything'])
    const bound = `  - {id: read, capability: file_read, only_to: {hosts: [net], within: 10s}}\n${out}`
    expect(found(bound, '', net)).toEqual(['behaviour/grants-everything'])
  })
  it('not by naming such a host alone, which says why', () => {
    const net = ', {name: net, network: 0.0.0.0/0, port: 443}'
    expect(found('  - {id: out, capability: network_send, on: {hosts: [net]}}', '', net)).toEqual([])
  })
  it('by a grant for each class', () => {
    expect(
      found(
        `  - {id: a, capability: file_read, on: {class: [personal]}}
  - {id: b, capability: file_read, on: {class: [credential]}}
  - {id: out, capability: network_send, on: {hosts: [anywhere]}}`,
      ),
    ).toEqual(['behaviour/grants-everything'])
  })
  it('not where one class is left out', () => {
    const all = found(`  - {id: a, capability: file_read, on: {class: [personal]}}
  - {id: out, capability: network_send, on: {hosts: [anywhere]}}`)
    expect(all).toEqual(['behaviour/broad-grant'])
  })
  it('by letting be what it does not grant', () => {
    expect(found('', 'otherwise: allow')).toEqual(['behaviour/grants-everything'])
  })
  it('by half is a warning', () => {
    expect(found('  - {id: read, capability: file_read}')).toEqual(['behaviour/broad-grant'])
  })
})

describe('grants that contradict', () => {
  const READ = 'capability: file_read, on: {class: [personal]}'
  it.each([
    ['behaviour/contradiction', `  - {id: a, ${READ}, at_most: {count: 0, per: 1m}}`, ''],
    ['behaviour/contradiction', `  - {id: a, ${READ}, only_to: [api]}\n  - {id: b, ${READ}, only_to: [log]}`, ''],
    ['behaviour/contradiction', '  - {id: a, capability: process_exec}', 'deny: [process_exec]'],
    [
      'behaviour/contradiction',
      `  - {id: a, capability: file_open, only_after: {capability: file_write, within: 1s}}
  - {id: b, capability: file_write, only_after: {capability: file_open, within: 1s}}`,
      '',
    ],
    ['behaviour/never-applies', '  - {id: a, capability: file_read, on: {hosts: [api]}}', ''],
    ['behaviour/never-applies', '  - {id: a, capability: network_send, on: {class: [personal]}}', ''],
    ['behaviour/ungranted-step', `  - {id: a, ${READ}, only_after: {capability: file_open, within: 1s}}`, ''],
    [
      'behaviour/ungranted-step',
      `  - {id: a, ${READ}, when: {detpack.route: mmap}, or_after: {capability: file_create, within: 1s}}`,
      '',
    ],
    ['behaviour/by-name', '  - {id: a, capability: file_delete, at_most: {count: 9, of: objects, per: 1h}}', ''],
    ['behaviour/by-name', '  - {id: a, capability: file_delete, on: {class: [personal]}, only_to: [api]}', ''],
    ['behaviour/ungranted-step', `  - {id: a, ${READ}, only_before: {capability: file_open, within: 1s}}`, ''],
    [
      'behaviour/unreachable-host',
      `  - {id: a, ${READ}, only_to: [api, far]}`,
      'parameters: [{name: far, kind: host}]',
    ],
    ['behaviour/unused', '', 'parameters: [{name: document, kind: file}]'],
    ['behaviour/todo', '', 'todo: [which host?]'],
  ])('%s: %s', (code, grants, more) => {
    expect(new Set(found(grants, more))).toEqual(new Set([code]))
  })

  it('do not where they share a host, or one leaves the other out', () => {
    expect(found(`  - {id: a, ${READ}, only_to: [api]}\n  - {id: b, ${READ}, only_to: [log, api]}`)).toEqual([])
    const except = 'capability: file_read, on: {class: [personal], except: {path: /srv/}}'
    expect(found(`  - {id: a, ${READ}, only_to: [api]}\n  - {id: b, ${except}, only_to: [log]}`)).toEqual([])
  })
})

describe('a chain', () => {
  const chain = (within: string): string => `chains: [{id: c, steps: [a, {grant: send, within: ${within}}]}]`
  const READ = 'capability: file_read, on: {class: [personal]}'
  it.each([
    ['only_to', `  - {id: a, ${READ}, only_to: {hosts: [loopback], within: 10s}}`],
    ['unless', `  - {id: a, ${READ}, unless: {capability: network_send, to: anywhere, within: 10s}}`],
    ['unless', `  - {id: a, ${READ}, unless: {capability: [network_send, file_write], to: [api, log], within: 10s}}`],
  ])('cannot happen where a step excludes the next by %s', (_, grants) => {
    expect(found(grants, chain('10s'))).toEqual(['behaviour/impossible-chain'])
    expect(found(grants, chain('11s'))).toEqual([])
  })
})

describe('what a task names', () => {
  it.each([
    ['behaviour/unknown-host', 'only_to: [ap]', 'did you mean "api"?'],
    ['behaviour/unknown-class', 'on: {class: [credentials]}', 'did you mean "credential"?'],
    ['behaviour/unknown-parameter', 'on: {parameter: [documnt]}', 'did you mean "document"?'],
    ['behaviour/unknown-parameter', 'on: {except: {parameter: [api]}}', 'known: document'],
  ])('must be there: %s', (code, more, hint) => {
    const parsed = task(
      `name: t\nhosts: [{name: api, network: 192.0.2.1/32}]\nparameters: [{name: document, kind: file}]\ngrants:\n  - {id: a, capability: file_read, ${more}}`,
    )
    expect(checkTaskReferences(parsed, AROUND)).toMatchObject([{ code, hint }])
  })

  it('in chains too', () => {
    const parsed = task('name: t\ngrants: []\nchains: [{id: c, steps: [a, {grant: b, within: 1s}]}]')
    expect(checkTaskReferences(parsed, AROUND).map((one) => one.code)).toEqual([
      'behaviour/unknown-grant',
      'behaviour/unknown-grant',
    ])
  })
})

describe('inheritance', () => {
  const BASE = `name: base\nowner: me\nhosts: [{name: api, network: 192.0.2.1/32}]
grants: [{id: a, capability: file_read}, {id: b, capability: file_write}]`

  it('replaces by name and keeps the rest', () => {
    const child = 'name: t\nextends: base\ngrants: [{id: b, capability: file_delete}, {id: c, capability: file_open}]'
    const [, made] = inheritTasks([task(BASE), task(child)]).tasks
    expect(made?.grants.map(({ id, capabilities }) => `${id} ${capabilities.join()}`)).toEqual([
      'a file_read',
      'b file_delete',
      'c file_open',
    ])
    expect(made).toMatchObject({ name: 't', owner: 'me', hosts: [{ name: 'api' }] })
  })

  it.each([
    ['behaviour/unknown-task', ['name: t\nextends: bse\ngrants: []', BASE]],
    ['behaviour/circle', ['name: t\nextends: u\ngrants: []', 'name: u\nextends: t\ngrants: []']],
    ['behaviour/circle', ['name: t\nextends: t\ngrants: []']],
    ['behaviour/duplicate-task', [BASE, BASE]],
  ])('has %s', (code, texts) => {
    const { tasks, diagnostics } = inheritTasks(texts.map(task))
    expect(diagnostics.map((one) => one.code)).toContain(code)
    expect(tasks.map(({ name }) => name)).not.toContain('t')
  })
})

describe('parameters that nobody binds', () => {
  const parameter =
    'parameters: [{name: doc, kind: file}]\ngrants: [{id: a, capability: file_read, on: {parameter: doc}}]'

  it('are a mistake in a task of a unit, and of undeclared processes', () => {
    for (const holder of ['unit: a.service', 'applies_to: undeclared'])
      expect(checkTask(task(`name: t\n${holder}\n${parameter}`), AROUND).map(({ code }) => code)).toEqual([
        'behaviour/unbound',
      ])
  })

  it('are bound by the launcher of any other', () => {
    expect(checkTask(task(`name: t\n${parameter}`), AROUND)).toEqual([])
  })
})
