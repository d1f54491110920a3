import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../src/pack/configuration.ts'
import { loadRules, rulesNamed, type LoadedRules } from '../../src/pack/rules.ts'
import { temporaryFolder } from './temporary-folder.ts'

const RULE = `title: Read
name: read
logsource: {category: test}
detection: {selection: {action: read}, condition: selection}
`
const COUNT = `title: Many
name: many
correlation: {type: event_count, rules: [read], group-by: [host], timespan: 1m, condition: {gte: 3}}
`
const PACK = {
  'detpack.yml': '',
  'rules/detections/read.yml': RULE,
  'rules/risks/R-1.yml': 'id: R-1\n',
  'test/rules/read.test.yml': 'rule: read\ncases: []\n',
}

function load(...paths: readonly string[]): LoadedRules {
  return loadRules(paths, loadConfiguration(paths[0] ?? '.').configuration)
}

function names(loaded: LoadedRules): (string | null)[] {
  return loaded.selected.map((rule) => rule.name)
}

const TASK = `name: chat
purpose: Answers.
grants:
  - {id: send, capability: network_send, at_most: {count: 5, per: 1m}}
`

describe('the rules', () => {
  it('of a pack are also what its tasks compile to', () => {
    const folder = temporaryFolder({ ...PACK, 'rules/tasks/chat.yml': TASK })
    const loaded = load(folder)
    expect(names(loaded)).toContain('chat.send.at-most')
    expect(loaded.diagnostics).toEqual([])
    const named = load(path.join(folder, 'rules/tasks/chat.yml'))
    expect(names(named)).not.toContain('read')
    expect(names(named)).toContain('chat.send.at-most')
  })

  it('are not those of tasks where other files are named', () => {
    const folder = temporaryFolder({ ...PACK, 'rules/tasks/chat.yml': TASK.replace('purpose', 'porpoise') })
    expect(load(path.join(folder, 'rules/detections')).diagnostics).toEqual([])
    expect(load(folder).diagnostics.map((one) => one.code)).toContain('behaviour/unknown-key')
  })

  it('of a pack are meant by its folder', () => {
    const loaded = load(temporaryFolder(PACK))
    expect(names(loaded)).toEqual(['read'])
    expect(loaded.diagnostics).toEqual([])
  })

  it('of a folder are not its tests nor its configuration', () => {
    const { 'detpack.yml': configuration, ...rest } = PACK
    const folder = temporaryFolder({ 'pack/detpack.yml': configuration, 'a/x.test.yml': 'x: 1\n', 'a/read.yml': RULE })
    expect(load(path.join(folder, 'a')).diagnostics).toEqual([])
    expect(load(path.join(temporaryFolder({ ...rest, 'detpack.yml': '' }), 'test')).files).toEqual([])
  })

  it('of a pack are not what stands beside them: classes, tools of agents, risks', () => {
    const beside = { 'rules/resources.yml': 'a: 1\n', 'rules/tools.yml': 'a: 1\n', 'rules/risks/R-1.yml': 'a: 1\n' }
    const loaded = load(path.join(temporaryFolder({ ...PACK, ...beside }), 'rules'))
    expect(loaded.diagnostics).toEqual([])
    expect(names(loaded)).toEqual(['read'])
  })

  it('that are named but not given come from the pack, and are not selected', () => {
    const folder = temporaryFolder({ ...PACK, 'rules/detections/many.yml': COUNT })
    const loaded = load(path.join(folder, 'rules/detections/many.yml'))
    expect(names(loaded)).toEqual(['many'])
    expect([...loaded.program.rules.values()].map((rule) => rule.name).sort()).toEqual(['many', 'read'])
  })

  it('are missed where a file is empty, and more so where all are', () => {
    const folder = temporaryFolder({ 'a.yml': '# later\n---\r\n\n', 'b.yml': RULE })
    expect(load(folder).diagnostics).toMatchObject([{ code: 'pack/empty-file', severity: 'warning' }])
    expect(load(path.join(folder, 'a.yml')).diagnostics.map((one) => one.code)).toContain('pack/no-rules')
  })

  it('cannot be had outside of any pack, when none are named', () => {
    const configuration = { ...loadConfiguration('/').configuration, rules: ['no/such/folder'] }
    expect(loadRules([], configuration).diagnostics).toMatchObject([{ code: 'pack/no-pack' }])
  })

  it('go by name, title or file', () => {
    const folder = temporaryFolder(PACK)
    const { selected } = load(folder)
    const file = path.join(folder, 'rules/detections/read.yml')
    for (const name of ['read', 'Read', path.relative('', file)]) expect(rulesNamed(name, selected)).toHaveLength(1)
    expect(rulesNamed('raed', selected)).toEqual([])
  })
})
