// How well tasks, rules and baselines tell attacks from work: `make bench-behaviour`. Runs of test/corpus are recorded; its
// cases say which are attacks, and which are held out: those take no part in what is learned here (test/corpus/README.md).
// BENCH_PART=tune,blind-1 looks at these parts only: for whoever changes a rule or a limit.
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parse, stringify } from 'yaml'
import { hopsIn } from './alert-hops.mjs'
import { corpusParts, corpusRuns, isOfStep } from './corpus-runs.mjs'
import { median } from './measure.mjs'
import { staticList } from './static-list.mjs'

const root = path.resolve(import.meta.dirname, '..')
const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-bench-'))
const names = corpusParts.map(({ name }) => name)
const asked = process.env.BENCH_PART ? process.env.BENCH_PART.split(',') : names
const unknown = asked.filter((name) => !names.includes(name))
if (unknown.length > 0) throw new Error(`BENCH_PART: no part ${unknown.join(', ')}; there are ${names.join(', ')}`)
const looked = corpusParts.filter(({ name }) => asked.includes(name))
/** What is learned of: the benign runs that are not held out. */
const learned = corpusParts.filter(({ heldOut }) => !heldOut).flatMap(({ name }) => corpusRuns(name).filter(isBenign))

/** Which alerts each variant sees, by the name of the rule; the first two are no rules of detpack. */
const VARIANTS = {
  'static list of capabilities': null,
  'the same with classes and hosts': null,
  'sequence rules alone': (name, task) => !name.startsWith(`${task}.`),
  'tasks alone (cold start)': (name, task) => name.startsWith(`${task}.`) && !name.includes('.baseline.'),
  'baseline alone': (name) => name.includes('.baseline.'),
  'all together': () => true,
}

try {
  makePack()
  approve(learned)
  for (const { name: part, heldOut } of looked) {
    const all = corpusRuns(part)
    if (all.length === 0) continue
    const judged = judge(part, all, hopsOf)
    console.log(
      `\n${part}${heldOut ? ', held out' : ''}: ${count(all, 'attack')} attacks, ${count(all, 'benign')} benign runs (95 % intervals)`,
    )
    console.log(
      `  ${''.padEnd(34)}${'recall'.padEnd(22)}${'false alarms of 100'.padEnd(22)}steps as shown, with hops: precision, recall; those that rules ask for alone; ms`,
    )
    for (const [name, alerts] of Object.entries(judged)) console.log(`  ${name.padEnd(34)}${figures(all, alerts)}`)
    console.log(`\n${part}, runs that alert by case, in the order of the variants above`)
    for (const each of new Set(all.map((run) => run.of))) console.log(`  ${caseLine(each, all, judged)}`)
  }
  leftOut()
  for (const { name, heldOut } of looked) if (heldOut) reviewLoop(name)
  if (looked.length === names.length) firstDeployment()
} finally {
  rmSync(work, { recursive: true, force: true })
}

function count(all, kind) {
  return all.filter((run) => run.of.kind === kind).length
}

function isBenign(run) {
  return run.of.kind === 'benign'
}

/** A pack like detpack's own. */
function makePack() {
  cpSync(path.join(root, 'detpack.yml'), path.join(work, 'detpack.yml'))
  cpSync(path.join(root, 'rules'), path.join(work, 'rules'), { recursive: true })
  symlinkSync(path.join(root, 'test'), path.join(work, 'test'))
  forget()
}

/** As before anything was approved. */
function forget() {
  for (const folder of ['behaviour', 'history', 'proposals'])
    rmSync(path.join(work, 'rules/baselines', folder), { recursive: true, force: true })
  mkdirSync(path.join(work, 'rules/baselines/behaviour'), { recursive: true })
}

/** Baselines are learned of these runs, and somebody else approves them. */
function approve(benign) {
  writeRuns('benign.ndjson', benign)
  detpack('baseline', 'learn', '--events', 'benign.ndjson')
  for (const task of new Set(benign.map((run) => run.of.task))) {
    const proposed = run('baseline', 'propose', task, '--as', 'anna')
    if (proposed.status === 1) console.log(`  no baseline of ${task}: ${/error\[.*/.exec(proposed.stderr)?.[0]}`)
    if (proposed.status !== 0) continue
    const proposal = `rules/baselines/proposals/${task}.behaviour.yml`
    detpack('baseline', 'approve', proposal, '--as', 'bert', '--why', 'the corpus')
  }
}

/**
 * Work of a kind that was never learned, within what is not held out: each benign case is judged by a baseline that was
 * learned of the other cases of its task. What alerts here shows what baselines take for unusual without need; limits are
 * chosen by it.
 */
