import { describe, expect, test } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { decodeTools } from '../../../src/event/tool/tool-file.ts'
import { ToolTable } from '../../../src/event/tool/tool-table.ts'
import { importText } from '../importing.ts'

function tableOf(text: string): ToolTable {
  const { file, diagnostics } = decodeTools(new Source('tools.yml', text))
  if (!file) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  return new ToolTable([file])
}

const FORM = `
version: 1
home: /home/agent
log:
  fields: { time: at, tool: step.name, arguments: step.input, outcome: state, agent: who, pid: proc, run: trace.run }
  only: { kind: [tool, mcp] }
  succeeded: [done]
tools:
  - tool: open_note
    uses: [{ capability: file_read, path: note.file }]
`

function imported(...lines: readonly object[]) {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  return importText('jsonl', text, { tools: tableOf(FORM) })
}

describe('with a file that says where a log has what', () => {
  const line = { kind: 'tool', at: 1767225600.25, step: { name: 'open_note', input: '{"note":{"file":"~/.netrc"}}' } }

  test('a line is a call', () => {
    const { events } = imported({ ...line, state: 'done', who: 'notes-agent', proc: 812, trace: { run: 'r-1' } })
    expect(events[1]).toMatchObject({
      '@timestamp': '2026-01-01T00:00:00.250000Z',
      event: { action: 'file_read', outcome: 'success', provider: 'jsonl' },
      file: { path: '/home/agent/.netrc' },
      process: { pid: 812 },
      gen_ai: { agent: { name: 'notes-agent' }, tool: { name: 'open_note' } },
      detpack: { object: { class: 'credential' }, tool: { run: 'r-1' } },
    })
  })

  test('an outcome that does not mean success is a failure, and none is unknown', () => {
    const { events } = imported({ ...line, state: 'gone' }, line)
    expect(events.flatMap(({ event }) => (event.action === 'tool_call' ? [event.outcome] : []))).toEqual([
      'failure',
      'unknown',
    ])
  })

  test('other lines are counted', () => {
    const { counts, diagnostics } = imported({ kind: 'chat' }, { ...line, kind: 'mcp' })
    expect([...counts.ignored]).toEqual([['line of no call', 1]])
    expect(diagnostics).toEqual([])
  })

  test('a call without a tool, or without a time, is told with its place', () => {
    const { diagnostics } = imported({ kind: 'tool', at: 1 }, { kind: 'tool', step: { name: 'x' } })
    expect(diagnostics.map(({ code, span }) => [code, span?.source.position(span.start).line])).toEqual([
      ['event/jsonl-tool', 1],
      ['event/jsonl-time', 2],
    ])
  })
})
