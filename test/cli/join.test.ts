import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const SEEN = 'test/recordings/tool-does-more.ndjson'
const run = /"run":"([0-9a-f]{32})","source"/.exec(readFileSync(SEEN, 'utf8'))?.[1] ?? ''

/** The calls of an agent, imported into a folder. */
function imported(folder: string): string {
  const calls = path.join(folder, 'calls.ndjson')
  const log = 'test/event/mcp/recordings/tool-does-more.log'
  const ended = detpack(['import', 'mcp', log, '--task', 'summarize-document', '--run', run, '-o', calls])
  expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('6 events')])
  return calls
}

describe('join', () => {
  it('says what the agent did beyond its calls, and eval tells of it', () => {
    const folder = temporaryFolder()
    const joined = path.join(folder, 'joined.ndjson')
    const { code, stderr } = detpack(['join', imported(folder), SEEN, '-o', joined])
    expect(stderr).toContain('2 seen, 0 unseen')
    expect(stderr).toContain('2 beyond all calls')
    expect(code).toBe(0)
    const told = detpack(['eval', '--rules', 'rules/detections/tool-calls', '--events', joined])
    expect(told.stdout).toContain('Tool did more than the agent called it for')
    expect(told.stdout).toContain('beyond the call of fetch')
  })

  it('leaves events of the sensor that no call is about as they are', () => {
    const folder = temporaryFolder()
    const calls = path.join(folder, 'none.ndjson')
    writeFileSync(calls, '')
    const { stdout } = detpack(['join', calls, 'test/recordings/tool-does-more.ndjson'])
    expect(stdout).toBe(readFileSync('test/recordings/tool-does-more.ndjson', 'utf8'))
  })

  it.each([
    ['the two in the wrong order', [SEEN, SEEN], 'no call of a tool'],
    ['a file that is not there', ['no/such.ndjson', SEEN], 'no/such.ndjson'],
    ['standard input twice', ['-', '-'], 'only one of the two'],
    ['a slack that is no duration', [SEEN, SEEN, '--slack', '1'], '--slack 1'],
  ])('refuses %s, and writes nothing', (_, args, said) => {
    const out = path.join(temporaryFolder(), 'joined.ndjson')
    const { code, stderr } = detpack(['join', ...args, '-o', out])
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
    expect(existsSync(out)).toBe(false)
  })
})

describe('import of the log of an agent', () => {
  it('refuses a file of tools with its mistake', () => {
    const tools = path.join(temporaryFolder(), 'tools.yml')
    writeFileSync(tools, 'version: 1\ntools:\n  - tool: x\n    uses: [{ capability: file_raed, path: p }]\n')
    const { code, stderr } = detpack(['import', 'mcp', '-', '--tools', tools])
    expect([code, stderr]).toEqual([2, expect.stringContaining(':4:')])
    expect(stderr).toContain('file_read')
  })

  it('warns of a tool that nobody declared', () => {
    const input = '{"time":"2026-01-01T00:00:00Z","tool":"frobnicate","id":"1"}\n'
    const { code, stdout, stderr } = detpack(['import', 'jsonl', '-'], { input })
    expect(stdout).toContain('"meaning":"unknown"')
    expect([code, stderr]).toEqual([0, expect.stringContaining('frobnicate')])
  })
})
