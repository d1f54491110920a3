// How many events a second come through without a loss, to a file and to the rules, and how soon an alert is there.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { median, spread } from '../measure.mjs'
import { Loop } from './loop.mjs'
import { row, section } from './row.mjs'
import { eventsIn, rest, RunningSensor, SENSOR } from './running.mjs'

const root = path.resolve(import.meta.dirname, '../..')
const SECONDS = 3
const TO_FILE = [100_000, 150_000, 200_000]
const TO_RULES = [40_000, 60_000, 80_000]
const ROUNDS = 5
const ALERTS = 20

const RULES = `title: Read
name: bench_read
id: 0c7f4d5e-6f0e-4f0a-9a56-6f1a8d0e1001
logsource: {product: linux, service: detpack}
detection: {selection: {event.action: file_read, detpack.object.class: credential}, condition: selection}
---
title: Sent
name: bench_send
id: 0c7f4d5e-6f0e-4f0a-9a56-6f1a8d0e1002
logsource: {product: linux, service: detpack}
detection: {selection: {event.action: network_send}, condition: selection}
---
title: Read, then sent by who holds it
name: bench-read-then-send
id: 0c7f4d5e-6f0e-4f0a-9a56-6f1a8d0e1003
correlation:
  type: temporal_ordered
  rules: [bench_read, bench_send]
  aliases: {object: {bench_read: detpack.object.id, bench_send: detpack.flow.object.id}}
  group-by: [object]
  timespan: 10s
level: high
`

export async function measureStream(work, program) {
  const file = path.join(work, 'file')
  writeFileSync(file, 'x'.repeat(64))
  section(`sensor to NDJSON in a file, ${SECONDS} s at a steady pace (aim: 150,000 a second without loss)`)
  await paces(TO_FILE, async (each) => {
    const loop = new Loop(program)
    const sensor = await RunningSensor.start(loop.pid, path.join(work, 'events'))
    const came = await loop.run(`rate ${each} ${SECONDS * 1000} ${file}`)
    await rest(500)
    await sensor.stop()
    const { lost, lines, bytes } = await eventsIn(sensor.out)
    await loop.end()
    return { came, lost, note: `${(bytes / lines).toFixed(0)} bytes an event` }
  })
  section(`sensor to detpack watch with all rules, ${SECONDS} s at a steady pace (aim: 60,000 a second without loss)`)
  await paces(TO_RULES, async (each) => {
    const loop = new Loop(program)
    const watch = await Watch.start(loop.pid, [])
    const came = await loop.run(`rate ${each} ${SECONDS * 1000} ${file}`)
    const said = await watch.end()
    await loop.end()
    const lost = Number(/(\d[\d,]*) uses? lost/.exec(said)?.[1].replaceAll(',', '') ?? 0)
    return { came, lost, note: `${/(\S+) events?,/.exec(said)?.[1] ?? 'no'} events` }
  })
  await latency(work, program)
}

async function paces(wanted, once) {
  const figures = wanted.map(() => ({ came: [], lost: [], note: '' }))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, each] of wanted.entries()) {
      const { came, lost, note } = await once(each)
      figures[i].came.push(came)
      figures[i].lost.push((lost / (came * SECONDS)) * 100)
      figures[i].note = note
    }
  }
  for (const [i, each] of wanted.entries()) {
    const { came, lost, note } = figures[i]
    const without = lost.filter((one) => one === 0).length
    const text = `lost ${spread(lost)} %, nothing in ${without} of ${ROUNDS} rounds; came ${spread(came, 0)}; ${note}`
    row(`${each.toLocaleString('en')} a second`, text)
  }
}

/** From the end of the call that sends to the alert on standard output. */
async function latency(work, program) {
  const secret = path.join(work, 'id_ed25519')
  const rules = path.join(work, 'rules.yml')
  writeFileSync(secret, 'x'.repeat(64))
  writeFileSync(rules, RULES)
  const loop = new Loop(program)
  const watch = await Watch.start(loop.pid, ['--rules', rules])
  const delays = []
  for (let i = 0; i < ALERTS; i++) {
    await rest(300 + (i % 7) * 10)
    const seen = watch.nextAlert()
    const sent = await loop.run(`chain ${secret}`)
    delays.push((await seen) - sent / 1000)
  }
  await watch.end()
  await loop.end()
  section(`alert after the last step of its chain, ${ALERTS} chains (aim: at most 250 ms, median)`)
  row('ms', spread(delays, 0))
  if (median(delays) < 0) throw new Error('an alert before its event: the clock was set')
}

class Watch {
  #child
  #said = ''
  #ended
  #seen = () => {}

  constructor(child) {
    this.#child = child
    child.stderr.on('data', (piece) => (this.#said += piece))
    child.stdout.on('data', () => this.#seen(performance.timeOrigin + performance.now()))
    this.#ended = new Promise((resolve) => child.on('close', resolve))
  }

  static async start(pid, options) {
    const given = ['watch', '--tree', String(pid), '--no-keep', '--format', 'ndjson', '--state', 'none', ...options]
    const child = spawn(process.execPath, [path.join(root, 'bin/detpack'), ...given], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DETPACK_SENSOR: SENSOR },
    })
    const watch = new Watch(child)
    for (let i = 0; i < 600 && !watch.#said.includes('the sensor has begun'); i++) {
      await rest(100)
      if (child.exitCode !== null) throw new Error(watch.#said)
    }
    await rest(500)
    return watch
  }

  nextAlert() {
    return new Promise((resolve) => (this.#seen = resolve))
  }

  async end() {
    await rest(1000)
    this.#child.kill('SIGINT')
    await this.#ended
    return this.#said
  }
}
