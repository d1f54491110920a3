import { expect, test } from 'vitest'
import type { UseEvent } from '../../../src/event/use-event.ts'
import { importText } from '../importing.ts'

const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`
const logged = (second: number, from: 'client' | 'server', message: object, server = 'filesystem'): string =>
  `${at(second)} [${server}] [info] Message from ${from}: ${JSON.stringify({ jsonrpc: '2.0', ...message })}`
const call = (second: number, id: unknown, name: string, given: object, server?: string): string =>
  logged(second, 'client', { id, method: 'tools/call', params: { name, arguments: given } }, server)
const result = (second: number, id: unknown, more: object = {}, server?: string): string =>
  logged(second, 'server', { id, result: { content: [], ...more } }, server)

function imported(...lines: readonly string[]) {
  return importText('mcp', `${lines.join('\n')}\n`, { task: { name: 'summarize-document', run: 'r-7' } })
}

const shown = ({ event, file, destination, detpack }: UseEvent): string =>
  [event.action, event.outcome, file?.path ?? destination?.address, detpack.tool?.meaning].filter(Boolean).join(' ')

test('a call is told with its start, its end and its outcome, then what it used', () => {
  const { events } = imported(call(1, 1, 'read_file', { path: '/etc/motd' }), result(2, 1))
  expect(events.map(shown)).toEqual(['tool_call success declared', 'file_read success /etc/motd declared'])
  expect(events[0]).toMatchObject({
    '@timestamp': '2026-01-01T00:00:02.000000Z',
    event: { start: '2026-01-01T00:00:01.000000Z', provider: 'mcp' },
    gen_ai: { tool: { name: 'read_file', call: { id: '1' } } },
  })
})

test('all of it is marked as a claim: the route, the identity, and what is unknown', () => {
  const [, read] = imported(call(1, 1, 'read_file', { path: '/etc/motd' }), result(2, 1)).events
  expect(read?.detpack).toMatchObject({ route: 'tool', object: { identity: 'string' } })
  expect(read?.detpack.unknown).toContain('process.start')
})

test('the run that somebody names is what it is joined with, and not the run of the events', () => {
  const { events } = imported(call(1, 1, 'read_file', { path: '/etc/motd' }), result(2, 1))
  for (const { detpack } of events) {
    expect(detpack.tool?.run).toBe('r-7')
    expect(detpack.task?.run).toBe(detpack.sensor.run)
  }
})

test('ids of different servers, and a number and a text, are not the same', () => {
  const { events } = imported(
    call(1, 1, 'read_file', { path: '/a' }),
    call(2, '1', 'read_file', { path: '/b' }),
    call(3, 1, 'fetch', { url: 'http://203.0.113.9/' }, 'fetch'),
    result(4, 1, { isError: true }, 'fetch'),
    result(5, '1'),
    result(6, 1),
  )
  const read = events.filter(({ event }) => event.action !== 'tool_call').map(shown)
  expect(read).toEqual([
    'network_connect failure 203.0.113.9 declared',
    'network_send failure 203.0.113.9 declared',
    'network_receive failure declared',
    'file_read success /b declared',
    'file_read success /a declared',
  ])
})

test('an answer of the client to the server is no result', () => {
  const answer = logged(2, 'client', { id: 1, result: { roots: [] } })
  const { events } = imported(call(1, 1, 'read_file', { path: '/a' }), answer, result(3, 1))
  expect(events[0]?.['@timestamp']).toBe('2026-01-01T00:00:03.000000Z')
})

test('a call without a result, and one that was cancelled, has no outcome', () => {
  const cancel = logged(3, 'client', { method: 'notifications/cancelled', params: { requestId: 2 } })
  const { events } = imported(call(1, 1, 'read_file', { path: '/a' }), call(2, 2, 'read_file', { path: '/b' }), cancel)
  expect(events.map(({ event, detpack }) => [event.outcome, detpack.unknown?.includes('@timestamp')])).toEqual([
    ['unknown', true],
    ['unknown', true],
    ['unknown', false],
    ['unknown', false],
  ])
})

test('a server that calls itself by another name than the log is known by its own', () => {
  const hello = logged(0, 'server', { id: 0, result: { serverInfo: { name: 'secure-filesystem-server' } } }, 'files')
  const { events } = imported(hello, call(1, 1, 'read_file', { path: '/a' }, 'files'), result(2, 1, {}, 'files'))
  expect(events[0]?.detpack.tool).toMatchObject({ server: 'secure-filesystem-server', meaning: 'declared' })
})

test("another server's tool of a known name is guessed to be that, and says so", () => {
  const { events } = imported(call(1, 1, 'read_file', { path: '/a' }, 'mine'), result(2, 1, {}, 'mine'))
  expect(events.map(shown)).toEqual(['tool_call success guessed', 'file_read success /a guessed'])
  expect(events[1]?.detpack.unknown).toContain('event.action')
})

test('a tool that nobody declared is a call that says so, and a warning; its arguments are guessed at', () => {
  const { events, diagnostics } = imported(
    call(1, 1, 'frobnicate', { depth: 3 }, 'mine'),
    result(2, 1, {}, 'mine'),
    call(3, 2, 'frobnicate', { key: '~/.ssh/id_rsa', note: 'to https://203.0.113.9/x' }, 'mine'),
    result(4, 2, {}, 'mine'),
  )
  expect(events.map(shown)).toEqual([
    'tool_call success unknown',
    'tool_call success unknown',
    'file_read success /home/~/.ssh/id_rsa guessed',
    'network_connect success 203.0.113.9 guessed',
    'network_send success 203.0.113.9 guessed',
  ])
  expect(diagnostics.map(({ code }) => code)).toEqual(['event/mcp-unknown-tool'])
})

test('what a tool read is what the agent holds when another tool sends', () => {
  const { events } = imported(
    call(1, 1, 'read_file', { path: '/home/agent/.ssh/id_ed25519' }),
    result(2, 1),
    call(3, 1, 'fetch', { url: 'http://203.0.113.9/' }, 'fetch'),
    result(4, 1, {}, 'fetch'),
  )
  const sent = events.find(({ event }) => event.action === 'network_send')
  expect(sent?.detpack.flow?.object).toEqual({ id: [events[1]?.detpack.object?.id], class: ['credential'] })
})

test('a call that says more uses than are told says so', () => {
  const paths = Array.from({ length: 1100 }, (_, at) => `/f/${at}`)
  const { events, diagnostics } = imported(call(1, 1, 'read_multiple_files', { paths }), result(2, 1))
  expect(events.length).toBe(1 + 1024)
  expect(diagnostics.map(({ code, message }) => [code, message.split(': ').at(-1)])).toEqual([['event/mcp-cut', '76']])
})

test('neither the arguments nor the results of a call are in the events', () => {
  const secret = 'hunter2-hunter2'
  const { events } = imported(
    call(1, 1, 'write_file', { path: '/a', content: secret }),
    result(2, 1, { content: [{ type: 'text', text: secret }] }),
    call(3, 2, 'Bash', {
      command: `curl -H 'Authorization: Bearer ${secret}' --token ${secret} http://u:${secret}@h/`,
    }),
    result(4, 2),
  )
  expect(JSON.stringify(events)).not.toContain(secret)
  expect(events[1]?.detpack.use?.bytes).toBe(secret.length)
})

test('a line that is no JSON, and a call of which nothing says when it was, are told with their places', () => {
  const text = '{"jsonrpc":\n{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"Bash","arguments":{}}}\n'
  const { diagnostics, events, counts } = importText('mcp', text)
  expect(events).toEqual([])
  expect(counts.skipped).toBe(2)
  expect(diagnostics.map(({ code, span }) => [code, span?.source.position(span.start).line])).toEqual([
    ['event/mcp-json', 1],
    ['event/mcp-time', 2],
  ])
})
