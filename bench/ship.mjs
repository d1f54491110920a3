// What shipping costs: events a second to a server that answers at once and to a real Elasticsearch, beside one that
// only posts ready-made bodies and beside Filebeat where it is installed; memory; CPU while nothing happens; the spool.
import { spawn } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { peakMemory, spread, timeOnce } from './measure.mjs'
import { measureShipToElasticsearch } from './ship-elasticsearch.mjs'
import { detpack, shipping, writeEvents } from './shipping.mjs'

const root = path.resolve(import.meta.dirname, '..')
const EVENTS = 100_000
const RUNS = 3
const IDLE_SECONDS = 60

/** @param print a section's title, and a row of it */
export async function measureShip(work, { section, row }) {
  const events = path.join(work, 'ship.ndjson')
  writeEvents(events, EVENTS)
  const sink = spawn(process.execPath, [path.join(root, 'bench/elastic-sink.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const url = await firstLine(sink.stdout)
    section(`ship of ${EVENTS} events of the recordings to a server that answers at once, start included`)
    for (const [name, more] of [
      ['all events', ['--all']],
      ['what a rule needs', []],
    ]) {
      const command = shipping(work, events, url, more)
      const figures = Array.from({ length: RUNS }, () => timeOnce(command()))
      row(
        `${name}, events/s (aim: 20,000)`,
        spread(
          figures.map((one) => EVENTS / one.wall),
          0,
        ),
      )
      row(
        `${name}, events in a s of CPU`,
        spread(
          figures.map((one) => EVENTS / one.cpu),
          0,
        ),
      )
      row(`${name}, peak MiB (aim: under 120)`, (await peakMemory(command())).toFixed(0))
    }
    section(`ship while nothing happens, over ${IDLE_SECONDS} s, with its health line and metrics`)
    row('% of a core (aim: at most 0.5)', (await idle(work, url)).toFixed(2))
  } finally {
    sink.kill()
  }
  await measureShipToElasticsearch(work, { section, row })
  spools(work, events, { section, row })
}

/** Pieces of half a MB with their bookkeeping in SQLite, as the spool is, beside a bare file that is only appended to. */
function spools(work, events, { section, row }) {
  const text = readFileSync(events)
  const SIZE = 512 * 1024
  const pieces = Array.from({ length: Math.floor(text.length / SIZE) }, (_, i) =>
    text.subarray(i * SIZE, (i + 1) * SIZE),
  )
  const Sqlite = createRequire(import.meta.url)('libsql')
  const [database, file] = [[], []]
  for (let run = 0; run < RUNS; run++) {
    const place = path.join(work, 'spool-bench')
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place)
    let begun = performance.now()
    const descriptor = openSync(path.join(place, 'segment'), 'w')
    for (const piece of pieces) {
      writeSync(descriptor, piece)
      fdatasyncSync(descriptor)
    }
    closeSync(descriptor)
    readFileSync(path.join(place, 'segment'))
    file.push(text.length / 1e3 / (performance.now() - begun))
    begun = performance.now()
    const store = new Sqlite(path.join(place, 'spool.db'))
    store.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
    )
    store.exec(
      'CREATE TABLE chunk (number INTEGER PRIMARY KEY, data BLOB); CREATE TABLE attempt (chunk INTEGER PRIMARY KEY)',
    )
    for (const [number, piece] of pieces.entries()) {
      store.prepare('INSERT INTO chunk VALUES (?, ?)').run(number, piece)
      store.prepare('INSERT INTO attempt VALUES (?)').run(number)
      store.prepare('SELECT data FROM chunk WHERE number = ?').get(number)
      store.exec('BEGIN')
      store.prepare('DELETE FROM chunk WHERE number = ?').run(number)
      store.prepare('DELETE FROM attempt WHERE chunk = ?').run(number)
      store.exec('COMMIT')
    }
    database.push(text.length / 1e3 / (performance.now() - begun))
  }
  section('the spool: each event durable in, marked, read and removed; MB/s')
  row('pieces in SQLite, 3 commits each', spread(database, 0))
  row('a bare file, appended and read', spread(file, 0))
}

/** Its file has been read to the end, and it says every 10 s how it is. */
async function idle(work, url) {
  const file = path.join(work, 'idle.ndjson')
  writeEvents(file, 1000)
  const options = ['ship', '-t', 'elastic', '--elasticsearch', url, '--spool', path.join(work, 'idle-spool')]
  const telling = ['--all', '--every', '10s', '--metrics', `file:${path.join(work, 'idle.prom')}`]
  const child = spawn(detpack[0], [detpack[1], ...options, ...telling, file], { stdio: 'ignore' })
  await sleep(5000)
  const before = cpuOf(child.pid)
  await sleep(IDLE_SECONDS * 1000)
  const used = cpuOf(child.pid) - before
  child.kill()
  return (100 * used) / IDLE_SECONDS
}

/** Seconds of CPU that a process has had. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function firstLine(stream) {
  for await (const piece of stream) return piece.toString().trim()
}
