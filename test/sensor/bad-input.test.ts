import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/event/field.ts'
import { valueAt } from './compare.ts'
import { cannotRun, SENSOR } from './live-run.ts'

/** Where the sensor cannot work, or no longer: what it says, how it ends, and that it loses nothing that it promised. */
const reason = cannotRun()
if (reason !== undefined) process.stderr.write(`\nSKIP: the sensor is not tried where it cannot work: ${reason}\n\n`)

const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
const SECONDS = 60

describe.skipIf(reason !== undefined)('the sensor', () => {
  let folder = ''
  let sensor = ''
  let idle: ChildProcess | undefined

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'detpack-bad-'))
    chmodSync(folder, 0o755)
    // Where others may not go, they may not run it either.
    sensor = path.join(folder, 'detpack-sensor')
    copyFileSync(SENSOR, sensor)
    chmodSync(sensor, 0o755)
    idle = spawn('sleep', ['600'], { stdio: 'ignore' })
  })

  afterAll(() => {
    idle?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  function tree(): string[] {
    return ['run', '--tree', String(idle?.pid)]
  }

  function ran(args: readonly string[], before: readonly string[] = []) {
    const line = [...before, sensor, ...args]
    const done = spawnSync(line[0] ?? '', line.slice(1), { encoding: 'utf8', timeout: SECONDS * 1000 })
    return { status: done.status, stderr: done.stderr, stdout: done.stdout }
  }

  /** In a mount namespace of its own, after commands that change what is there. */
  function elsewhere(commands: string, args: readonly string[]) {
    return ran(args, ['unshare', '--mount', 'sh', '-c', `${commands} && exec "$@"`, 'sh'])
  }

  test('says what it needs where it may not load, and ends with 1', () => {
    for (const args of [tree(), ['run', '--all'], ['check']]) {
      const { status, stderr, stdout } = ran(args, NOBODY)
      expect([args[0], status]).toEqual([args[0], 1])
      expect(stderr + stdout).toContain(
        'needs root, or the Linux capabilities CAP_BPF, CAP_PERFMON and CAP_SYS_RESOURCE',
      )
    }
  })

  test('does not blame the kernel where it is root of a user namespace only', () => {
    const { status, stderr } = ran(tree(), [...NOBODY, 'unshare', '--user', '--map-root-user'])
    expect(stderr).toBe(
      'detpack-sensor: root of a user namespace may load nothing: run it as root of the host, outside of containers with users of their own\n',
    )
    expect(status).toBe(1)
  })

  test('says which limit is too low when it may open too few files', () => {
    const { status, stderr } = ran(tree(), ['prlimit', '--nofile=20'])
    expect(stderr).toContain('too few open files are allowed here: raise the limit')
    expect(status).toBe(1)
  })

  test('needs no more than those Linux capabilities', async () => {
    const held = ['--inh-caps=+bpf,+perfmon', '--ambient-caps=+bpf,+perfmon']
    const child = spawn(NOBODY[0] ?? '', [...NOBODY.slice(1), ...held, sensor, ...tree()])
    try {
      const line = await firstLine(child)
      expect(line).toContain('"sensor"')
      child.kill('SIGTERM')
      expect(await ended(child)).toBe(0)
    } finally {
      child.kill('SIGKILL')
    }
  }, 90_000)

  test('says how to get BTF where there is none', () => {
    const { status, stderr } = elsewhere('mount -t tmpfs none /sys/kernel/btf', tree())
    expect(stderr).toBe(
      "detpack-sensor: the kernel has no BTF (/sys/kernel/btf/vmlinux): boot one built with CONFIG_DEBUG_INFO_BTF, as Debian's are\n",
    )
    expect(status).toBe(1)
  })

  test('says so where the kernel is locked down', (context) => {
    if (!existsSync('/sys/kernel/security')) {
      context.skip('no cgroup v2 is mounted')
      return
    }
    const commands = `mount -t tmpfs none /sys/kernel/security && echo 'none integrity [confidentiality]' >/sys/kernel/security/lockdown`
    const { status, stderr } = elsewhere(commands, tree())
    expect(stderr).toContain('locked down to confidentiality')
    expect(status).toBe(1)
  })

  test('does not begin with less memory than it can work with', () => {
    const { status, stderr } = ran(tree(), ['prlimit', '--as=40000000'])
    expect(stderr).toContain('less than 48 MiB of memory are allowed here: raise the limit')
    expect(status).toBe(1)
  })

  test('knows no other command, and takes no table that is none', () => {
    expect(ran(['dance'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is no command') as string,
    })
    const table = path.join(folder, 'table')
    writeFileSync(table, 'nonsense\n', { mode: 0o600 })
    const { status, stderr } = ran([...tree(), '--classes', table])
    expect(stderr).toContain('line 1 of the table of classes')
    expect(status).toBe(1)
  })

  test.each([
    [[], 'nothing to watch: give --all, --tree, --cgroup, --unit or --task'],
    [['--tree'], "option '--tree' requires an argument"],
    [['--tree', 'abc'], "--tree `abc' is no number of a process"],
    [['--tree', '-5'], "--tree `-5' is no number of a process"],
    [['--tree', ''], '--tree needs a value'],
    [['--unit', 'a b'], "--unit `a b' is no name of a unit"],
    [['--unit', 'a/b.service'], "--unit `a/b.service' is no name of a unit"],
    [['--cgroup', '/'], "--cgroup `/' is no path of a cgroup below"],
    [['--cgroup', 'a/../b'], "--cgroup `a/../b' is no path of a cgroup below"],
    [['--all', '--output', 'nowhere'], "--output does not take `nowhere'"],
    [['--all', '--output', 'file:'], "--output does not take `file:'"],
    [['--all', '--output', 'stdout', '--output', 'file:/x'], '--output is given twice'],
    [['--all', '--rotate-bytes', '100000'], '--rotate-bytes needs --output file:PATH'],
    [['--all', '--output', 'file:/x', '--rotate-keep', '3'], '--rotate-keep needs --rotate-bytes'],
    [['--all', '--ring-bytes', 'many'], "--ring-bytes does not take `many'"],
    [['--task'], '--task needs --tasks'],
    [['--all', '--control', '/x'], '--control needs --tasks'],
    [['--all', 'extra'], 'no argument is expected here: extra'],
    [['--all', '--dance'], "unrecognized option '--dance'"],
  ])('takes no command line that means nothing or two things: %j', (args, problem) => {
    const { status, stderr } = ran(['run', ...args])
    expect(stderr).toContain(`detpack-sensor: ${problem}`)
    expect(status).toBe(2)
  })

  test('says which process there is not', () => {
    const { status, stderr } = ran(['run', '--tree', '4000000'])
    expect([status, stderr]).toEqual([1, 'detpack-sensor: --tree 4000000: there is no such process\n'])
  })

  test('says what is not there yet, and watches it once it is', async (context) => {
    const root = execFileSync('findmnt', ['-n', '-t', 'cgroup2', '-o', 'TARGET'], { encoding: 'utf8' }).split('\n')[0]
    if (root === undefined || root === '') {
      context.skip('no cgroup v2 is mounted')
      return
    }
    const name = path.basename(folder)
    const made = path.join(root, name)
    const child = spawn(sensor, ['run', '--cgroup', made, '--unit', `${name}.service`, '--watermarks'])
    try {
      let said = ''
      let told = ''
      child.stderr.on('data', (some: Buffer) => (said += some.toString()))
      child.stdout.on('data', (some: Buffer) => (told += some.toString()))
      await until(() => told.includes('"watermark"'))
      const below = path.join(root, 'system.slice', `${name}.service`)
      expect(said).toBe(
        `detpack-sensor: --cgroup ${made}: there is no ${made} now; it is watched once it is made\n` +
          `detpack-sensor: --unit ${name}.service does not run now (there is no ${below}): it is watched from its start\n`,
      )
      mkdirSync(made)
      execFileSync('sh', ['-c', `echo $$ >${made}/cgroup.procs && exec cat /etc/hostname`])
      await until(() => told.includes('"/etc/hostname"'))
    } finally {
      child.kill('SIGTERM')
      await ended(child)
      if (existsSync(made)) rmdirSync(made)
    }
  }, 90_000)

  test('says which file it cannot write to', () => {
    const { status, stderr } = ran([...tree(), '--output', 'file:/nowhere/at/all'])
    expect(stderr).toContain('/nowhere/at/all cannot be written: No such file or directory')
    expect(status).toBe(1)
  })

  test('ends with 1 when its reader is gone, though nothing happens', async () => {
    const child = spawn(sensor, tree())
    try {
      let said = ''
      child.stderr.on('data', (some: Buffer) => (said += some.toString()))
      await firstLine(child)
      child.stdout.destroy()
      expect(await ended(child)).toBe(1)
      expect(said).toContain('the reader of standard output is gone')
    } finally {
      child.kill('SIGKILL')
    }
  }, 90_000)

  test('says that standard output is closed, and writes to nothing else', () => {
    const { status, stderr } = ran(tree(), ['sh', '-c', 'exec "$@" >&-', 'sh'])
    expect(stderr).toBe('detpack-sensor: standard output cannot be written: Bad file descriptor\n')
    expect(status).toBe(1)
  })

  test('says at its end what could not be written, and ends with 1', async () => {
    const child = spawn('sh', ['-c', 'exec "$@" >/dev/full', 'sh', sensor, ...tree()])
    try {
      let said = ''
      child.stderr.on('data', (some: Buffer) => (said += some.toString()))
      await until(() => said.includes('standard output cannot be written: No space left on device; events are kept'))
      child.kill('SIGTERM')
      expect(await ended(child)).toBe(1)
      expect(said).toMatch(/detpack-sensor: \d+ bytes of events could not be written any more/)
    } finally {
      child.kill('SIGKILL')
    }
  }, 90_000)

  test('keeps its events while a disk is full, and writes them when there is room', async () => {
    const disk = path.join(folder, 'disk')
    const filler = path.join(disk, 'filler')
    const output = path.join(disk, 'events')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', disk])
    const worker = spawn('sh', ['-c', 'while read -r line; do cat /etc/passwd /etc/hostname; done'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const child = spawn(sensor, ['run', '--tree', String(worker.pid), '--output', `file:${output}`])
    try {
      let said = ''
      child.stderr.on('data', (some: Buffer) => (said += some.toString()))
      await until(() => existsSync(output) && readFileSync(output).length > 0)
      writeFileSync(filler, 'x'.repeat(1_980_000))
      for (let i = 0; i < 10; i++) worker.stdin.write('\n')
      await until(() => said.includes(`${output} cannot be written: No space left on device; events are kept`))
      rmSync(filler)
      await until(() => said.includes('writing works again'))
      worker.stdin.end()
      await ended(worker)
      child.kill('SIGTERM')
      expect([await ended(child), said.includes('lost')]).toEqual([0, false])
      const events = readFileSync(output, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as JsonObject)
      expect(events.map((event) => valueAt(event, 'event.sequence'))).toEqual(events.map((_, at) => at + 1))
      const opened = events.filter(
        (event) => valueAt(event, 'file.path') === '/etc/passwd' && valueAt(event, 'event.action') === 'file_open',
      )
      expect(opened.length).toBe(10)
    } finally {
      child.kill('SIGKILL')
      worker.kill('SIGKILL')
      await ended(child)
      execFileSync('umount', [disk])
    }
  }, 120_000)
})

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  let over = false
  child.stdout?.on('data', (some: Buffer) => (text += some.toString()))
  child.on('close', () => (over = true))
  await until(() => over || text.includes('\n'))
  return text
}

async function ended(child: ChildProcess): Promise<number | null> {
  await until(() => child.exitCode !== null || child.signalCode !== null)
  return child.exitCode
}

async function until(met: () => boolean): Promise<void> {
  const limit = Date.now() + SECONDS * 1000
  while (!met()) {
    if (Date.now() > limit) throw new Error('this took too long')
    await sleep(20)
  }
}
