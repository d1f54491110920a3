import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Source } from '../../../src/diagnostic/source.ts'
import { decodeTools } from '../../../src/event/tool/tool-file.ts'
import { emitToolSchema } from '../../../src/event/tool/tool-schema.ts'

const isValid = new Ajv2020({ strict: false }).compile(emitToolSchema())

const read = (text: string) => decodeTools(new Source('tools.yml', text))
const use = (words: string): string => `version: 1\ntools:\n  - tool: x\n    uses: [{ ${words} }]\n`

test.each(['rules/tools.yml', 'test/event/tool/tools.yml'])(
  '%s is read, and the schema for editors takes it',
  (name) => {
    const text = readFileSync(name, 'utf8')
    expect(read(text).diagnostics).toEqual([])
    expect([isValid(parse(text)), isValid.errors]).toEqual([true, null])
  },
)

describe('a mistake has its place and a way out', () => {
  test.each([
    ['no map', '- 1', 'event/tools', 1],
    ['no version', 'tools: []', 'event/missing-key', 1],
    ['another version', 'version: 2', 'event/tools', 1],
    ['an unknown key', 'version: 1\ntool: []', 'event/unknown-key', 2],
    ['two documents', 'version: 1\n---\nversion: 1', 'event/tools', 3],
    ['a tool without uses', 'version: 1\ntools: [{ tool: x }]', 'event/missing-key', 2],
    ['a capability that no tool has', use('capability: file_raed, path: p'), 'event/tools', 4],
    ['a use of nothing', use('capability: file_read'), 'event/tools', 4],
    ['a use of something else', use('capability: file_read, path: p, url: u'), 'event/tools', 4],
    ['a kind that is none', use('capability: file_open, path: p, kind: pipe'), 'event/tools', 4],
    ['a host that is no address', 'version: 1\nhosts: { a.example: b.example }', 'event/tools', 2],
    ['a relative home', 'version: 1\nhome: agent', 'event/tools', 2],
    ['a field that no log has', 'version: 1\nlog: { fields: { time: t, tool: n, tiem: t } }', 'event/tools', 2],
    ['a log without a time', 'version: 1\nlog: { fields: { tool: n } }', 'event/tools', 2],
    ['a pattern that is none', 'version: 1\nown: { paths: ["/a/*/b"] }', 'event/tools', 2],
    ['a network that is none', 'version: 1\nown: { hosts: ["a.example"] }', 'event/tools', 2],
  ])('%s', (_, text, code, line) => {
    const { file, diagnostics } = read(text)
    expect(file).toBeUndefined()
    expect(diagnostics.map((one) => [one.code, one.span?.source.position(one.span.start).line])).toContainEqual([
      code,
      line,
    ])
  })
})
