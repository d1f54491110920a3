import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emitJsonSchema } from '../../src/event/json-schema.ts'
import type { JsonObject } from '../../src/event/field.ts'

/**
 * Who may say what a task is (event contract, section 9), tried on the running kernel: one sensor that watches tasks
 * alone, and launchers of every kind.
 */
const SENSOR = new URL('../../sensor/detpack-sensor', import.meta.url).pathname
const UNIFIED = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((each) => existsSync(`${each}/cgroup.procs`))
const NOBODY = '65534'
const DIGEST = 'ab'.repeat(32)

function cannotRun(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'no BTF (/sys/kernel/btf/vmlinux)'
  if (!existsSync(SENSOR)) return 'there is no sensor/detpack-sensor'
  return undefined
}

const reason = cannotRun()
if (reason !== undefined) process.stderr.write(`\nSKIP: labels of tasks are not tested live: ${reason}\n\n`)

describe.skipIf(reason !== undefined)('labels of tasks', { timeout: 120_000 }, () => {
  const unit = `detpack-test-${process.pid}.service`
  let folder = ''
  let socket = ''
  let output = ''
  let sensor: ChildProcess | undefined
  let complaints = ''

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'detpack-task-'))
    chmodSync(folder, 0o755)
    socket = path.join(folder, 'run', 'control.sock')
    output = path.join(folder, 'events')
    const tasks = path.join(folder, 'tasks')
    const rows = [
      ['detpack-tasks', '1'],
      ['task', 'summarize', DIGEST, '-'],
      ['task', 'read', DIGEST, '-'],
      ['task', 'mail', DIGEST, 'mail-agent'],
      ['task', 'serve', DIGEST, '-'],
      ['task', 'translate', DIGEST, '-'],
      ['parameter', 'translate', 'document', 'file', 'needed'],
      ['parameter', 'translate', 'folder', 'directory', 'optional'],
      ['parameter', 'translate', 'service', 'host', 'optional'],
      ['subtask', 'read', 'summarize'],
      ['launcher', 'mail', NOBODY],
      ...(UNIFIED === undefined ? [] : [['unit', unit, 'serve']]),
    ]
    writeFileSync(tasks, rows.map((row) => `${row.join('\t')}\n`).join(''), { mode: 0o644 })
    const args = ['run', '--task', '--tasks', tasks, '--control', socket, '--output', `file:${output}`]
    sensor = spawn(SENSOR, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    sensor.stderr?.on('data', (some: Buffer) => (complaints += some.toString()))
    for (let i = 0; i < 5000 && !complaints && !isReady(); i++) await sleep(20)
    expect(existsSync(socket), complaints).toBe(true)
    // Members of the group of launchers may connect; here everyone may, so that the sensor itself has to refuse.
    chmodSync(socket, 0o666)
  }, 120_000)

  afterAll(async () => {
    sensor?.kill('SIGTERM')
    for (let i = 0; i < 2000 && sensor?.exitCode === null; i++) await sleep(20)
    sensor?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  /** The first event is written once everything stands. */
  function isReady(): boolean {
    return existsSync(output) && readFileSync(output).length > 0
  }

  function launch(options: readonly string[], command: readonly string[], before: readonly string[] = []) {
    const line = [...before, SENSOR, 'launch', '--control', socket, ...options, '--', ...command]
    return spawnSync(line[0] ?? '', line.slice(1), { encoding: 'utf8', timeout: 60_000 })
  }

  function shell(script: string, cookie: string): readonly string[] {
    return ['sh', '-c', script, cookie]
  }

  function events(): readonly JsonObject[] {
    const text = readFileSync(output, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JsonObject]))
  }

  const at = (event: JsonObject, field: string): unknown =>
    field.split('.').reduce<unknown>((value, key) => (value as JsonObject | undefined)?.[key], event)
  const action = (event: JsonObject): unknown => at(event, 'event.action')

  /** All events of the run that the command with this cookie belongs to, once the run has ended. */
  async function runOf(cookie: string): Promise<readonly JsonObject[]> {
    for (let i = 0; i < 1000; i++) {
      const all = events()
      const first = all.find((each) => {
        const args = (at(each, 'process.args') ?? []) as readonly string[]
        return action(each) === 'process_exec' && args[0] !== SENSOR && args.includes(cookie)
      })
      const run = first === undefined ? undefined : at(first, 'detpack.task.run')
      const own = all.filter((each) => run !== undefined && at(each, 'detpack.task.run') === run)
      if (own.some((each) => action(each) === 'task_end')) return own
      await sleep(20)
    }
    throw new Error(`no whole run of ${cookie}: ${complaints}`)
  }

  test('a command runs as the user that is named, with no Linux capability, and gives its exit status', async () => {
    const said = launch(
      ['--task', 'summarize', '--agent', 'notes', '--user', 'nobody'],
      shell('id -u; grep -E "^(Cap|NoNewPrivs)" /proc/self/status; ls /proc/self/fd | wc -l; exit 7', 'cookie-user'),
    )
    expect(said.stderr).toBe('')
    expect(said.status).toBe(7)
    const lines = said.stdout.split('\n')
    expect(lines[0]).toBe(NOBODY)
    expect(lines.filter((line) => line.startsWith('Cap')).map((line) => /\t0+$/.test(line))).toEqual(
      Array(5).fill(true),
    )
    expect(lines).toContain('NoNewPrivs:\t1')
    // 0, 1, 2 and the folder itself
    expect(lines).toContain('4')

    const run = await runOf('cookie-user')
    const [begun] = run
    if (begun === undefined) throw new Error('no event')
    expect(action(begun)).toBe('task_start')
    expect(at(begun, 'detpack.task')).toMatchObject({ name: 'summarize', source: 'launcher', digest: DIGEST })
    expect(at(begun, 'user.id')).toBe('0')
    expect(at(begun, 'gen_ai.agent.name')).toBe('notes')
    expect(run.filter((each) => action(each) === 'task_start')).toHaveLength(1)
    const last = run.findLast((each) => action(each) === 'process_exit')
    const end = run.find((each) => action(each) === 'task_end')
    if (last === undefined || end === undefined) throw new Error('no end')
    expect(Number(at(end, 'event.sequence'))).toBeGreaterThan(Number(at(last, 'event.sequence')))
    // the process that was labelled is the one that became the command, and its parent asked
    const exec = run.find((each) => action(each) === 'process_exec')
    expect(at(exec ?? {}, 'process.entity_id')).toBe(at(begun, 'process.entity_id'))
    expect(at(exec ?? {}, 'process.parent.entity_id')).toBe(at(begun, 'detpack.task.launcher'))
  })

  test('children, sessions, other users and orphans keep the label', async () => {
    const said = launch(
      ['--task', 'summarize', '--allow-root'],
      shell('setsid sh -c "(sleep 0.2; cat /etc/hostname) & exit 0"; exec cat /etc/os-release', 'cookie-children'),
    )
    expect(said.status).toBe(0)
    const run = await runOf('cookie-children')
    const opened = run.filter((each) => action(each) === 'file_open').map((each) => at(each, 'file.path'))
    expect(opened).toEqual(expect.arrayContaining(['/etc/hostname', '/usr/lib/os-release']))
  })

  test('who is at the other end of a UNIX socket is told with its task, and without one where it has none', async () => {
    const [asked, unlabelled] = ['asked.sock', 'unlabelled.sock'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ]
    const program = (text: string, cookie: string): readonly string[] => [process.execPath, '-e', text, cookie]
    const connect = (to: string): string => `require('node:net').connect('${to}').end('x')`
    const serve = (at: string): string =>
      `require('node:net').createServer((one) => one.resume().on('end', () => process.exit())).listen('${at}')`
    const line = [SENSOR, 'launch', '--control', socket, '--task', 'read', '--allow-root', '--']
    const servers = [
      [...line, ...program(serve(asked), 'cookie-asked')],
      program(serve(unlabelled), 'cookie-unlabelled'),
    ].map(([first = '', ...rest]) => spawn(first, rest, { stdio: 'ignore' }))
    try {
      for (let i = 0; i < 1000 && !(existsSync(asked) && existsSync(unlabelled)); i++) await sleep(20)
      const said = launch(
        ['--task', 'summarize', '--allow-root'],
        program(`${connect(unlabelled)}; ${connect(asked)}`, 'cookie-asking'),
      )
      expect([said.status, said.stderr]).toEqual([0, ''])
      const connected = (await runOf('cookie-asking')).filter((each) => action(each) === 'network_connect')
      const taskAt = (address: string): unknown[] =>
        connected
          .filter((each) => at(each, 'destination.address') === address)
          .map((each) => [at(each, 'detpack.peer.pid') !== undefined, at(each, 'detpack.peer.task.id')])
      expect(taskAt(asked)).toEqual([[true, 'read']])
      expect(taskAt(unlabelled)).toEqual([[true, undefined]])
    } finally {
      for (const server of servers) server.kill()
    }
  })

  test('a process with a task may start a subtask, and nothing else', async () => {
    const inner = (task: string, cookie: string): string =>
      `${SENSOR} launch --control ${socket} --task ${task} --allow-root -- sh -c true ${cookie}`
    const script = `${inner('read', 'cookie-part')} || exit 1; ${inner('summarize', 'x')} && exit 2; ${inner('mail', 'x')} && exit 3; exit 0`
    const said = launch(['--task', 'summarize', '--allow-root'], shell(script, 'cookie-whole'))
    expect(said.status).toBe(0)
    expect(said.stderr.match(/the launcher has a task itself, of which this is no subtask/g)).toHaveLength(2)
    const whole = await runOf('cookie-whole')
    const part = await runOf('cookie-part')
    expect(new Set(whole.map((each) => at(each, 'detpack.task.name')))).toEqual(new Set(['summarize']))
    expect(new Set(part.map((each) => at(each, 'detpack.task.name')))).toEqual(new Set(['read']))
    // what is a part of it does not become the whole again
    const script2 = inner('summarize', 'x')
    const back = launch(
      ['--task', 'summarize', '--allow-root'],
      shell(`${SENSOR} launch --control ${socket} --task read --allow-root -- ${script2}`, 'cookie-back'),
    )
    expect(back.status).toBe(125)
    expect(back.stderr).toContain('the launcher has a task itself, of which this is no subtask')
  })

  test('root of a user namespace keeps the task that it had outside, and gets no other', async (context) => {
    const unshare = ['unshare', '--user', '--map-root-user']
    if (
      spawnSync('setpriv', ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups', ...unshare, 'true']).status !== 0
    ) {
      process.stderr.write('SKIP: user namespaces are not allowed here\n')
      context.skip()
    }
    const ask = (task: string): string => `${SENSOR} launch --control ${socket} --task ${task} --allow-root -- id -u`
    const inside = `id -u; ${ask('mail')}; echo $?; ${ask('summarize')}; echo $?; cat /etc/hostname >/dev/null`
    const script = `${unshare.join(' ')} sh -c '${inside}'`
    const said = launch(['--task', 'summarize', '--user', 'nobody'], shell(script, 'cookie-inside'))
    expect(said.stdout).toBe('0\n125\n125\n')
    const run = await runOf('cookie-inside')
    expect(run.map((each) => at(each, 'file.path'))).toContain('/etc/hostname')
  })

  test('events say which objects and destinations the parameters of their run are bound to', async () => {
    const below = path.join(folder, 'bound')
    mkdirSync(path.join(below, 'notes'), { recursive: true })
    for (const name of ['report.txt', 'letter.txt', 'notes/a.txt']) writeFileSync(path.join(below, name), 'text')
    symlinkSync('report.txt', path.join(below, 'link'))
    const script = [
      'cat report.txt letter.txt notes/a.txt link',
      'mv report.txt moved.txt; cat moved.txt',
      'mv letter.txt report.txt; cat report.txt',
      'echo x >/dev/udp/127.0.0.1/4711; echo x >/dev/udp/127.0.0.1/4712',
    ].join('; ')
    const bind = ['document=link', 'folder=notes/', 'service=127.0.0.1:4711'].flatMap((each) => ['--bind', each])
    const line = ['launch', '--control', socket, '--task', 'translate', ...bind, '--allow-root', '--', 'bash', '-c']
    const said = spawnSync(SENSOR, [...line, script, 'cookie-bound'], { cwd: below, encoding: 'utf8' })
    expect(said.stderr).toBe('')
    const run = await runOf('cookie-bound')
    const reads = run.filter((each) => action(each) === 'file_read' && String(at(each, 'file.path')).startsWith(below))
    expect(
      reads.map((each) => [path.relative(below, String(at(each, 'file.path'))), at(each, 'detpack.object.binding')]),
    ).toEqual(
      expect.arrayContaining([
        ['report.txt', ['document']],
        ['letter.txt', undefined],
        ['notes/a.txt', ['folder']],
        // under another name it is the document still, and what comes to its path is not
        ['moved.txt', ['document']],
        ['report.txt', undefined],
      ]),
    )
    const sends = run.filter((each) => action(each) === 'network_send')
    expect(sends.map((each) => [at(each, 'destination.port'), at(each, 'detpack.destination.binding')])).toEqual(
      expect.arrayContaining([
        [4711, ['service']],
        [4712, undefined],
      ]),
    )
    const started = run.find((each) => action(each) === 'task_start') ?? {}
    expect(at(started, 'detpack.task.binding')).toEqual([
      `document=${path.join(below, 'report.txt')}`,
      `folder=${path.join(below, 'notes')}`,
      'service=127.0.0.1:4711',
    ])
  })

  test.each([
    ['an unknown parameter', ['dokument=/etc/hostname'], 'the task has no parameter dokument'],
    ['a missing parameter', ['service=127.0.0.1'], 'the task needs its parameter document'],
    ['a path that is not there', ['document=/no/such/file'], 'there is no such file: /no/such/file'],
    ['a folder for a file', ['document=/etc'], 'this is no file: /etc'],
    ['a name for an address', ['document=/etc/hostname', 'service=localhost'], 'this is no address: localhost'],
    ['a value that is too long', [`document=/${'a'.repeat(2000)}`], 'the value is longer than 1024 bytes'],
    ['too many', Array.from({ length: 9 }, () => 'document=/etc/hostname'), 'at most 8 bindings'],
  ])('nothing is started with %s', (_, bind, why) => {
    const marker = path.join(folder, 'unbound')
    const options = ['--task', 'translate', '--allow-root', ...bind.flatMap((each) => ['--bind', each])]
    const said = launch(options, ['touch', marker])
    expect([said.status, existsSync(marker)]).toEqual([125, false])
    expect(said.stderr).toContain('nothing was started')
    expect(said.stderr).toContain(why)
  })

  test('users start the tasks that name them, and no others', () => {
    const nobody = ['setpriv', '--reuid', NOBODY, '--regid', NOBODY, '--clear-groups']
    expect(launch(['--task', 'mail'], ['id', '-u'], nobody)).toMatchObject({ status: 0, stdout: `${NOBODY}\n` })
    const refused = launch(['--task', 'summarize'], ['id', '-u'], nobody)
    expect(refused).toMatchObject({ status: 125, stdout: '' })
    expect(refused.stderr).toContain('this user may not start this task')
    const agent = launch(['--task', 'mail', '--agent', 'other'], ['id', '-u'], nobody)
    expect(agent).toMatchObject({ status: 125, stdout: '' })
    expect(agent.stderr).toContain('the task is declared for another agent')
    const other = ['setpriv', '--reuid', '1234', '--regid', '1234', '--clear-groups']
    expect(launch(['--task', 'mail'], ['id', '-u'], other).stderr).toContain('this user may not start this task')
    const asRoot = launch(['--task', 'mail', '--user', 'root', '--allow-root'], ['id', '-u'], nobody)
    expect(asRoot.stderr).toContain('only root may start a command as another user')
  })

  test('root of a user namespace is who it was outside', (context) => {
    const inside = [
      'setpriv',
      '--reuid',
      '1234',
      '--regid',
      '1234',
      '--clear-groups',
      'unshare',
      '--user',
      '--map-root-user',
    ]
    if (spawnSync(inside[0] ?? '', [...inside.slice(1), 'true']).status !== 0) {
      process.stderr.write('SKIP: user namespaces are not allowed here\n')
      context.skip()
    }
    const said = launch(['--task', 'summarize', '--allow-root'], ['id', '-u'], inside)
    expect(said).toMatchObject({ status: 125, stdout: '' })
    expect(said.stderr).toMatch(/may not start this task|is not root/)
  })

  test('without an answer nothing is started', () => {
    const marker = path.join(folder, 'marker')
    const command = ['touch', marker]
    const nowhere = [SENSOR, 'launch', '--control', path.join(folder, 'none'), '--task', 'summarize', '--allow-root']
    const said = spawnSync(nowhere[0] ?? '', [...nowhere.slice(1), '--', ...command], { encoding: 'utf8' })
    expect(said.status).toBe(125)
    expect(said.stderr).toContain('no sensor listens here')
    const unknown = launch(['--task', 'other', '--allow-root'], command)
    expect(unknown.status).toBe(125)
    expect(unknown.stderr).toContain('no such task is declared')
    const root = launch(['--task', 'summarize'], command)
    expect(root.status).toBe(125)
    expect(root.stderr).toContain('--allow-root')
    expect(existsSync(marker)).toBe(false)
  })

  test('a command that is not there, and signals, have the status that shells give', async () => {
    expect(launch(['--task', 'summarize', '--allow-root'], ['/no/such/program']).status).toBe(127)
    expect(launch(['--task', 'summarize', '--allow-root'], ['/etc/passwd']).status).toBe(126)
    expect(launch(['--task', 'summarize', '--allow-root'], shell('kill -KILL $$', 'x')).status).toBe(137)
    const args = ['launch', '--control', socket, '--task', 'summarize', '--allow-root', '--']
    const waiting = spawn(SENSOR, [...args, 'sh', '-c', 'echo begun; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = new Promise<number | null>((resolve) => waiting.on('close', resolve))
    await new Promise((resolve) => waiting.stdout.once('data', resolve))
    waiting.kill('SIGTERM')
    expect(await ended).toBe(143)
  })

  test('what a unit starts has its task, each start a run of its own', async (context) => {
    if (UNIFIED === undefined) {
      process.stderr.write('SKIP: the unified hierarchy of cgroups is not mounted\n')
      context.skip()
      return
    }
    const slice = path.join(UNIFIED, 'system.slice')
    const wasThere = existsSync(slice)
    const runs: unknown[] = []
    mkdirSync(slice, { recursive: true })
    try {
      for (const cookie of ['cookie-unit-1', 'cookie-unit-2']) {
        const cgroup = path.join(slice, unit)
        mkdirSync(cgroup)
        execFileSync(
          'sh',
          ['-c', `echo $$ > ${cgroup}/cgroup.procs; exec sh -c 'cat /etc/hostname >&2; exit 0' ${cookie}`],
          {
            stdio: 'ignore',
          },
        )
        const run = await runOf(cookie)
        expect(at(run[0] ?? {}, 'detpack.task.source')).toBe('unit')
        expect(run.map((each) => at(each, 'file.path'))).toContain('/etc/hostname')
        expect(at(run.find((each) => action(each) === 'process_exec') ?? {}, 'service.name')).toBe(unit)
        runs.push(at(run[0] ?? {}, 'detpack.task.run'))
        rmdirSync(cgroup)
      }
    } finally {
      if (!wasThere) rmdirSync(slice)
    }
    expect(new Set(runs).size).toBe(2)
  })

  test('every event keeps the schema, and no other process is among them', () => {
    const ajv = new Ajv2020()
    formats.default(ajv)
    const isEvent = ajv.compile(emitJsonSchema())
    const all = events()
    expect(all.length).toBeGreaterThan(100)
    for (const each of all) {
      expect([isEvent(each), isEvent.errors]).toEqual([true, null])
      const own = String(action(each)).startsWith('sensor_')
      expect([action(each), own || typeof at(each, 'detpack.task.run') === 'string']).toEqual([action(each), true])
    }
  })
})
