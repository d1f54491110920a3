// Uses of capabilities by runs of declared tasks on several hosts, one JSON object a line, as the sensor writes them; the
// same seed gives the same events. Usage: node bench/behaviour-events.mjs COUNT > FILE
import { random } from './events.mjs'

const TASKS = 60
const HOSTS = 20
/** Runs at a time. */
const TOGETHER = 40
const STEPS = 120
const START = Date.UTC(2026, 0, 1)

/** What a step of a run is: most are reads of programs' own files, as in what the sensor records. */
function step(next, run) {
  const kind = next()
  const number = Math.floor(next() * 1000)
  if (kind < 0.45)
    return use('file_read', 'file', `/usr/lib/python3.11/site-packages/module${number}/part.py`, '', 4096, run)
  if (kind < 0.6)
    return use('file_read', 'personal', `/home/agent/documents/report-${number}.txt`, run.document, 9000, run)
  if (kind < 0.75) return use('file_write', 'file', `/tmp/tmp${number.toString(36)}abcdef`, '', 512, run)
  if (kind < 0.8) return use('process_exec', 'file', '/usr/bin/git', '', 0, run)
  if (kind < 0.9) return use('file_open', 'file', `/etc/app/conf.d/${number % 40}.conf`, '', 0, run)
  return `"event":{EVENT"action":"network_send","outcome":"success"},"destination":{"ip":"198.51.100.${run.task % 40}","address":"198.51.100.${run.task % 40}","port":443},"network":{"transport":"tcp","direction":"egress"},"detpack":{DETPACK"object":{"id":"socket-${run.name}","kind":"socket","identity":"kernel"},"flow":{"object":{"id":["${run.document}"],"class":["personal"]},"age":180000000},"route":"syscall","use":{"count":1,"bytes":${800 + number}}}`
}

function use(action, kind, path, object, bytes, run) {
  const objectClass = kind === 'personal' ? ',"class":"personal"' : ''
  const id = object === '' ? `fe00000-${path.length}-${run.task}` : object
  const name = path.slice(path.lastIndexOf('/') + 1)
  return `"event":{EVENT"action":"${action}","outcome":"success"},"file":{"path":"${path}","name":"${name}","type":"file","inode":"247702","device":"254:0","mode":"0644","uid":"1000"},"detpack":{DETPACK"object":{"id":"${id}","kind":"file","identity":"kernel"${objectClass}},"descriptor":{"number":5,"origin":"opened","flags":["O_RDONLY","O_CLOEXEC"]},"route":"syscall","use":{"count":1,"bytes":${bytes}}}`
}

/** Blocks of lines, so that writing costs little. */
export function* behaviourBlocks(count, seed = 1) {
  const next = random(seed)
  const runs = Array.from({ length: TOGETHER }, (_, i) => started(i, next))
  let lines = ''
  let made = TOGETHER
  for (let i = 0; i < count; i++) {
    const at = Math.floor(next() * TOGETHER)
    let run = runs[at]
    if (run.left-- === 0) run = runs[at] = started(made++, next)
    const event = `"id":"0123456789abcdef0123456789abcdef-${i}","sequence":${i},"kind":"event","dataset":"detpack.use",`
    const detpack = `"sensor":{"run":"0123456789abcdef0123456789abcdef"},"clock":{"epoch":0},"task":{"id":"task-${run.task}","name":"task-${run.task}","run":"${run.name}","source":"launcher"},"process":{"image":1},`
    const body = step(next, run).replace('EVENT', event).replace('DETPACK', detpack)
    const time = new Date(START + Math.floor(i / 4)).toISOString()
    lines += `{"@timestamp":"${time}","ecs":{"version":"9.5.0"},"host":{"id":"host-${run.host}-0123456789abcdef","name":"web-${run.host}","boot":{"id":"93b52f2e80af337ae788220dab421903"}},"process":{"entity_id":"${run.process}","pid":${100 + run.task},"name":"python3","executable":"/usr/bin/python3.11"},"user":{"id":"1000"},${body}}\n`
    if (lines.length > 1 << 20) {
      yield lines
      lines = ''
    }
  }
  yield lines
}

function started(number, next) {
  const task = Math.floor(next() * TASKS)
  const name = number.toString(16).padStart(32, '0')
  return { task, host: task % HOSTS, name, process: `p${name}`, document: `doc-${name}`, left: STEPS }
}

if (process.argv[1] === import.meta.filename) {
  for (const block of behaviourBlocks(Number(process.argv[2] ?? 100_000)))
    if (!process.stdout.write(block)) await new Promise((resolve) => process.stdout.once('drain', resolve))
}
