import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../../src/pack/configuration.ts'
import { loadRules } from '../../../src/pack/rules.ts'
import { found } from '../../backend/esql/agreement.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { makeIndex } from '../../elasticsearch/detpack-index.ts'

const url = inject('elasticsearch')

describe.skipIf(url === '')('drift on a real Elasticsearch', () => {
  const client = new ElasticsearchClient(url)
  const index = `drift-${randomBytes(6).toString('hex')}`
  const { program } = ecs.mapProgram(loadRules([], loadConfiguration('.').configuration).program)
  const rule = [...program.rules.values()].find(({ name }) => name === 'service-drift')

  afterAll(async () => {
    await client.request('DELETE', `/${index}?ignore_unavailable=true`)
  })

  it('is found by the compiled rule in what was recorded, and nothing else is', async () => {
    const compiled = rule && esqlBackend.compile(program, rule.id, contextOf(index))
    if (compiled?.kind !== 'query') throw new Error('refused')
    const ids: Record<string, readonly string[]> = {}
    for (const name of ['drifted', 'unit-changed', 'kept']) {
      const text = readFileSync(path.join(import.meta.dirname, 'recordings', `${name}.ndjson`), 'utf8')
      const events = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as JsonObject)
      await makeIndex(client, index, events)
      ids[name] = [...(await found(client, compiled.query))]
      const drift = events.filter((event) => (event['event'] as JsonObject)['action'] === 'service_drift')
      expect(ids[name], name).toEqual(drift.map((event) => (event['event'] as JsonObject)['id']))
    }
    expect(Object.values(ids).map((each) => each.length)).toEqual([1, 1, 0])
  })
})

function contextOf(index: string): Parameters<typeof esqlBackend.compile>[2] {
  return { mapping: ecs, store: { elasticIndex: index, splunkBase: '' }, today: '2026-01-01' }
}
