// What learning and scoring cost: `make bench-baseline`. With BENCH_LONG=1 also a hundred million events, which takes a while.
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { behaviourBlocks } from './behaviour-events.mjs'
import { interleaved, peakOf, spread } from './measure.mjs'

const MANY = 1_000_000
const WATCHED = 300_000
const root = path.resolve(import.meta.dirname, '..')
const detpack = [process.execPath, path.join(root, 'bin/detpack')]
const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-bench-'))
const row = (name, figure) => console.log(`  ${name.padEnd(52)}${figure}`)

try {
  writeFileSync(path.join(work, 'detpack.yml'), 'pack: {name: bench}\n')
  const files = [write('one.ndjson', 1), write('many.ndjson', MANY), write('watched.ndjson', WATCHED)]
  const [one, many, watched] = files
  const learned = path.join(work, 'learned.json')
  const learn = (file, output = learned) => [...detpack, 'baseline', 'learn', '--events', file, '-o', output]

  console.log(`\nbaseline learn, ${MANY.toLocaleString('en-US')} events of 60 tasks on 20 hosts, start subtracted`)
  const alone = ['--threads', '1']
  const [start, single, double] = interleaved(
    [[...learn(one, path.join(work, 'one.json')), ...alone], [...learn(many), ...alone], learn(many)],
    3,
  )
  const rate = (figures) => figures.map((each, i) => MANY / (each.wall - start[i].wall) / 1000)
  row('thousand events/s (aim: 150)', spread(rate(double), 0))
  row('the same with one thread', spread(rate(single), 0))

  console.log(
    `\nwatch of ${WATCHED.toLocaleString('en-US')} events with the rules of the pack, with and without scoring`,
  )
  const watch = (file, ...options) => [...detpack, '-C', root, 'watch', file, '--no-keep', ...options]
  const scoring = ['--learned', learned]
  const [begin, scoredBegin, plain, scored] = interleaved(
    [watch(one), watch(one, ...scoring), watch(watched), watch(watched, ...scoring)],
    3,
  )
  const cost = (figures, starts) => figures.map((each, i) => ((each.cpu - starts[i].cpu) / WATCHED) * 1e6)
  const [without, withScores] = [cost(plain, begin), cost(scored, scoredBegin)]
  row('us an event, without', spread(without))
  row('us an event, with', spread(withScores))
  row(
    'scoring adds, % (aim: 30 at most)',
    spread(
      withScores.map((each, i) => (each / without[i] - 1) * 100),
      0,
    ),
  )

  console.log('\nmemory of baseline learn by number of events, which are made as it reads')
  for (const count of [MANY, 10 * MANY, ...(process.env.BENCH_LONG ? [100 * MANY] : [])]) {
    const { peak, seconds } = await learnStream(count)
    row(
      `${count.toLocaleString('en-US')} events, peak MiB`,
      `${peak.toFixed(0)} (${(count / seconds / 1000).toFixed(0)} thousand/s with the making)`,
    )
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}

function write(name, count) {
  const file = path.join(work, name)
  const descriptor = openSync(file, 'w')
  for (const block of behaviourBlocks(count)) writeSync(descriptor, block)
  closeSync(descriptor)
  return file
}

/** Learns from standard input. */
async function learnStream(count) {
  const [program, ...args] = [...detpack, 'baseline', 'learn', '--events', '-', '-o', path.join(work, 'stream.json')]
  const begun = Date.now()
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = peakOf(child)
  for (const block of behaviourBlocks(count))
    if (!child.stdin.write(block)) await new Promise((resolve) => child.stdin.once('drain', resolve))
  child.stdin.end()
  const { peak, code } = await ended
  if (code !== 0) throw new Error(`learning ended with ${code}`)
  return { peak, seconds: (Date.now() - begun) / 1000 }
}
