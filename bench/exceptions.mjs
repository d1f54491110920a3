// A long exception in a watch on deployed rules: what its values cost beside the same rule without it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { events } from './events.mjs'
import { interleaved, peakMemory, spread } from './measure.mjs'

const EVENTS = 20_000
const VALUES = 50_000

const RULES = `title: read
name: read
status: test
level: low
logsource: {product: linux, service: detpack}
detection: {selection: {event.action: file_read}, condition: selection}
---
title: send
name: send
status: test
level: low
logsource: {product: linux, service: detpack}
detection: {selection: {event.action: network_send}, condition: selection}
---
title: chain
name: chain
status: test
level: high
correlation: {type: temporal_ordered, rules: [read, send], group-by: [process.entity_id], timespan: 10s}
`

/**
 * @param detpack the command
 * @param work a folder to write in
 */
export async function measureExceptions(detpack, work, { section, row }) {
  const stream = path.join(work, 'uses.ndjson')
  writeFileSync(stream, [...uses()].join(''))
  const plain = packIn(path.join(work, 'plain'), detpack)
  const excepted = packIn(path.join(work, 'excepted'), detpack, VALUES)
  const watch = (folder) => ['env', '-C', folder, ...detpack, 'watch', '--from', 'local', '--no-keep', stream]
  const [without, withList] = interleaved([watch(plain), watch(excepted)], 5)
  section(`watch --from local, ${EVENTS} events, an exception of ${VALUES} values of a chain`)
  for (const [name, figures, folder] of [
    ['without it', without, plain],
    ['with it', withList, excepted],
  ]) {
    row(`${name}, s of CPU`, spread(figures.map(({ cpu }) => cpu)))
    row(`${name}, s`, spread(figures.map(({ wall }) => wall)))
    row(`${name}, peak MiB`, (await peakMemory(watch(folder))).toFixed(0))
  }
}

/** A pack that is deployed to its own store; with so many values in an exception. */
function packIn(folder, detpack, values = 0) {
  mkdirSync(path.join(folder, 'rules/detections'), { recursive: true })
  mkdirSync(path.join(folder, 'rules/exceptions'), { recursive: true })
  writeFileSync(path.join(folder, 'detpack.yml'), 'pack: {name: bench}\n')
  writeFileSync(path.join(folder, 'rules/detections/rules.yml'), RULES)
  if (values > 0) writeFileSync(path.join(folder, 'rules/exceptions/long.yml'), exceptionOf(values))
  execFileSync(detpack[0], [...detpack.slice(1), 'deploy', '-t', 'local', '--yes'], { cwd: folder, stdio: 'pipe' })
  return folder
}

function exceptionOf(values) {
  const day = (from) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10)
  const listed = Array.from({ length: values }, (_, at) => `  - /opt/tool-${at}`).join('\n')
  return `id: X-1
title: Many tools
rule: chain
reason: They do so.
owner: Head of IT operations
author: anna
approver: bert
ticket: OPS-1
scope:
  process.executable:
${listed.replaceAll('  - ', '    - ')}
from: ${day(-1)}
until: ${day(30)}
residual: [read]
tests: {fires: a.ndjson, silent: b.ndjson}
`
}

function* uses() {
  let at = 0
  for (const event of events(EVENTS)) {
    const action = ['file_read', 'network_send', 'file_open', 'process_exec'][at % 4]
    const executable = at % 3 === 0 ? `/opt/tool-${at % VALUES}` : event.Image
    yield `${JSON.stringify({
      '@timestamp': event['@timestamp'],
      event: { id: `e-${++at}`, sequence: at, action, dataset: 'detpack.use' },
      process: { entity_id: event.Computer, executable },
      host: { id: 'h' },
    })}\n`
  }
}
