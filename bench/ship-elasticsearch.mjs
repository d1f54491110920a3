// Ships to a real Elasticsearch on the same cores, with both compilers and warm, beside the node's own ceiling: what it
// takes of bodies that were made before, with detpack's mapping and with none; and beside Filebeat where it is installed.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { peakMemory, ratios, spread, timeOnce } from './measure.mjs'
import { shipping, writeEvents } from './shipping.mjs'

const root = path.resolve(import.meta.dirname, '..')
const EVENTS = 60_000
const RUNS = 3
/** Rounds of ready-made bodies before that: the second compiler takes some hundred thousand events to finish. */
const WARMING = 4
const CONNECTIONS = 4
const PORT = 19299

const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })

/** @param print a section's title, and a row of it */
export async function measureShipToElasticsearch(work, { section, row }) {
  section(`ship of ${EVENTS} events to a real, warm Elasticsearch on the same cores, start included`)
  const options = ['--port', String(PORT), '--heap', '2g', '--long-lived', '--fresh']
  const started = spawnSync(path.join(root, 'test/elasticsearch/start'), options, { encoding: 'utf8' })
  if (started.status !== 0) return row('Elasticsearch', 'not there (a JDK and Maven are needed)')
  const url = started.stdout.trim()
  try {
    const events = path.join(work, 'elasticsearch.ndjson')
    writeEvents(events, EVENTS)
    await putTemplates(url)
    await measure({ work, events, url, bodies: readyBodies(events) }, row)
  } finally {
    agent.destroy()
    spawnSync(path.join(root, 'test/elasticsearch/stop'), ['--port', String(PORT), '--purge'])
  }
}

async function measure({ work, events, url, bodies }, row) {
  let streams = 0
  const stream = (kind) => `logs-detpack.use-${kind}${streams++}`
  for (let round = 0; round < WARMING; round++) await post(url, stream('warm'), bodies)
  const [ours, cpu, ceiling, unmapped, theirs] = [[], [], [], [], []]
  for (let run = 0; run < RUNS; run++) {
    const shipped = timeOnce(shipping(work, events, url, ['--all', '--data-stream', stream('ship')])())
    ours.push(EVENTS / shipped.wall)
    cpu.push((shipped.cpu / EVENTS) * 1e6)
    ceiling.push(EVENTS / (await post(url, stream('ready'), bodies)))
    unmapped.push(EVENTS / (await post(url, stream('bare'), bodies)))
    if (hasFilebeat()) theirs.push(EVENTS / (await filebeat(work, events, url, stream('filebeat'))))
  }
  row('ship, events/s (aim: 20,000)', spread(ours, 0))
  row(`ready-made bodies, ${CONNECTIONS} connections`, spread(ceiling, 0))
  row('ship of that', spread(ratios(ours, ceiling)))
  row('the same without a mapping', spread(unmapped, 0))
  row('ship, CPU of an event, µs', spread(cpu, 0))
  const command = shipping(work, events, url, ['--all', '--data-stream', stream('ship')])
  row('ship, peak MiB (aim: under 120)', (await peakMemory(command())).toFixed(0))
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

/** Compressed bodies of a MB. */
function readyBodies(events) {
  const lines = readFileSync(events, 'utf8').split('\n').slice(0, -1)
  const bodies = []
  for (let at = 0; at < lines.length; at += 800) {
    const body = lines.slice(at, at + 800).map((line) => `{"create":{"_id":"${JSON.parse(line).event.id}"}}\n${line}\n`)
    bodies.push(gzipSync(body.join(''), { level: 1 }))
  }
  return bodies
}

/** Posts them over several connections; gives the seconds. */
async function post(url, stream, bodies) {
  const begun = performance.now()
  const queue = bodies.values()
  const worker = async () => {
    for (const body of queue) {
      const answer = await send(url, 'POST', `/${stream}/_bulk?filter_path=errors`, body, true)
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
