import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { emitJsonSchema } from '../../../src/event/json-schema.ts'
import { decodeResources } from '../../../src/event/resource-file.ts'
import { importStrace } from '../../../src/event/strace/importer.ts'

const ajv = new Ajv2020()
formats.default(ajv)
const isEvent = ajv.compile(emitJsonSchema())

const RECORDINGS = new URL('recordings/', import.meta.url)
const SCENARIOS = new URL('../../scenarios/', import.meta.url)

const file = new URL('../../../rules/resources.yml', import.meta.url)
const { table: resources } = decodeResources(new Source('rules/resources.yml', readFileSync(file, 'utf8')))
if (!resources) throw new Error('rules/resources.yml has errors')

const names = readdirSync(RECORDINGS)
  .filter((name) => name.endsWith('.strace'))
  .map((name) => name.slice(0, -'.strace'.length))

/** `scripts/record --import` writes what these tests compare with. */
describe.each(names)('the recording %s', (name) => {
  const manifest = JSON.parse(readFileSync(new URL(`${name}/scenario.json`, SCENARIOS), 'utf8')) as {
    task: string | null
  }
  const text = readFileSync(new URL(`${name}.strace`, RECORDINGS), 'utf8')
  const { events, diagnostics } = importStrace(text, {
    name: `${name}.strace`,
    resources,
    host: { name: 'web-1' },
    ...(manifest.task !== null && { task: { name: manifest.task } }),
  })

  test(`gives its events: ${name}`, async () => {
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('')
    await expect(lines).toMatchFileSnapshot(new URL(`${name}.ndjson`, RECORDINGS).pathname)
  })

  test('gives events of the schema', () => {
    expect(events.map((event) => [isEvent(event), isEvent.errors])).toEqual(events.map(() => [true, null]))
  })

  test('is read without a complaint', () => expect(diagnostics).toEqual([]))
})
