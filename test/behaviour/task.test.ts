import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseTask } from '../../src/behaviour/parse-task.ts'
import { Source } from '../../src/diagnostic/source.ts'

const GOOD = `name: summarize
purpose: Read one document and send its summary.
agent: notes-agent
hosts:
  - {name: service, network: 198.51.100.10/32, port: 443, why: makes the summary}
grants:
  - id: document-read
    clause: may read documents
    capability: file_read
    on: {class: [personal]}
    only_to: [service]
    unless: {capability: network_send, to: elsewhere, within: 10s}
`

const schema = JSON.parse(readFileSync('mappings/task.schema.json', 'utf8')) as object
const validate = new Ajv2020({ strict: false }).compile(schema)

describe('a task file', () => {
  it('gives hosts and grants with their places', () => {
    const { task, diagnostics } = parseTask(new Source('t.yml', GOOD))
    expect(diagnostics).toEqual([])
    expect(task).toMatchObject({ name: 'summarize', hosts: [{ at: { network: '198.51.100.10/32', port: 443 } }] })
    const grant = task?.grants[0]
    expect(grant?.span.source.position(grant.span.start).line).toBe(7)
    expect(validate(parse(GOOD))).toBe(true)
  })

  it.each([
    ['behaviour/missing-key', GOOD.replace('purpose:', 'owner:')],
    ['behaviour/unknown-key', GOOD.replace('only_to', 'only-to')],
    ['behaviour/wrong-type', GOOD.replace('port: 443', 'port: https')],
    ['behaviour/wrong-type', 'grants\n'],
    ['behaviour/nothing-to-hold', `${GOOD}    or_after: {capability: file_create, within: 1h}\n`],
    ['behaviour/per-use', `${GOOD}    at_most: {count: 9, of: uses, per: use}\n`],
  ])('has %s for a mistake, and so has the schema for editors', (code, text) => {
    const { task, diagnostics } = parseTask(new Source('t.yml', text))
    expect(task).toBeUndefined()
    expect(diagnostics.map((one) => one.code)).toContain(code)
    expect(validate(parse(text))).toBe(false)
  })

  it('suggests the capability that was meant', () => {
    const { diagnostics } = parseTask(new Source('t.yml', GOOD.replace('file_read', 'file_raed')))
    expect(diagnostics).toMatchObject([{ code: 'behaviour/unknown-capability', hint: 'did you mean "file_read"?' }])
  })

  it('grants a thing once', () => {
    const twice = `${GOOD}  - {id: document-read, clause: again, capability: file_read}\n`
    expect(parseTask(new Source('t.yml', twice)).diagnostics).toMatchObject([{ code: 'behaviour/duplicate-grant' }])
  })
})
