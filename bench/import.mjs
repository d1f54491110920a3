// How fast logs become events: the records of tests over and over, with the time and the numbers of each copy of its own.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { interleaved, peakMemory, spread } from './measure.mjs'

const root = path.resolve(import.meta.dirname, '..')
const RECORDS = 200_000
const RUNS = 3

/** What each log is made of, and what of a copy is its own; a copy is one second. */
const LOGS = {
  strace: {
    from: 'strace/recordings/key-child.strace',
    renew: (line, copy) => line.replace(/^(\d+) (\d+)/, (_, pid, at) => `${pid} ${Number(at) + copy}`),
  },
  auditd: {
    from: 'auditd/recordings/key-sent-at-once.log',
    renew: (line, copy) =>
      line.replace(/audit\((\d+)(\.\d+):(\d+)\)/, (_, at, part, serial) => {
        return `audit(${Number(at) + copy}${part}:${Number(serial) + copy * 99})`
      }),
  },
  tetragon: {
    from: 'tetragon/samples/calls.json',
    renew: (line, copy) => line.replace(/"time":"2026-01-01T00:00:0\d/, `"time":"${stamp(copy)}`),
  },
  falco: {
    from: 'falco/samples/calls.json',
    renew: (line, copy) =>
      line
        .replace(/"time":"2026-01-01T00:00:0\d/, `"time":"${stamp(copy)}`)
        .replace(/"evt.time":(\d{10})/, (_, at) => `"evt.time":${Number(at) + copy}`)
        .replace(/"evt.num":(\d+)/, (_, number) => `"evt.num":${Number(number) + copy * 100}`),
  },
  mcp: {
    from: 'mcp/samples/stdio.log',
    renew: (line, copy) => line.replace(/^2026-01-01T00:00:0\d/, stamp(copy)),
  },
  otel: {
    from: 'otel/samples/export.json',
    renew: (line, copy) =>
      line
        .replace(/UnixNano":"(\d{10})/g, (_, at) => `UnixNano":"${Number(at) + copy}`)
        .replace(/d0e0e4736/g, 9e8 + copy),
  },
  jsonl: {
    from: 'jsonl/samples/calls.log',
    renew: (line, copy) => line.replace(/"time":"2026-01-01T00:00:\d\d/, `"time":"${stamp(copy)}`),
  },
  sysmon: {
    from: 'sysmon/samples/events.log',
    renew: (line, copy) => line.replace(/(UtcTime">)[\d-]{10} [\d:]{8}/, `$1${stamp(copy).replace('T', ' ')}`),
  },
}

export async function measureImports({ section, row }) {
  const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-bench-'))
  try {
    section('import, records a second over start-up (aim: at least 50,000)')
    for (const format of Object.keys(LOGS)) await measureImport(work, format, row)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function measureImport(work, format, row) {
  const { from, renew } = LOGS[format]
  const lines = readFileSync(path.join(root, 'test/event', from), 'utf8')
    .trimEnd()
    .split('\n')
  const [all, one] = [path.join(work, `${format}.log`), path.join(work, `${format}-one.log`)]
  const copies = Math.ceil(RECORDS / lines.length)
  const text = Array.from({ length: copies }, (_, copy) => `${lines.map((line) => renew(line, copy)).join('\n')}\n`)
  writeFileSync(all, text.join(''))
  writeFileSync(one, `${lines[0]}\n`)
  const command = (file) => [process.execPath, path.join(root, 'bin/detpack'), 'import', format, file]
  const [whole, start] = interleaved([command(all), command(one)], RUNS)
  const rates = (of) => whole.map((figure, run) => (copies * lines.length) / (figure[of] - start[run][of]))
  row(`${format}, records/s`, spread(rates('wall'), 0))
  row(`${format}, records in a s of CPU`, spread(rates('cpu'), 0))
  row(`${format}, peak MiB`, (await peakMemory(command(all))).toFixed(0))
}

function stamp(second) {
  return new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().slice(0, 19)
}
