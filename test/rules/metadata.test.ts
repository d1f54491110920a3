import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { yamlDocuments } from './yaml-documents.ts'

/** What an analyst, an auditor and the next author need of each rule, beyond that it can be read. */
interface RuleDocument {
  readonly id: string
  readonly title: string
  readonly name: string
  readonly status: string
  readonly description: string
  readonly author: string
  readonly date: string
  readonly level: string
  readonly tags?: readonly string[]
  readonly references?: readonly string[]
  readonly falsepositives?: readonly string[]
  readonly fields?: readonly string[]
  readonly correlation?: { readonly rules: readonly string[] }
  readonly detpack?: {
    readonly version?: number
    readonly risk?: readonly string[]
    readonly grant?: string
    readonly unless?: readonly { readonly rule: string }[]
    readonly triage?: readonly { readonly ask: string; readonly run?: string }[]
  }
}

interface TestDocument {
  readonly rule: string
  readonly cases: readonly {
    readonly name: string
    readonly events: string
    readonly alerts: number
    readonly differs?: string
  }[]
}

const rules = yamlDocuments('rules/detections').map(({ file, value }) => ({ file, rule: value as RuleDocument }))
const tests = yamlDocuments('test/rules', '.test.yml').map(({ file, value }) => ({ file, test: value as TestDocument }))
const risks = new Set(yamlDocuments('rules/risks').map(({ value }) => (value as { readonly id: string }).id))
const named = new Set(
  rules.flatMap(({ rule }) => [
    ...(rule.correlation?.rules ?? []),
    ...(rule.detpack?.unless?.map((each) => each.rule) ?? []),
  ]),
)
const alerting = rules.filter(({ rule }) => !named.has(rule.name))
const serving = rules.filter(({ rule }) => named.has(rule.name))

test('ids are UUIDs of version 4 and, like names, unique', () => {
  for (const { rule } of rules)
    expect(rule.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(rules.map(({ rule }) => rule.id)).size).toBe(rules.length)
  expect(new Set(rules.map(({ rule }) => rule.name)).size).toBe(rules.length)
})

test('a file has one rule that alerts, named as the file, and the base files have none', () => {
  const byFile = Object.fromEntries(alerting.map(({ file, rule }) => [file, rule.name]))
  expect(alerting.length).toBe(Object.keys(byFile).length)
  for (const [file, name] of Object.entries(byFile)) expect(path.basename(file, '.yml')).toBe(name)
  const files = new Set(rules.map(({ file }) => file).filter((file) => !file.startsWith('base/')))
  expect(Object.keys(byFile).sort()).toEqual([...files].sort())
})

test.each(serving.map(({ rule }) => [rule.name, rule] as const))(
  '%s, which serves others, says what it is',
  (_, rule) => {
    expect(rule.name).toMatch(/^[a-z]+(_[a-z]+)+$/)
    expect(rule.level).toBe('informational')
    for (const text of [rule.title, rule.description, rule.status, rule.author, rule.date]) expect(text).toBeTruthy()
  },
)

describe.each(alerting.map(({ file, rule }) => [rule.name, rule, file] as const))('%s', (name, rule, file) => {
  test('says what it means and how it is told from what is harmless', () => {
    expect(rule).toMatchObject({ status: 'test', author: 'detpack' })
    expect(rule.date).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(rule.title.length).toBeLessThan(90)
    expect(rule.description.length).toBeGreaterThan(250)
    expect(['low', 'medium', 'high', 'critical']).toContain(rule.level)
    expect(rule.falsepositives?.length).toBeGreaterThan(0)
    expect(rule.fields?.length).toBeGreaterThan(2)
    expect(rule.detpack?.version).toBeGreaterThan(0)
  })

  test('names a tactic, and each technique with the version of ATT&CK', () => {
    const tags = rule.tags ?? []
    const techniques = tags.filter((tag) => /^attack\.t\d{4}(\.\d{3})?$/.test(tag))
    expect(techniques.length).toBeGreaterThan(0)
    expect(tags.length - techniques.length).toBeGreaterThan(0)
    for (const technique of techniques) {
      const page = technique.slice('attack.'.length).toUpperCase().replace('.', '/')
      expect(rule.references).toContain(`https://attack.mitre.org/versions/v19/techniques/${page}/`)
    }
  })

  test('answers risks that are there', () => {
    expect(rule.detpack?.risk?.length).toBeGreaterThan(0)
    for (const risk of rule.detpack?.risk ?? []) expect(risks).toContain(risk)
  })

  test('has a guide of three to five steps that begins with the chain itself', () => {
    const triage = rule.detpack?.triage ?? []
    expect(triage.length).toBeGreaterThanOrEqual(3)
    expect(triage.length).toBeLessThanOrEqual(5)
    expect(triage[0]?.run).toBe('detpack explain {alert.id}')
  })

  test('its commands take nothing into a shell that the watched process chooses', () => {
    const chosen = (rule.detpack?.triage ?? []).flatMap(({ run }) => run?.match(/\{[^}]+\}/g) ?? [])
    const safe = [
      'alert.id',
      'process.pid',
      'process.parent.pid',
      'destination.port',
      'detpack.task.name',
      'process.user.name',
    ]
    for (const placeholder of chosen) expect(safe).toContain(placeholder.slice(1, -1))
  })

  test('has a firing and a silent recording, and says what decides', () => {
    const found = tests.filter((one) => one.test.rule === name)
    expect(found.map((one) => one.file)).toEqual([file.replace(/\.yml$/, '.test.yml')])
    const cases = found.flatMap((one) => one.test.cases)
    expect(cases.some((one) => one.alerts > 0)).toBe(true)
    expect(cases.some((one) => one.alerts === 0)).toBe(true)
    for (const one of cases) {
      const recording = path.join('test/rules', path.dirname(file), one.events)
      expect(existsSync(recording), recording).toBe(true)
      if (one.alerts === 0) expect(one.differs, one.name).toBeTruthy()
    }
  })
})

test('every test file belongs to a rule', () => {
  const names = new Set(alerting.map(({ rule }) => rule.name))
  for (const { file, test: one } of tests) {
    // Rules that tasks compile to are named after the task; that they are there is seen when their tests are run.
    if (file.startsWith('tasks/')) expect(`${one.rule}.`).toContain(`${path.basename(file, '.test.yml')}.`)
    else expect(names, file).toContain(one.rule)
  }
})
