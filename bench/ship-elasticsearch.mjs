// Ships to a real Elasticsearch on the same cores, with both compilers and warm, beside the node's own ceiling: what it
// takes of bodies that were made before, as they are (as ship sends to its own host), compressed (as over a network) and
// without a mapping; and beside Filebeat where it is installed.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { peakMemory, ratios, spread, timeOnce } from './measure.mjs'
import { shipping, writeEvents } from './shipping.mjs'

const root = path.resolve(import.meta.dirname, '..')
/** Some ten seconds of work: both programs compile themselves for the first of them. */
const EVENTS = 240_000
/** So few that the start is an eighth of it. */
const SHORT = 60_000
const RUNS = 3
/** Rounds of so many in ready-made bodies before that: the second compiler takes some hundred thousand to finish. */
const WARMING = 8
const CONNECTIONS = 4
const PORT = 19299

const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })

/** @param print a section's title, and a row of it */
export async function measureShipToElasticsearch(work, { section, row }) {
  section(`ship to a real, warm Elasticsearch on the same cores, start included; not compressed, being on this host`)
  const options = ['--port', String(PORT), '--heap', '2g', '--long-lived', '--fresh']
  const started = spawnSync(path.join(root, 'test/elasticsearch/start'), options, { encoding: 'utf8' })
  if (started.status !== 0) return row('Elasticsearch', 'not there (a JDK and Maven are needed)')
  const url = started.stdout.trim()
  try {
    const files = [EVENTS, SHORT].map((count) => {
      const file = path.join(work, `elasticsearch-${count}.ndjson`)
      writeEvents(file, count)
      return { file, count }
    })
    await putTemplates(url)
    await measure({ work, url, files }, row)
  } finally {
    agent.destroy()
    spawnSync(path.join(root, 'test/elasticsearch/stop'), ['--port', String(PORT), '--purge'])
  }
}

async function measure({ work, url, files }, row) {
  const [long, short] = files
  const bodies = readyBodies(short.file)
  const packed = bodies.map((body) => ({ ...body, bytes: gzipSync(body.bytes, { level: 1 }), packed: true }))
  let streams = 0
  const stream = (kind) => `logs-detpack.use-${kind}${streams++}`
  const ship = ({ file }) => shipping(work, file, url, ['--all', '--data-stream', stream('ship')])()
  for (let round = 0; round < WARMING; round++) await post(url, stream('warm'), bodies)
  const [ours, cpu, brief, ceiling, compressed, unmapped, theirs] = [[], [], [], [], [], [], []]
  for (let run = 0; run < RUNS; run++) {
    const shipped = timeOnce(ship(long))
    ours.push(EVENTS / shipped.wall)
    cpu.push((shipped.cpu / EVENTS) * 1e6)
    brief.push(SHORT / timeOnce(ship(short)).wall)
    ceiling.push(SHORT / (await post(url, stream('ready'), bodies)))
    compressed.push(SHORT / (await post(url, stream('packed'), packed)))
    unmapped.push(SHORT / (await post(url, stream('bare'), bodies)))
    if (hasFilebeat()) theirs.push(EVENTS / (await filebeat(work, long.file, url, stream('filebeat'))))
  }
  row(`ship of ${EVENTS}, events/s (aim: 20,000)`, spread(ours, 0))
  row(`ship of ${SHORT}, events/s`, spread(brief, 0))
  row(`ready-made bodies, ${CONNECTIONS} connections, events/s`, spread(ceiling, 0))
  row('ship of that', spread(ratios(ours, ceiling)))
  row('the same compressed', spread(compressed, 0))
  row('the same without a mapping', spread(unmapped, 0))
  row('ship, CPU of an event, µs', spread(cpu, 0))
  row('ship, peak MiB (aim: under 120)', (await peakMemory(ship(long))).toFixed(0))
  if (theirs.length === 0) row('Filebeat', 'not installed')
  else row('Filebeat, events/s', spread(theirs, 0))
}

/** The one that is deployed, but for the copy on another node, and one that maps nothing but the time. */
async function putTemplates(url) {
  const template = JSON.parse(readFileSync(path.join(root, 'mappings/elastic/index-template.json'), 'utf8'))
  template.template.settings = { ...template.template.settings, number_of_replicas: 0 }
  await send(url, 'PUT', '/_index_template/logs-detpack.use', JSON.stringify(template))
  const mappings = { dynamic: false, properties: { '@timestamp': { type: 'date' } } }
  const bare = { index_patterns: ['logs-detpack.use-bare*'], data_stream: {}, priority: template.priority + 1 }
  const settings = { number_of_replicas: 0 }
  await send(url, 'PUT', '/_index_template/bare', JSON.stringify({ ...bare, template: { settings, mappings } }))
}

/** Bodies of a MB. */
function readyBodies(events) {
  const lines = readFileSync(events, 'utf8').split('\n').slice(0, -1)
  const bodies = []
  let [body, bytes] = [[], 0]
  for (const [at, line] of lines.entries()) {
    body.push(`{"create":{"_id":"${JSON.parse(line).event.id}"}}\n${line}\n`)
    bytes += line.length
    if (bytes < 1e6 && at < lines.length - 1) continue
    bodies.push({ bytes: Buffer.from(body.join('')), packed: false })
    body = []
    bytes = 0
  }
  return bodies
}

/** Posts them over several connections; gives the seconds. */
async function post(url, stream, bodies) {
  const begun = performance.now()
  const queue = bodies.values()
  const worker = async () => {
    for (const { bytes, packed } of queue) {
      const answer = await send(url, 'POST', `/${stream}/_bulk?filter_path=errors`, bytes, packed)
      if (answer !== '{"errors":false}') throw new Error(`not taken: ${answer.slice(0, 500)}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
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
  while (count < EVENTS && child.exitCode === null && performance.now() - begun < 120_000) {
    await sleep(100)
    const answer = await send(url, 'GET', `/${stream}/_stats/docs?filter_path=_all.primaries.docs.count`)
    count = JSON.parse(answer)?._all?.primaries?.docs?.count ?? 0
  }
  child.kill()
  return count >= EVENTS ? (performance.now() - begun) / 1000 : Infinity
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
