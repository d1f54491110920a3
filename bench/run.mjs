// Speed and memory side by side in one run; figures of different runs do not compare. Prints medians with their spread.
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { interleaved, peakMemory, ratios, spread } from './measure.mjs'

const root = path.resolve(import.meta.dirname, '..')
const detpack = [process.execPath, path.join(root, 'bin/detpack')]
const corpus = path.join(root, 'test/sigma/corpus')
const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-bench-'))
const linux = path.join(work, 'linux')
try {
  copyLinuxRules()
  compileOne()
  checkCorpus()
  await evaluateLinux()
} finally {
  rmSync(work, { recursive: true, force: true })
}

function compileOne() {
  const rule = path.join(linux, readdirSync(linux).sort()[100])
  const compile = [...detpack, 'compile', '-l', 'spl', '--mapping', 'none', rule]
  const [empty, ours] = interleaved([[process.execPath, '-e', '0'], compile], 15)
  section('compile of one rule, CPU beside an empty node')
  row('node -e 0, s', spread(cpu(empty), 3))
  row('detpack compile, s', spread(cpu(ours), 3))
  row('ratio (aim: at most 2.2)', spread(ratios(cpu(ours), cpu(empty))))
}

function checkCorpus() {
  const [start, check] = interleaved(
    [
      [...detpack, 'check', '--help'],
      [...detpack, 'check', '--mapping', 'none', corpus],
    ],
    7,
  )
  const over = cpu(check).map((one, i) => one - cpu(start)[i])
  section('check of all files of the corpus, CPU over start-up')
  row('s (aim: at most 0.6)', spread(over))
}

async function evaluateLinux() {
  const events = path.join(work, 'events.ndjson')
  const out = openSync(events, 'w')
  execFileSync(process.execPath, [path.join(root, 'bench/events.mjs'), '100000'], { stdio: ['ignore', out, 'inherit'] })
  closeSync(out)
  const ours = [...detpack, 'eval', '--rules', linux, '--events', events, '--mapping', 'none', '--format', 'ndjson']
  section('eval of 100,000 events against the Linux rules of the corpus, start included')
  if (spawnSync('rsigma', ['--version']).status === 0) {
    const theirs = ['rsigma', 'engine', 'eval', '--rules', linux, '--event', `@${events}`]
    const [a, b] = interleaved([ours, theirs], 5)
    row('detpack, s', spread(wall(a)))
    row('rsigma, s', spread(wall(b)))
    row('ratio (aim: at most 1)', spread(ratios(wall(a), wall(b))))
    row('rsigma, peak MiB', (await peakMemory(theirs)).toFixed(0))
  } else {
    const [a] = interleaved([ours], 5)
    row('detpack, s', spread(wall(a)))
    row('rsigma', 'not installed (cargo install rsigma --version 0.23.0 --locked)')
  }
  row('detpack, peak MiB (aim: under 300)', (await peakMemory(ours)).toFixed(0))
}

/** Every Linux rule of the corpus in one folder, since a peer takes one folder only. */
function copyLinuxRules() {
  mkdirSync(linux)
  for (const file of readdirSync(corpus, { recursive: true })) {
    if (/(^|\/)linux\/.*\.yml$/.test(file)) copyFileSync(path.join(corpus, file), path.join(linux, path.basename(file)))
  }
}

function cpu(figures) {
  return figures.map((one) => one.cpu)
}

function wall(figures) {
  return figures.map((one) => one.wall)
}

function section(title) {
  console.log(`\n${title}`)
}

function row(name, value) {
  console.log(`  ${name.padEnd(36)} ${value}`)
}
