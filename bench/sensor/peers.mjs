// The same loop under other programs that watch system calls, where they are installed and work here.
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { ratios, spread } from '../measure.mjs'
import { Loop } from './loop.mjs'
import { row, section } from './row.mjs'
import { rest, RunningSensor } from './running.mjs'

const ROUNDS = 5
const OPENS = 20_000

/** Each puts a watcher on a loop that runs, or runs the loop itself, and gives what ends it. */
const PEERS = {
  'detpack-sensor': {
    missing: () => undefined,
    async begin(program, work) {
      const loop = new Loop(program)
      const sensor = await RunningSensor.start(loop.pid, path.join(work, 'events'))
      return { loop, stop: () => sensor.stop() }
    },
  },
  strace: {
    missing: () => lacks('strace', ['-V']),
    async begin(program, work) {
      const calls = 'open,openat,read,close'
      return { loop: new Loop(program, ['strace', '-f', '-e', `trace=${calls}`, '-o', path.join(work, 'strace')]) }
    },
  },
  bpftrace: {
    missing: () => lacks('bpftrace', ['-e', 'rawtracepoint:sys_exit { exit(); }']),
    async begin(program, work) {
      const loop = new Loop(program)
      // As much as it can say of each of the three calls, on a line each.
      const script = `rawtracepoint:sys_exit /pid == ${loop.pid}/ { printf("%d %s %d\\n", pid, comm, arg1); }`
      const child = spawn('bpftrace', ['-o', path.join(work, 'bpftrace'), '-e', script], { stdio: 'ignore' })
      await rest(4000)
      return { loop, stop: () => ended(child, 'SIGINT') }
    },
  },
  auditd: {
    missing: () => lacks('auditctl', ['-s']) ?? lacks('auditd', ['-v'], [0, 1, 2, 4, 5]),
    async begin(program) {
      const loop = new Loop(program)
      const rule = ['always,exit', '-F', 'arch=b64', '-S', 'open,openat,read,close', '-F', `pid=${loop.pid}`]
      auditctl('-b', '8192')
      auditctl('-e', '1')
      auditctl('-a', ...rule)
      return {
        loop,
        stop: () => {
          auditctl('-d', ...rule)
          auditctl('-e', '0')
        },
      }
    },
  },
}

export async function measurePeers(work, program) {
  const file = path.join(work, 'file')
  writeFileSync(file, 'x'.repeat(64))
  const reasons = new Map(Object.entries(PEERS).map(([name, { missing }]) => [name, missing()]))
  const here = Object.entries(PEERS).filter(([name]) => reasons.get(name) === undefined)
  const alone = []
  const under = new Map(here.map(([name]) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    const plain = new Loop(program)
    await plain.run(`open 2000 ${file}`)
    alone.push(await plain.run(`open ${OPENS} ${file}`))
    await plain.end()
    for (const [name, { begin }] of here) {
      const { loop, stop } = await begin(program, work)
      await loop.run(`open 2000 ${file}`)
      under.get(name).push(await loop.run(`open ${OPENS} ${file}`))
      await stop?.()
      await loop.end()
    }
  }
  section('open+read+close under a watcher, beside none')
  row('alone, ns', spread(alone, 0))
  for (const [name, reason] of reasons) {
    const figures = under.get(name)
    row(name, reason ?? `${spread(figures, 0)} ns, ratio ${spread(ratios(figures, alone), 1)}`)
  }
}

function lacks(program, args, codes = [0]) {
  const done = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 })
  if (done.error?.code === 'ENOENT') return `not installed (apt-get install ${program})`
  if (codes.includes(done.status)) return undefined
  return `does not work here: ${(done.stderr || done.stdout).trim().split('\n').at(-1)}`
}

function auditctl(...args) {
  const done = spawnSync('auditctl', args, { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`auditctl ${args.join(' ')}: ${done.stderr}`)
}

function ended(child, signal) {
  return new Promise((resolve) => {
    child.on('close', resolve)
    child.kill(signal)
  })
}