function leftOut() {
  console.log('\neach benign case by a baseline learned without it: runs that alert, and which alerts')
  for (const each of new Set(learned.map((run) => run.of))) {
    if (!looked.some(({ name }) => name === each.part)) continue
    forget()
    const others = learned.filter((run) => run.of.task === each.task && run.of !== each)
    if (others.length === 0) continue
    approve(others)
    const own = learned.filter((run) => run.of === each)
    const told = judge('left-out', own)['all together']
    const names = new Set([...told.values()].flat().map(({ name }) => name.replace(`${each.task}.`, '')))
    const runs = own.filter((run) => told.get(run).length > 0).length
    console.log(`  ${each.task.padEnd(20)}${each.name.padEnd(32)}${runs} of ${own.length}  ${[...names].join(', ')}`)
  }
  forget()
  approve(learned)
}

/** What happens when people approve, round by round, more of the runs that are held out; judged are those that never are. */
function reviewLoop(part) {
  const all = corpusRuns(part)
  if (all.length === 0) return
  const share = (run) => (all.filter((one) => one.of === run.of).indexOf(run) + 0.5) / run.of.runs
  const kept = all.filter((run) => !isBenign(run) || share(run) > 2 / 3)
  console.log(`\nreview loop: ${count(kept, 'benign')} benign runs and all attacks of ${part}, all together`)
  console.log(`  ${'approved of the other benign runs'.padEnd(34)}${'recall'.padEnd(22)}false alarms of 100`)
  for (const approved of [0, 1 / 3, 2 / 3]) {
    const more = all.filter((run) => isBenign(run) && share(run) < approved)
    if (more.length > 0) approve([...learned, ...more])
    const alerts = judge(part, kept)['all together']
    console.log(`  ${`${more.length} runs`.padEnd(34)}${figures(kept, alerts)}`)
  }
}

/**
 * Where nobody has written grants yet: tasks are a name, a purpose and hosts, and what they do is let be (`otherwise: allow`).
 * What is unusual is all that tells then, beside the rules, and people approve one kind of work after another. Judged are the
 * last third of the benign runs of each kind, which are never approved, and all attacks, of the parts that are not held out.
 * What no approval takes away needs a grant: that sshd and PostgreSQL answer on connections that another process accepted.
 */
function firstDeployment() {
  undeclare()
  const all = corpusParts.filter(({ heldOut }) => !heldOut).flatMap(({ name }) => corpusRuns(name))
  const isLate = (run) => all.filter((one) => one.of === run.of).indexOf(run) >= (2 * run.of.runs) / 3
  const kept = all.filter((run) => !isBenign(run) || isLate(run))
  const kinds = new Map()
  for (const { of } of all.filter(isBenign)) kinds.set(of.task, (kinds.get(of.task) ?? new Set()).add(of))
  const most = Math.max(...[...kinds.values()].map(({ size }) => size))
  console.log(
    `\nfirst deployment, no grants: ${count(kept, 'benign')} benign runs and all attacks, rules and baselines`,
  )
  console.log(`  ${'kinds of work approved of a task'.padEnd(34)}${'recall'.padEnd(22)}false alarms of 100`)
  for (const approved of [1, 4, 8, most]) {
    forget()
    const known = new Set([...kinds.values()].flatMap((each) => [...each].slice(0, approved)))
    const more = all.filter((run) => known.has(run.of) && !isLate(run))
    approve(more)
    const alerts = judge('first', kept)['all together']
    console.log(`  ${`${approved}: ${more.length} runs`.padEnd(34)}${figures(kept, alerts)}`)
  }
}

/** The tasks of the pack without their grants. */
function undeclare() {
  const folder = path.join(work, 'rules/tasks')
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.yml'))) {
    const task = parse(readFileSync(path.join(folder, name), 'utf8'))
    for (const key of ['chains', 'deny']) delete task[key]
    writeFileSync(path.join(folder, name), stringify({ ...task, grants: [], otherwise: 'allow' }))
  }
}

function run(...args) {
  const how = { cwd: work, encoding: 'utf8', maxBuffer: 1 << 30 }
  return spawnSync(process.execPath, [path.join(root, 'bin/detpack'), ...args], how)
}

function detpack(...args) {
  const { status, stdout, stderr } = run(...args)
  if (status !== 0) throw new Error(`detpack ${args.join(' ')}: exit ${status}\n${stderr}`)
  return stdout
}

function writeRuns(file, all) {
  const to = openSync(path.join(work, file), 'w')
  try {
    for (const { bytes } of all) writeSync(to, bytes)
  } finally {
    closeSync(to)
  }
}

