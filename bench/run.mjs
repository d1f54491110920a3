// Speed and memory side by side in one run; figures of different runs do not compare. Prints medians with their spread.
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { measureEql } from './eql.mjs'
import { compileCorpus } from './corpus.mjs'
import { measureEvidence } from './evidence.mjs'
import { measureExceptions } from './exceptions.mjs'
import { measureHarden } from './harden.mjs'
import { measureImports } from './import.mjs'
import { interleaved, peakMemory, ratios, spread } from './measure.mjs'
import { measurePack } from './pack.mjs'
import { measureSensor } from './sensor.mjs'
import { measureShip } from './ship.mjs'
import { measureSpl } from './spl.mjs'
import { measureStream } from './stream.mjs'

const root = path.resolve(import.meta.dirname, '..')
const detpack = [process.execPath, path.join(root, 'bin/detpack')]
const corpus = path.join(root, 'test/sigma/corpus')
const hasRsigma = spawnSync('rsigma', ['--version']).status === 0
const rsigma = hasRsigma
  ? (rules, file) => ['rsigma', 'engine', 'eval', '--rules', rules, '--event', `@${file}`]
  : undefined
const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-bench-'))
const linux = path.join(work, 'linux')
const events = path.join(work, 'events.ndjson')
try {
  copyLinuxRules()
  writeEvents(events, 100_000)
  compileOne()
  checkCorpus()
  compileCorpus(detpack, corpus, { section, row })
  await evaluateLinux()
  growWithRules()
  await growWithEvents()
  await measureStream({ work, linux, rsigma, writeEvents, evaluation }, { section, row })
  measurePack(detpack, { section, row })
  await measureExceptions(detpack, work, { section, row })
  await measureEql()
  measureSpl(detpack, events, { section, row })
  measureHarden(detpack, path.join(root, 'test/govern/systemd/debian12'), work, { section, row })
  await measureEvidence(detpack, root, work, { section, row })
  await measureSensor()
  await measureImports({ section, row })
  await measureShip(work, { section, row })
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
  const ours = evaluation(linux, events)
  section('eval of 100,000 events against the Linux rules of the corpus, start included')
  if (rsigma !== undefined) {
    const theirs = rsigma(linux, events)
    const [a, b] = interleaved([ours, theirs], 5)
    row('detpack, s', spread(wall(a)))
    row('rsigma, s', spread(wall(b)))
    row('ratio (aim: at most 1)', spread(ratios(wall(a), wall(b))))
    row('rsigma, peak MiB', (await peakMemory(theirs)).toFixed(0))
    compareHits(ours, theirs)
  } else {
    const [a] = interleaved([ours], 5)
    row('detpack, s', spread(wall(a)))
    row('rsigma', 'not installed (cargo install rsigma --version 0.23.0 --locked)')
  }
  row('detpack, peak MiB (aim: under 300)', (await peakMemory(ours)).toFixed(0))
}

/** Speed counts only where the answer is the same: how often each rule is met, by both. */
function compareHits(ours, theirs) {
  const mine = hits(ours, (line) => line.rule.id)
  const other = hits(theirs, (line) => line.rule_id)
  const rules = [...new Set([...mine.keys(), ...other.keys()])]
  const differing = rules.filter((rule) => mine.get(rule) !== other.get(rule))
  const alerts = [...mine.values()].reduce((sum, count) => sum + count, 0)
  const told = differing.map((rule) => `; ${rule}: ${mine.get(rule) ?? 0} and ${other.get(rule) ?? 0}`).join('')
  row('rules with other hits than rsigma', `${differing.length} of ${rules.length}, ${alerts} alerts${told}`)
}

function hits([program, ...options], ruleOf) {
  const { stdout } = spawnSync(program, options, { encoding: 'utf8', maxBuffer: 1 << 30 })
  const counts = new Map()
  for (const line of stdout.split('\n').filter(Boolean)) {
    const rule = ruleOf(JSON.parse(line))
    counts.set(rule, (counts.get(rule) ?? 0) + 1)
  }
  return counts
}

/** CPU that an event costs, that is over a run on one event, beside the number of rules: it must grow far slower. */
function growWithRules() {
  const one = path.join(work, 'one.ndjson')
  writeEvents(one, 1)
  const counts = [10, 100, 600]
  const folders = counts.map(copyFirstRules)
  const figures = interleaved(
    folders.flatMap((folder) => [evaluation(folder, events), evaluation(folder, one)]),
    3,
  )
  section('CPU of an event in eval, start and reading of rules not included')
  for (const [i, count] of counts.entries()) {
    const start = cpu(figures[2 * i + 1])
    const each = cpu(figures[2 * i]).map((one, run) => ((one - start[run]) / 100_000) * 1e6)
    row(`${count} rules, µs`, spread(each, 1))
  }
}

/** Memory may grow with the alerts, since they are sorted, but not with the events. */
async function growWithEvents() {
  const more = path.join(work, 'more.ndjson')
  writeEvents(more, 400_000)
  const few = copyFirstRules(10)
  section('peak memory of eval with 10 rules')
  row('100,000 events, MiB', (await peakMemory(evaluation(few, events))).toFixed(0))
  row('400,000 events, MiB', (await peakMemory(evaluation(few, more))).toFixed(0))
}

function evaluation(rules, file, ...more) {
  return [...detpack, 'eval', '--rules', rules, '--events', file, '--mapping', 'none', '--format', 'ndjson', ...more]
}

function writeEvents(file, count) {
  const out = openSync(file, 'w')
  const script = path.join(root, 'bench/events.mjs')
  execFileSync(process.execPath, [script, String(count)], { stdio: ['ignore', out, 'inherit'] })
  closeSync(out)
}

/** So many rules of the corpus, those for Linux first; gives their folder. */
function copyFirstRules(count) {
  const folder = path.join(work, `rules-${count}`)
  mkdirSync(folder, { recursive: true })
  const ofLinux = (file) => /(^|\/)linux\//.test(file)
  const files = readdirSync(corpus, { recursive: true })
    .filter((file) => file.endsWith('.yml'))
    .sort()
  const linuxFirst = [...files.filter(ofLinux), ...files.filter((file) => !ofLinux(file))]
  for (const file of linuxFirst.slice(0, count))
    copyFileSync(path.join(corpus, file), path.join(folder, file.replaceAll('/', '-')))
  return folder
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
