// Five EQL sequences on 100,000 events, beside PyPI `eql` 1.0.1 on the same file in the same run; the peer is skipped, and
// that is said, where `python3 -c 'import eql'` fails (PYTHON names another interpreter, of a virtual environment say).
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bundleText } from '../scripts/bundle.mjs'
import { random } from './events.mjs'
import { ratios, spread } from './measure.mjs'

const python = process.env.PYTHON ?? 'python3'
const EVENTS = 100_000
const RUNS = 3

/** Of the kind that rules are: keys of a host or process, a minute or a few. */
const QUERIES = [
  'sequence by host with maxspan=1m [process where name == "bash"] [network where port == 443]',
  'sequence by host, user with maxspan=1m [file where path : "*/id_*"] [process where name : ("c*", "g*")] [network where true]',
  'sequence with maxspan=5m [file where opcode == 0] by entity [file where opcode == 2] by entity',
  'sequence by user with maxspan=1m [process where name == "sshd"] [file where opcode == 3] until [network where port == 22]',
  'sequence by host, pid with maxspan=30m [process where opcode == 1] [process where opcode == 1] [network where port in (80, 8080)]',
]

/** Reads, then runs all queries; writes the seconds of the running, and what was found. */
const OURS = `
  import { readFileSync } from 'node:fs'
  import { Source } from './src/diagnostic/source.ts'
  import { parseEql, runEql } from './src/engine/eql/run.ts'
  import { NdjsonReader } from './src/event/ndjson.ts'
  import { recordReader } from './src/event/record-reader.ts'
  const [file, ...queries] = process.argv.slice(2)
  const toRecord = recordReader()
  const events = new NdjsonReader({ name: file }).push(readFileSync(file)).map(({ object, line }) => toRecord(object, line))
  const read = performance.now()
  const found = queries.map((text) => {
    const result = runEql(parseEql(new Source('query', text)).query, events, { categoryField: 'event_type' })
    return result.sequences.length
  })
  console.log(JSON.stringify({ run: (performance.now() - read) / 1000, found }))
`
const THEIRS = `
import json, sys, time, eql
events = [eql.Event.from_data(json.loads(line)) for line in open(sys.argv[1])]
read = time.time()
found = [0]
engine = eql.PythonEngine()
for text in sys.argv[2:]:
    with eql.parser.elasticsearch_syntax:
        engine.add_query(eql.parse_query(text))
engine.add_output_hook(lambda output: found.__setitem__(0, found[0] + 1))
engine.stream_events(events)
print(json.dumps({"run": time.time() - read, "found": found}))
`

export async function measureEql() {
  const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-bench-'))
  try {
    await measureIn(work)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function measureIn(work) {
  const events = path.join(work, 'events.ndjson')
  const program = path.join(work, 'ours.mjs')
  writeFileSync(events, eventLines())
  await bundleText(OURS, program)
  const commands = [[process.execPath, program]]
  if (spawnSync(python, ['-c', 'import eql']).status === 0) commands.push([python, '-c', THEIRS])
  const figures = commands.map(() => [])
  for (let run = 0; run < RUNS; run++)
    for (const [i, command] of commands.entries()) figures[i].push(timed([...command, events, ...QUERIES]))
  print(figures)
}

function timed(command) {
  const started = performance.now()
  const done = spawnSync(command[0], command.slice(1), { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(done.stderr)
  return { ...JSON.parse(done.stdout), whole: (performance.now() - started) / 1000 }
}

function print([ours, theirs]) {
  const sum = ({ found }) => found.reduce((a, b) => a + b, 0)
  const rate = (list) => list.map((one) => EVENTS / one.run)
  console.log('\nfive EQL sequences on 100,000 events')
  row('detpack, events/s', spread(rate(ours), 0))
  row('detpack, reading and start included, s', spread(ours.map((one) => one.whole)))
  row('sequences found', String(sum(ours[0])))
  if (!theirs) {
    row('PyPI eql', `not installed for ${python} (pip install eql==1.0.1)`)
    return
  }
  row('PyPI eql, events/s', spread(rate(theirs), 0))
  row('PyPI eql, reading and start included, s', spread(theirs.map((one) => one.whole)))
  row('sequences found by it', String(sum(theirs[0])))
  row('ratio (aim: at least 20)', spread(ratios(rate(ours), rate(theirs)), 1))
  row(
    'ratio, reading and start included',
    spread(
      ratios(
        theirs.map((one) => one.whole),
        ours.map((one) => one.whole),
      ),
      1,
    ),
  )
}

/** 50 ms apart; `timestamp` is in the unit of PyPI eql, 100 ns since 1601. */
function eventLines() {
  const next = random(7)
  const below = (count) => Math.floor(next() * count)
  const pick = (list) => list[below(list.length)]
  let lines = ''
  for (let i = 0; i < EVENTS; i++) {
    const event = {
      '@timestamp': Date.UTC(2026, 0, 1) + i * 50,
      timestamp: 134_116_992_000_000_000 + i * 500_000,
      event_type: pick(['process', 'file', 'network', 'registry']),
      host: `host-${below(50)}`,
      user: `user-${below(20)}`,
      pid: 1000 + below(300),
      entity: `${below(50)}-${below(300)}`,
      name: pick(['bash', 'curl', 'python3', 'sshd', 'cat', 'git', 'node', 'systemd', 'tar', 'find']),
      path: `/home/user/${pick(['.ssh/id_rsa', '.ssh/id_ed25519', 'notes', 'work'])}${below(100)}`,
      port: pick([22, 53, 80, 443, 8080]),
      opcode: below(5),
    }
    lines += `${JSON.stringify(event)}\n`
  }
  return lines
}

function row(name, value) {
  console.log(`  ${name.padEnd(42)} ${value}`)
}

if (process.argv[1] === import.meta.filename) await measureEql()
