// What the sensor costs those it watches and those it does not, beside no sensor, in turn within one run. Needs root,
// BTF and a built sensor (make -C sensor all detpack-sensor); says so and ends where one is missing.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { median, spread } from './measure.mjs'

const root = path.resolve(import.meta.dirname, '..')
const sensor = path.join(root, 'sensor/detpack-sensor')
const ROUNDS = 7
const OPENS = 60_000
const CALLS = 2_000_000

export async function measureSensor() {
  const lacking = missing()
  if (lacking !== undefined) {
    process.stdout.write(`\nSKIP: the sensor is not measured: ${lacking}\n`)
    return
  }
  const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-bench-'))
  try {
    await measureIn(work)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function missing() {
  if (process.getuid?.() !== 0) return 'not root'
  for (const [file, what] of [
    ['/sys/kernel/btf/vmlinux', 'no BTF'],
    [sensor, 'sensor/detpack-sensor is not built'],
  ]) {
    try {
      accessSync(file)
    } catch {
      return what
    }
  }
  return undefined
}

async function measureIn(work) {
  const loop = path.join(work, 'loop')
  const built = spawnSync('gcc', ['-O2', '-o', loop, path.join(root, 'sensor/test/bench/loop.c')], { encoding: 'utf8' })
  if (built.status !== 0) throw new Error(built.stderr)
  const file = path.join(work, 'file')
  writeFileSync(file, 'x'.repeat(64))
  const figures = { alone: [], watched: [], call: [], callBeside: [], rate: [], size: [], lost: [], rss: [], idle: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const one = new Loop(loop)
    const other = new Loop(loop)
    await one.run(`open 2000 ${file}`)
    figures.alone.push(await one.run(`open ${OPENS} ${file}`))
    figures.call.push(await other.run(`call ${CALLS}`))
    const out = path.join(work, 'events')
    const watching = await startSensor(one.pid, out)
    figures.rss.push(residentMiB(watching.pid))
    figures.watched.push(await one.run(`open ${OPENS} ${file}`))
    figures.callBeside.push(await other.run(`call ${CALLS}`))
    await rest(300)
    const before = cpuSeconds(watching.pid)
    await rest(2000)
    figures.idle.push(((cpuSeconds(watching.pid) - before) / 2) * 100)
    watching.kill('SIGTERM')
    await new Promise((resolve) => watching.on('close', resolve))
    const text = readFileSync(out, 'utf8').split('\n').slice(0, -1)
    figures.size.push(statSync(out).size / text.length)
    figures.lost.push(lostIn(text))
    one.end()
    other.end()
  }
  const ratios = figures.watched.map((time, i) => time / figures.alone[i])
  process.stdout.write('\nthe sensor, beside no sensor\n')
  row('open+read+close alone, ns', spread(figures.alone, 0))
  row('open+read+close watched, ns', spread(figures.watched, 0))
  row('ratio (aim: at most 3.0)', spread(ratios))
  row('call of an unwatched process alone, ns', spread(figures.call, 1))
  row('call of an unwatched process beside the sensor, ns', spread(figures.callBeside, 1))
  row('more, ns (aim: at most 150)', (median(figures.callBeside) - median(figures.call)).toFixed(1))
  row('bytes an event (aim: at most 1000)', spread(figures.size, 0))
  row('uses lost of those, all rounds', String(figures.lost.reduce((sum, one) => sum + one, 0)))
  row('resident after loading, MiB (aim: at most 24)', spread(figures.rss, 1))
  row('idle, % of a core (aim: at most 0.2)', spread(figures.idle))
}

class Loop {
  #child
  #waiting = []

  constructor(program) {
    this.#child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] })
    let text = ''
    this.#child.stdout.on('data', (piece) => {
      text += piece
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
        this.#waiting.shift()(Number(text.slice(0, end)))
        text = text.slice(end + 1)
      }
    })
  }

  get pid() {
    return this.#child.pid
  }

  run(line) {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#child.stdin.write(`${line}\n`)
    })
  }

  end() {
    this.#child.stdin.end()
  }
}

async function startSensor(pid, out) {
  rmSync(out, { force: true })
  const child = spawn(sensor, ['run', '--tree', String(pid), '--output', `file:${out}`], { stdio: 'inherit' })
  for (let i = 0; i < 300; i++) {
    await rest(100)
    try {
      if (statSync(out).size > 0) return child
    } catch {
      // not there yet
    }
  }
  child.kill('SIGKILL')
  throw new Error('the sensor did not start')
}

function lostIn(lines) {
  return lines.reduce((sum, line) => sum + Number(/"lost":(\d+)/.exec(line)?.[1] ?? 0), 0)
}

function residentMiB(pid) {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib ?? 0) / 1024
}

/** User and system time, in ticks of 10 ms. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function rest(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function row(name, figure) {
  process.stdout.write(`  ${name.padEnd(56)}${figure}\n`)
}

if (process.argv[1] === import.meta.filename) await measureSensor()