/** By alert the lines of what it shows beside its steps, as somebody sees it who watches. */
function hopsOf(file) {
  const store = path.join(work, `${file}.db`)
  const { status, stderr } = run('watch', file, '--store', store)
  if (status !== 0) throw new Error(`detpack watch: exit ${status}\n${stderr}`)
  return hopsIn(store)
}

/** By variant: of each run its alerts, as the events of each, what it shows besides, and when it could be told. */
function judge(part, all, hopsOf = () => new Map()) {
  const file = `${part}.ndjson`
  writeRuns(file, all)
  const owners = all.flatMap((run) => Array.from({ length: run.count }, () => run))
  const firsts = new Map()
  for (const [at, run] of owners.entries()) if (!firsts.has(run)) firsts.set(run, at)
  const eventOf = (number) => {
    const run = owners[number - 1]
    return run.event(number - 1 - firsts.get(run))
  }
  const hops = hopsOf(file)
  const found = detpack('eval', '--events', file, '--format', 'ndjson').split('\n').filter(Boolean)
  const alerts = found.map((line) => {
    const { id, rule, events, last } = JSON.parse(line)
    const members = events.filter((number) => number !== null)
    return {
      name: rule.name ?? '',
      run: owners[members[0] - 1],
      events: members.map(eventOf),
      shown: [...members, ...(hops.get(id) ?? [])].map(eventOf),
      time: Date.parse(last),
    }
  })
  const lists = [staticList(root, 'capabilities'), staticList(root, 'objects')]
  return Object.fromEntries(
    Object.entries(VARIANTS).map(([name, sees], at) => {
      const of = (run) =>
        sees === null
          ? lists[at](run.of.task, run.events)
          : alerts.filter((alert) => alert.run === run && sees(alert.name, run.of.task))
      return [name, new Map(all.map((run) => [run, of(run)]))]
    }),
  )
}

function figures(all, alerts) {
  const attacks = all.filter((run) => !isBenign(run))
  const benign = all.filter(isBenign)
  const told = (list) => list.filter((run) => alerts.get(run).length > 0)
  const caught = told(attacks)
  const delays = caught.map((run) => delayOf(run, alerts.get(run))).filter(Number.isFinite)
  const shares = ['shown', 'events'].map((name) => {
    const evidence = caught.map((run) => evidenceOf(run, alerts.get(run), name))
    const share = (part, whole) =>
      evidence.reduce((sum, one) => sum + one[part], 0) / evidence.reduce((sum, one) => sum + one[whole], 0)
    return `${share('right', 'events').toFixed(2)}, ${share('covered', 'steps').toFixed(2)}`
  })
  const steps =
    caught.length === 0
      ? '-'
      : `${shares.join('; ')}; ${median(delays)} (${Math.min(...delays)}–${Math.max(...delays)})`
  const recall = withInterval(caught.length, attacks.length, 1, 2)
  return `${recall.padEnd(22)}${withInterval(told(benign).length, benign.length, 100, 1).padEnd(22)}${steps}`
}

/** How long after the last labelled step the first alert came. */
function delayOf({ steps, events }, alerts) {
  const sink = events.find((event) => isOfStep(event, steps.at(-1)))
  return Math.min(...alerts.map(({ time }) => time)) - Date.parse(sink?.['@timestamp'])
}

/**
 * How far events of alerts are those of the labelled steps.
 *
 * @param which `events`: those that the rules asked for; `shown`: all that the alerts show
 */
function evidenceOf({ steps }, alerts, which) {
  const shown = [...new Set(alerts.flatMap((alert) => alert[which] ?? alert.events))]
  return {
    events: shown.length,
    right: shown.filter((event) => steps.some((step) => isOfStep(event, step))).length,
    steps: steps.length,
    covered: steps.filter((step) => shown.some((event) => isOfStep(event, step))).length,
  }
}

/** A part of so many with Wilson's interval. */
function withInterval(part, of, scale, digits) {
  const z = 1.96
  const p = part / of
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of)
  const reach = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of)
  const text = (value) => (Math.abs(value) * scale).toFixed(digits)
  return `${text(p)} (${text(middle - reach)}–${text(middle + reach)})`
}

function caseLine(each, all, judged) {
  const own = all.filter((run) => run.of === each)
  const told = Object.values(judged).map((alerts) => own.filter((run) => alerts.get(run).length > 0).length)
  return `${each.kind.padEnd(8)}${each.task.padEnd(20)}${each.name.padEnd(32)}${told.map((one) => String(one).padStart(3)).join('')} of ${own.length}`
}
