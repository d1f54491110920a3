import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import path from 'node:path'
import { spawn } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const RULE = `title: Key read
name: key-read
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0001
logsource: {category: test}
detection:
  selection: {a|re: '(a+)+$'}
  condition: selection
`

describe('a rule file that is bad', () => {
  it.each([
    ['binary', '\u0000\u0001\ufffd{{', '"severity": "error"'],
    ['cut off', 'title: [', 'yaml/syntax'],
    ['nested too deep', `title: ${'['.repeat(5000)}`, 'yaml/too-deep'],
    [
      'an alias bomb',
      ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...'bcdef'.split('').map((name, i) => bomb(name, 'abcdef'[i] ?? 'a'))].join('\n'),
      'yaml/too-large',
    ],
    ['naming a rule that is not there', correlation('a', ['nowhere']), 'sigma/unknown-rule'],
    ['a circle', `${correlation('a', ['b'])}---\n${correlation('b', ['a'])}`, 'sigma/cycle'],
    ['looking around', RULE.replace('(a+)+$', '(?=x)y'), 'sigma/regex'],
  ])('%s is told, not a crash', (_what, text, code) => {
    const { code: exit, stdout } = detpack(['check', '--format', 'json', temporaryFolder({ 'a.yml': text })])
    expect(stdout).toContain(code)
    expect(exit).toBe(1)
  })

  it('that cannot be read at all could not be run', () => {
    const folder = temporaryFolder()
    symlinkSync(path.join(folder, 'gone'), path.join(folder, 'a.yml'))
    expect(detpack(['check', folder])).toMatchObject({ code: 2 })
  })
})

describe('events that are bad', () => {
  function evaluate(events: string): ReturnType<typeof detpack> {
    const folder = temporaryFolder({ 'a.yml': RULE, 'e.ndjson': events })
    const file = path.join(folder, 'e.ndjson')
    return detpack(['eval', '--rules', folder, '--events', file, '--mapping', 'none', '--format', 'ndjson'])
  }

  it.each([
    ['a huge line', `{"a":"${'x'.repeat(3_000_000)}"}`, 'event/line-too-long'],
    ['deep nesting', `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`, 'event/too-deep'],
    ['a list', '[1]', 'event/not-an-object'],
    ['half a line', '{"a":', 'event/broken-json'],
  ])('%s is skipped and told, and the rest is evaluated', (_what, line, code) => {
    const { code: exit, stdout, stderr } = evaluate(`${line}\n{"@timestamp":"2026-01-01T00:00:00Z","a":"aa"}\n`)
    expect(stderr).toContain(code)
    expect(stdout).toContain('"events":[2]')
    expect(exit).toBe(1)
  })

  it('with names of the language itself are events like others', () => {
    const { code, stdout } = evaluate('{"__proto__":{"a":"aa"},"constructor":"aa","a":null}\n')
    expect(stdout).toBe('')
    expect(code).toBe(0)
  })

  it('cannot make a regular expression slow', () => {
    const { code, stdout } = evaluate(`{"@timestamp":"2026-01-01T00:00:00Z","a":"${'a'.repeat(200_000)}b"}\n`)
    expect(stdout).toBe('')
    expect(code).toBe(0)
  })

  it('cannot be a folder', () => {
    const folder = temporaryFolder({ 'a.yml': RULE })
    expect(detpack(['eval', '--rules', folder, '--events', folder])).toMatchObject({ code: 2 })
  })
})

describe('a local store that is bad', () => {
  it.each([
    ['no store', (file: string) => writeFileSync(file, 'this is a text and no database at all\n')],
    ['a folder', (file: string) => mkdirSync(file)],
  ])('%s is refused and left as it is', (_what, make) => {
    const cwd = temporaryFolder({ 'detpack.yml': 'mapping: none\n', 'rules/detections/a.yml': RULE })
    const store = path.join(cwd, 'x.db')
    make(store)
    const { code, stderr } = detpack(['deploy', '-t', 'local', '--store', store], { cwd })
    expect(stderr).toContain('x.db')
    expect(stderr).toContain('nothing was changed')
    expect(code).toBe(3)
  })
})

describe('an Elastic that refuses', () => {
  it.each([
    [401, '{"statusCode":401,"error":"Unauthorized","message":"no"}', 'target/unauthorized'],
    [403, '{"statusCode":403,"error":"Forbidden","message":"no"}', 'target/forbidden'],
    [200, '<html>a proxy', 'target/unexpected-reply'],
  ])('with %i ends with 3 and changes nothing', async (status, body, code) => {
    const url = await answering(status, body)
    const cwd = temporaryFolder({ 'detpack.yml': 'mapping: none\n', 'rules/detections/a.yml': RULE })
    const { code: exit, stderr } = await running(['deploy', '-t', 'elastic', '--kibana', url], cwd)
    expect(stderr).toContain(code)
    expect(stderr).toContain('nothing was changed')
    expect(exit).toBe(3)
  })
})

function correlation(name: string, rules: readonly string[]): string {
  const list = rules.join(', ')
  return `title: ${name}\nname: ${name}\ncorrelation: {type: temporal, rules: [${list}], group-by: [x], timespan: 1m}\n`
}

function bomb(name: string, of: string): string {
  return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${of}`).join(',')}]`
}

/** A server on this machine that gives everybody the same answer, until the test ends. */
function answering(status: number, body: string): Promise<string> {
  return new Promise((resolve) => {
    const server: Server = createServer((_request, response) => response.writeHead(status).end(body))
    onTestFinished(() => void server.close())
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)
    })
  })
}

/** Runs beside this process, so that the server here can answer. */
function running(args: readonly string[], cwd: string): Promise<{ code: number | null; stderr: string }> {
  const program = path.resolve(import.meta.dirname, '../../bin/detpack')
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })))
}
