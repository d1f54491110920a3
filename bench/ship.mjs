// What shipping costs: events a second to a server that answers at once and to a real Elasticsearch, beside one that
// only posts ready-made bodies and beside Filebeat where it is installed; memory; CPU while nothing happens; the spool.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { peakMemory, spread, timeOnce } from './measure.mjs'

const root = path.resolve(import.meta.dirname, '..')
const detpack = [process.execPath, path.join(root, 'bin/detpack')]
const EVENTS = 100_000
const FEW = 40_000
const RUNS = 3

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
    section('ship while nothing happens, for 20 s')
    row('% of a core (aim: at most 0.5)', (await idle(work, url)).toFixed(2))
  } finally {
    sink.kill()
  }
  await toElasticsearch(work, { section, row })
  spools(work, events, { section, row })
}

async function toElasticsearch(work, { section, row }) {
  section(`ship of ${FEW} events to a real Elasticsearch on the same two cores (its test set-up: first compiler only)`)
  const started = spawnSync(
    path.join(root, 'test/elasticsearch/start'),
    ['--port', '19299', '--heap', '1g', '--fresh'],
    {
      encoding: 'utf8',
    },
  )
  if (started.status !== 0) return row('Elasticsearch', 'not there (a JDK and Maven are needed)')
  const url = started.stdout.trim()
  try {
    const events = path.join(work, 'few.ndjson')
    writeEvents(events, FEW)
    const template = JSON.parse(readFileSync(path.join(root, 'mappings/elastic/index-template.json'), 'utf8'))
    template.template.settings = { number_of_replicas: 0 }
    await send(url, 'PUT', '/_index_template/logs-detpack.use', JSON.stringify(template))
    const bodies = readyBodies(events)
    const [ours, bare, theirs] = [[], [], []]
    for (let run = -1; run < RUNS; run++) {
      const stream = (who) => `logs-detpack.use-${who}${run + 1}`
      const command = shipping(work, events, url, ['--all', '--data-stream', stream('ours')])
      const figures = [
        [ours, FEW / timeOnce(command()).wall],
        [bare, FEW / (await post(url, stream('bare'), bodies))],
        ...(hasFilebeat() ? [[theirs, FEW / (await filebeat(work, events, url, stream('theirs')))]] : []),
      ]
      if (run >= 0) for (const [list, figure] of figures) list.push(figure)
    }
    row('ship, events/s (aim: 20,000)', spread(ours, 0))
    row('ready-made bodies, 2 connections', spread(bare, 0))
    row('ship of that', spread(ours.map((one, i) => one / bare[i])))
    if (theirs.length === 0) row('Filebeat', 'not installed')
    else row('Filebeat, events/s', spread(theirs, 0))
  } finally {
    spawnSync(path.join(root, 'test/elasticsearch/stop'), ['--port', '19299', '--purge'])
  }
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

/** A command that ships with a new spool each time. */
function shipping(work, events, url, more) {
  let run = 0
  return () => {
    const spool = path.join(work, `ship-spool-${process.hrtime.bigint()}-${run++}`)
    return [...detpack, 'ship', '-t', 'elastic', '--elasticsearch', url, '--spool', spool, '--once', ...more, events]
  }
}

async function idle(work, url) {
  const file = path.join(work, 'idle.ndjson')
  writeFileSync(file, '')
  const options = ['ship', '-t', 'elastic', '--elasticsearch', url, '--spool', path.join(work, 'idle-spool'), file]
  const child = spawn(detpack[0], [detpack[1], ...options], { stdio: 'ignore' })
  await sleep(5000)
  const before = cpuOf(child.pid)
  await sleep(20_000)
  const used = cpuOf(child.pid) - before
  child.kill()
  return (100 * used) / 20
}

/** Seconds of CPU that a process has had. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Compressed bodies of a MB, and how many requests they are. */
function readyBodies(events) {
  const lines = readFileSync(events, 'utf8').split('\n').slice(0, -1)
  const bodies = []
  for (let at = 0; at < lines.length; at += 600) {
    const body = lines.slice(at, at + 600).map((line) => `{"create":{"_id":"${JSON.parse(line).event.id}"}}\n${line}\n`)
    bodies.push(gzipSync(body.join(''), { level: 1 }))
  }
  return bodies
}

/** Posts them over two connections; gives the seconds. */
async function post(url, stream, bodies) {
  const begun = performance.now()
  const queue = bodies.values()
  const worker = async () => {
    for (const body of queue) await send(url, 'POST', `/${stream}/_bulk?filter_path=errors`, body, true)
  }
  await Promise.all([worker(), worker()])
  return (performance.now() - begun) / 1000
}

function hasFilebeat() {
  return spawnSync('filebeat', ['version']).status === 0
}

/** With the settings of mappings/, until all is there; gives the seconds. */
async function filebeat(work, events, url, stream) {
  const home = path.join(work, `filebeat-${stream}`)
  mkdirSync(home)
  const config = readFileSync(path.join(root, 'mappings/filebeat/filebeat.yml'), 'utf8')
    .replace('/var/log/detpack/events.ndjson', events)
    .replace('${ELASTICSEARCH_URL}', url)
    .replace(/^ *api_key:.*$/m, '')
    .replace('logs-detpack.use-default', stream)
  writeFileSync(path.join(home, 'filebeat.yml'), config, { mode: 0o600 })
  const begun = performance.now()
  const child = spawn(
    'filebeat',
    ['-c', path.join(home, 'filebeat.yml'), '--path.data', home, '--path.logs', home, '--path.home', home],
    { stdio: 'ignore' },
  )
  let count = 0
  while (count < FEW && child.exitCode === null && performance.now() - begun < 120_000) {
    await sleep(100)
    const answer = await send(url, 'GET', `/${stream}/_stats/docs?filter_path=_all.primaries.docs.count`)
    count = JSON.parse(answer)?._all?.primaries?.docs?.count ?? 0
  }
  child.kill()
  return count >= FEW ? (performance.now() - begun) / 1000 : Infinity
}

function send(url, method, target, body, packed = false) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(packed && { 'content-encoding': 'gzip' }) }
    const request = http.request(`${url}${target}`, { method, agent, headers }, async (answer) => {
      let text = ''
      for await (const piece of answer) text += piece
      resolve(text)
    })
    request.on('error', reject)
    request.end(body)
  })
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 2 })

function writeEvents(file, count) {
  const out = openSync(file, 'w')
  execFileSync(process.execPath, [path.join(root, 'bench/ship-events.mjs'), String(count)], {
    stdio: ['ignore', out, 'inherit'],
  })
  closeSync(out)
}

async function firstLine(stream) {
  for await (const piece of stream) return piece.toString().trim()
}
