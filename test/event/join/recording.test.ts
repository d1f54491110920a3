import { describe, expect, test } from 'vitest'
import { renderNdjson } from '../../../src/event/ndjson.ts'
import { claimed, joined, recorded } from './joining.ts'

/** Scenarios that were recorded with the log of the agent. */
const SCENARIOS = ['agent-acts-alone', 'tool-calls-steal', 'tool-does-more', 'tool-pretends', 'tools-called'] as const

describe.each(SCENARIOS)('the recording %s', (name) => {
  test('and the log of its agent give these events (else run vitest with --update)', async () => {
    const { events } = joined(claimed(name), recorded(name))
    await expect(events.map(renderNdjson).join('')).toMatchFileSnapshot(`../../joined/${name}.ndjson`)
  })

  test('has a log that gives these claims', async () => {
    await expect(claimed(name).map(renderNdjson).join('')).toMatchFileSnapshot(`../mcp/recordings/${name}.ndjson`)
  })
})
