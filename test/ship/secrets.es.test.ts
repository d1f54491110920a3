import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { emitIndexTemplate } from '../../src/event/index-template.ts'
import { API_KEY, expectNone } from '../cli/planted.ts'
import { running } from '../cli/running.ts'
import { ElasticsearchClient } from '../elasticsearch/client.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'

const url = inject('elasticsearch')
const SECRET = 'planted-argument-4711'
const COMMAND = `deploy --token ${SECRET} API_KEY=${SECRET} --password=${SECRET} https://u:${SECRET}@host/`

/** What starts a program with secrets among its arguments, as each source logs it. */
const LOGS: Readonly<Record<string, string>> = {
  falco: JSON.stringify({
    ...{ rule: 'r', time: '2026-01-01T00:00:00Z', output: COMMAND },
    output_fields: { 'evt.type': 'execve', 'proc.pid': 7, 'proc.exepath': '/usr/bin/deploy', 'proc.cmdline': COMMAND },
  }),
  tetragon: JSON.stringify({
    process_exec: {
      process: { exec_id: 'a', pid: 7, binary: '/usr/bin/deploy', arguments: COMMAND.slice('deploy '.length) },
    },
    time: '2026-01-01T00:00:00Z',
  }),
  sysmon: `<Event><System><EventID>1</EventID></System><EventData>${[
    ['UtcTime', '2026-01-01 00:00:00.001'],
    ['ProcessId', '7'],
    ['Image', '/usr/bin/deploy'],
    ['CommandLine', COMMAND],
  ]
    .map(([name, value]) => `<Data Name="${name ?? ''}">${value ?? ''}</Data>`)
    .join('')}</EventData></Event>`,
  auditd: [
    'type=SYSCALL msg=audit(1767225600.001:7): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=1 a2=1 a3=1 items=1 ppid=1 pid=7 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="deploy" exe="/usr/bin/deploy" key=(null)',
    `type=EXECVE msg=audit(1767225600.001:7): argc=${COMMAND.split(' ').length} ${COMMAND.split(' ')
      .map((one, at) => `a${at}="${one}"`)
      .join(' ')}`,
    'type=PATH msg=audit(1767225600.001:7): item=0 name="/usr/bin/deploy" inode=7 dev=08:01 mode=0100755 nametype=NORMAL',
    'type=EOE msg=audit(1767225600.001:7):',
  ].join('\n'),
}

const RULE = `title: Program started
name: program-started
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0002
status: test
level: high
logsource: {product: linux, service: detpack}
detection: {selection: {event.action: process_exec}, condition: selection}
`

function contents(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ name }) => readFileSync(path.join(folder, name), 'latin1'))
    .join('\n')
}

describe.skipIf(url === '')('secrets among arguments, and of the shipper', () => {
  it.each(Object.entries(LOGS))('of %s stand in no event, spool, dead letter, log or alert', async (format, log) => {
    expect(log).toContain(SECRET)
    const secrets = [SECRET, ...API_KEY.secrets]
    const client = new ElasticsearchClient(url)
    const stream = `logs-detpack.use-${randomBytes(6).toString('hex')}`
    const template = { ...emitIndexTemplate(), index_patterns: [`${stream}*`], priority: 400 }
    await client.request('PUT', `/_index_template/${stream}`, template)
    const cwd = temporaryFolder({ log, 'rule.yml': RULE })
    const run = (...args: readonly string[]) => running(args, { cwd, env: API_KEY.env }).ended
    const said = [await run('import', format, 'log', '-o', 'events.ndjson')]
    const events = readFileSync(path.join(cwd, 'events.ndjson'), 'utf8')
    // Once more, as one that the mapping refuses.
    const refused = JSON.parse(events.split('\n')[0] ?? '') as { event: { id: string } }
    const dead = { ...refused, event: { ...refused.event, id: 'refused' }, source: { ip: 'no address' } }
    writeFileSync(path.join(cwd, 'events.ndjson'), `${events}${JSON.stringify(dead)}\n`)
    const ship = (to: string) =>
      run(
        ...['ship', '-t', 'elastic', '--elasticsearch', to, '--data-stream', stream, '--spool', 'spool'],
        ...['--retry', '1ms', '--metrics', 'file:metrics', '--all', '--once', 'events.ndjson'],
      )
    said.push(await ship('http://127.0.0.1:9'))
    const spooled = contents(path.join(cwd, 'spool'))
    said.push(await ship(url))
    said.push(await run('eval', '--rules', 'rule.yml', '--events', 'events.ndjson'))
    await client.request('POST', `/${stream}/_refresh`)
    const found = JSON.stringify(await client.request('GET', `/${stream}/_search?size=100`))
    const letters = contents(path.join(cwd, 'spool'))
    // Each is there: what is looked through is not empty.
    expect(said.map((one) => one.code)).toEqual([0, 3, 1, 0])
    for (const each of [spooled, found, letters, said[3]?.stdout]) expect(each).toContain('/usr/bin/deploy')
    expect(letters).toContain('no address')
    const outputs = said.map(({ stdout, stderr }) => stdout + stderr)
    expectNone([...outputs, events, spooled, found, letters, contents(cwd).replace(log, '')].join('\n'), secrets)
  })
})
