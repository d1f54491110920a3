import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { loadMappedRules } from '../../../src/cli/packs.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import type { Rule } from '../../../src/ir/rule.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { makeIndex } from '../../elasticsearch/detpack-index.ts'
import { recordedEvents } from '../../event/recorded.ts'
import { holdToStream } from './agreement.ts'

const root = path.join(import.meta.dirname, '../../..')
const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const index = 'esql-pack'
const context = { mapping: ecs, store: { elasticIndex: index, splunkBase: '' }, today: '2026-01-01' }

/** Of tasks and baselines only what alerts is asked for: what it is made of is in it. */
function isOfTask({ span }: Rule): boolean {
  return !span.source.name.includes('rules/detections')
}

describe.skipIf(url === '')(
  'the rules of the pack, also of its tasks and baselines, on all recordings, on a real Elasticsearch',
  () => {
    const { program } = loadMappedRules([], undefined, { start: root })
    const asked = [...program.rules.values()].filter((rule) => rule.alone || !isOfTask(rule))
    const events = recordedEvents()

    beforeAll(async () => {
      // Every event twice: at least once is what delivery promises.
      await makeIndex(client, index, [...events, ...events])
    })

    afterAll(async () => {
      await client.request('DELETE', `/${index}?ignore_unavailable=true`)
    })

    it('find what the stream correlator finds', async () => {
      const alone = new Map([...program.rules].map(([id, rule]) => [id, { ...rule, alone: true }]))
      const { alerts } = evaluate(
        { rules: alone },
        events.map((event, line) => toRecord(event, line + 1)),
      )
      const compared = await holdToStream(client, program, asked, context, alerts)
      expect(compared).toBeGreaterThan(0)
    })
  },
)
