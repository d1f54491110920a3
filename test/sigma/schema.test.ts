import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { hasErrors } from '../../src/diagnostic/diagnostic.ts'
import { MapReader } from '../../src/diagnostic/map-reader.ts'
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { parseYaml } from '../../src/diagnostic/yaml.ts'
import { decodeAttribute } from '../../src/sigma/attribute.ts'

const schema = new URL('../../mappings/sigma-detpack.schema.json', import.meta.url)
const ajv = new Ajv2020({ strict: false })
formats.default(ajv)
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')) as object)

function decodes(text: string): boolean {
  const root = parseYaml(new Source('f', `detpack: ${text}`)).documents[0]?.root
  if (root?.kind !== 'map') throw new Error('not a map')
  const diagnostics: Diagnostic[] = []
  decodeAttribute(new MapReader(root, 'sigma', 'it', diagnostics), 'temporal_ordered', diagnostics)
  return !hasErrors(diagnostics)
}

const GOOD = [
  '{}',
  '{version: 1, risk: R-1, grant: t/g}',
  '{steps: [{rule: a}, {as: x, rule: b, within: 500ms}]}',
  '{join: [[a.x, b.y]]}',
  '{unless: [{rule: a, between: [x, y]}, {rule: a, before: x, within: 5m}, {rule: a, after: y}]}',
  '{until: {rule: a}, task: {name: [x, y], declared: true}}',
  '{task: {name: x}}',
  '{triage: [{ask: q}, {ask: q, run: r}]}',
  '{accept: [{language: esql, node: n, why: w, until: "2027-06-30"}]}',
]

const BAD = [
  '{unknown: 1}',
  '{version: 0}',
  '{version: 1.5}',
  '{grant: x}',
  '{steps: [{rule: a, within: 1s}]}',
  '{steps: [{as: a}]}',
  '{steps: {rule: a}}',
  '{steps: [{rule: a}, {rule: b, within: 1w}]}',
  '{join: [[a.x]]}',
  '{unless: [{rule: a}]}',
  '{unless: [{rule: a, before: x, after: y}]}',
  '{unless: [{rule: a, between: [x, y], within: 1s}]}',
  '{until: a}',
  '{task: {}}',
  '{task: {name: []}}',
  '{triage: [{run: r}]}',
  '{accept: [{language: sql, node: n, why: w, until: "2027-06-30"}]}',
  '{accept: [{language: spl, node: n, why: w, until: "2027-02-30"}]}',
  '{accept: [{language: spl, why: w, until: "2027-06-30"}]}',
]

it.each(GOOD)('the schema and the reader both take %s', (text) => {
  expect([validate(parse(text)), decodes(text)]).toEqual([true, true])
})

it.each(BAD)('the schema and the reader both refuse %s', (text) => {
  expect([validate(parse(text)), decodes(text)]).toEqual([false, false])
})
