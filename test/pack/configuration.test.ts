import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findRoot, loadConfiguration } from '../../src/pack/configuration.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('the configuration of a pack', () => {
  it('is all defaults where there is no detpack.yml', () => {
    const { configuration, diagnostics } = loadConfiguration(temporaryFolder())
    expect(diagnostics).toEqual([])
    expect(configuration).toMatchObject({ file: null, mapping: 'ecs', rules: ['rules/detections'] })
  })

  it('is found from any folder below it', () => {
    const folder = temporaryFolder({ 'detpack.yml': '', 'rules/detections/a.yml': '' })
    expect(findRoot(path.join(folder, 'rules', 'detections'))).toBe(folder)
  })

  it('keeps what it says and fills in the rest', () => {
    const text = 'pack: {name: mine}\ntargets: {elastic: {kibana: "https://kibana.example.org", space: dev}}\n'
    const { configuration, diagnostics } = loadConfiguration(temporaryFolder({ 'detpack.yml': text }))
    expect(diagnostics).toEqual([])
    expect(configuration.name).toBe('mine')
    expect(configuration.elastic).toMatchObject({
      kibana: 'https://kibana.example.org',
      space: 'dev',
      index: 'logs-detpack.use-*',
    })
  })

  it('says for each app of Splunk where it is and who may see what lies there', () => {
    const text =
      'targets: {splunk: {splunkd: "https://a:8089", write: [power]}, prod: {kind: splunk, app: soc, sharing: app}}\n'
    const { configuration, diagnostics } = loadConfiguration(temporaryFolder({ 'detpack.yml': text }))
    expect(diagnostics).toEqual([])
    expect(configuration.splunk).toMatchObject({ app: 'detpack', sharing: 'global', read: ['*'] })
    expect(configuration.targets).toMatchObject([
      { name: 'prod', splunk: { splunkd: 'https://a:8089', app: 'soc', sharing: 'app', write: ['power'] } },
    ])
  })

  it('says for Kibana which connector does what with alerts, and of which levels', () => {
    const text = `targets:
  elastic:
    actions:
      - {connector: soc, type: .webhook, params: {body: '{{rule.name}}', to: [a, b]}}
      - {connector: mail, type: .email, levels: [high, critical], params: {}}
`
    const { configuration, diagnostics } = loadConfiguration(temporaryFolder({ 'detpack.yml': text }))
    expect(diagnostics).toEqual([])
    expect(configuration.elastic.actions).toEqual([
      { connector: 'soc', type: '.webhook', levels: null, params: { body: '{{rule.name}}', to: ['a', 'b'] } },
      { connector: 'mail', type: '.email', levels: ['high', 'critical'], params: {} },
    ])
  })

  it.each([
    ['pack/unknown-key', 'pakc: {}\n'],
    ['pack/wrong-type', 'pack: []\n'],
    ['pack/wrong-type', '- a list\n'],
    ['pack/address', 'targets: {elastic: {kibana: "ftp://x"}}\n'],
    ['pack/credentials', 'targets: {elastic: {kibana: "https://me:secret@kibana.example.org"}}\n'],
    ['pack/address', 'targets: {splunk: {splunkd: "splunk:8089"}}\n'],
    ['pack/wrong-type', 'targets: {splunk: {app: "../etc"}}\n'],
    ['pack/wrong-type', 'targets: {splunk: {sharing: everybody}}\n'],
    ['pack/wrong-type', 'targets: {splunk: {write: ["admin, power"]}}\n'],
    ['pack/wrong-type', 'targets: {elastic: {actions: [soc]}}\n'],
    ['pack/missing-key', 'targets: {elastic: {actions: [{connector: soc}]}}\n'],
    [
      'pack/wrong-type',
      'targets: {elastic: {actions: [{connector: soc, type: .webhook, params: {}, levels: [hgih]}]}}\n',
    ],
    ['yaml/syntax', 'pack: {\n'],
  ])('has %s for a mistake', (code, text) => {
    const { diagnostics } = loadConfiguration(temporaryFolder({ 'detpack.yml': text }))
    expect(diagnostics.map((one) => one.code)).toContain(code)
  })

  it('never shows the credentials it refuses', () => {
    const text = 'targets: {elastic: {kibana: "https://me:hunter2@kibana.example.org"}}\n'
    const { diagnostics } = loadConfiguration(temporaryFolder({ 'detpack.yml': text }))
    expect(diagnostics.map((one) => `${one.message} ${one.hint ?? ''}`).join()).not.toContain('hunter2')
  })
})
