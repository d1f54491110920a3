import { expect, test } from 'vitest'
import { importText, logsOf } from '../importing.ts'

const sample = logsOf('otel').get('otel/samples/export.json') ?? ''
const [first = ''] = sample.split('\n')

test('a span of MCP within the span of the agent is the same call, whichever is told first', () => {
  const calls = (text: string): unknown[] =>
    importText('otel', text).events.flatMap(({ event, gen_ai }) => (event.action === 'tool_call' ? [gen_ai] : []))
  expect(calls(`${first}\n`)).toHaveLength(1)
  const request = JSON.parse(first) as { resourceSpans: [{ scopeSpans: [{ spans: object[] }] }] }
  const scope = request.resourceSpans[0].scopeSpans[0]
  const lines = scope.spans.map((span) => {
    const copy = structuredClone(request)
    copy.resourceSpans[0].scopeSpans[0].spans = [span]
    return JSON.stringify(copy)
  })
  expect(calls(`${lines.join('\n')}\n`)).toHaveLength(1)
})

test('the agent is that of the span around the call', () => {
  const [call] = importText('otel', `${first}\n`).events
  expect(call?.gen_ai).toEqual({
    agent: { id: 'asst_5', name: 'notes-agent' },
    tool: { name: 'read_file', call: { id: 'call_1' } },
  })
})

test('host, process and run are those of the resource', () => {
  const [call] = importText('otel', `${first}\n`).events
  expect(call).toMatchObject({ host: { name: 'web-1' }, process: { pid: 812 }, detpack: { tool: { run: '7f3a' } } })
})

test('times are nanoseconds, and an error is a failure', () => {
  const events = importText('otel', sample).events
  expect(events[0]).toMatchObject({
    '@timestamp': '2026-01-01T00:00:01.100000Z',
    event: { start: '2026-01-01T00:00:01.000000Z' },
  })
  const written = events.find(({ event }) => event.action === 'file_write')
  expect(written?.event.outcome).toBe('failure')
})

test('a call whose arguments the export keeps to itself is told without an object', () => {
  const written = importText('otel', sample).events.find(({ event }) => event.action === 'file_write')
  expect(written?.file).toBeUndefined()
  expect(written?.detpack.unknown).toEqual(expect.arrayContaining(['detpack.object', 'file.path']))
})

test('a line of something else is told with its place', () => {
  const { diagnostics } = importText(
    'otel',
    '[]\n{"a":1}\n{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"execute_tool x"}]}]}]}\n',
  )
  expect(diagnostics.map(({ code }) => code)).toEqual(['event/otel-json', 'event/otel-export'])
})

test('a call without a time is told with its place', () => {
  const span = {
    name: 'execute_tool x',
    attributes: [{ key: 'gen_ai.operation.name', value: { stringValue: 'execute_tool' } }],
  }
  const { diagnostics } = importText(
    'otel',
    `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })}\n`,
  )
  expect(diagnostics.map(({ code }) => code)).toEqual(['event/otel-time'])
})
