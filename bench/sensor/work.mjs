// Realistic work with and without being watched, in pairs: what the processor does for it, as the kernel accounts for it.
// A third run of each pair has no sensor and an empty program where the sensor's stands: no sensor there can cost less.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { median, spread } from '../measure.mjs'
import { buildFloor, Floor } from './floor.mjs'
import { row, section } from './row.mjs'
import { RunningSensor } from './running.mjs'

const root = path.resolve(import.meta.dirname, '../..')
const PAIRS = 15

/** A shell that waits for a command, does it, and says how much processor time it and its children took. */
class Worker {
  #child = spawn('bash', [path.join(import.meta.dirname, 'worker.sh')], { stdio: ['pipe', 'pipe', 'inherit'] })
  #waiting = []

  constructor() {
    let text = ''
    this.#child.stdout.on('data', (piece) => {
      text += piece
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
        const [user, system] = text.slice(0, end).split(' ').map(Number)
        this.#waiting.shift()(user + system)
        text = text.slice(end + 1)
      }
    })
  }

  get pid() {
    return this.#child.pid
  }

  run(command) {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#child.stdin.write(`${command}\n`)
    })
  }

  end() {
    this.#child.stdin.end()
  }
}

const WAYS = ['alone', 'floor', 'watched']

export async function measureWork(work) {
  const kinds = prepare(work)
  const floor = buildFloor(work)
  const figures = kinds.map(() => ({ alone: [], floor: [], watched: [] }))
  const own = []
  for (let pair = -1; pair < PAIRS; pair++) {
    // In turn the other way round and beginning with another, so that what changes slowly on the machine meets all.
    const from = (pair + 1) % WAYS.length
    const turned = [...WAYS.slice(from), ...WAYS.slice(0, from)]
    for (const way of pair % 2 === 0 ? turned.toReversed() : turned) {
      const worker = new Worker()
      const beside = await start(way, worker, floor, work)
      const began = way === 'watched' ? beside.cpu() : 0
      let all = 0
      for (const [i, { command }] of kinds.entries()) {
        const cpu = await worker.run(command)
        all += cpu
        if (pair >= 0) figures[i][way].push(cpu)
      }
      if (way === 'watched' && pair >= 0) own.push(((beside.cpu() - began) / all) * 100)
      await beside?.stop()
      worker.end()
    }
  }
  section(`work, processor time watched beside unwatched, ${PAIRS} pairs (aim: at most 1.05 at the upper end)`)
  for (const [i, { name }] of kinds.entries()) tell(name, figures[i])
  tell('all of it', together(figures))
  row('the sensor itself beside, % of the time of the work', spread(own, 1))
}

function start(way, worker, floor, work) {
  if (way === 'floor') return Floor.start(floor, 'exit')
  return way === 'watched' ? RunningSensor.start(worker.pid, path.join(work, 'events')) : undefined
}

/** A row of the sensor, and one of the empty program. */
function tell(name, { alone, floor, watched }) {
  row(`${name}, ${median(alone).toFixed(2)} s`, ratioText(watched, alone))
  row('  an empty program in its place', ratioText(floor, alone))
}

function ratioText(one, alone) {
  const ratios = one.map((figure, at) => figure / alone[at])
  const [low, high] = interval(ratios)
  return `${low.toFixed(3)}–${high.toFixed(3)}, 95 % of the mean; median ${spread(ratios, 3)}`
}

/** Pair by pair the sums over all kinds. */
function together(figures) {
  const sum = (way) => figures[0][way].map((_, at) => figures.reduce((all, each) => all + each[way][at], 0))
  return { alone: sum('alone'), floor: sum('floor'), watched: sum('watched') }
}

/** What is done, each about a second of one processor. */
function prepare(work) {
  const folder = path.join(work, 'work')
  const copies = path.join(folder, 'files')
  mkdirSync(copies, { recursive: true })
  for (let i = 0; i < 12; i++) {
    cpSync(path.join(root, 'src'), path.join(copies, `src-${i}`), { recursive: true })
    cpSync(path.join(root, 'rules'), path.join(copies, `rules-${i}`), { recursive: true })
  }
  spawnSync('tar', ['-cf', path.join(folder, 'all.tar'), '-C', folder, 'files'])
  const sensor = path.join(root, 'sensor')
  const compile = ['json', 'order', 'path', 'view'].map(
    (name) => `gcc -std=gnu11 -O2 -D_GNU_SOURCE -I${sensor} -c ${sensor}/src/${name}.c -o ${folder}/${name}.o`,
  )
  const tar = `for i in 1 2 3 4 5 6 7 8; do tar -cf ${folder}/again.tar -C ${folder} files; done`
  return [
    { name: 'a compile of four files', command: compile.join(' && ') },
    { name: 'tar of some thousand small files', command: tar },
    { name: 'gzip of an archive', command: `gzip -kf ${folder}/all.tar` },
    { name: 'tar through gzip of those files', command: `tar -czf ${folder}/again.tar.gz -C ${folder} files` },
  ]
}

/** 95 % of the mean of ratios, by Student's t on their logarithms. */
function interval(ratios) {
  const logs = ratios.map(Math.log)
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length
  const variance = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (logs.length - 1)
  const freedom = logs.length - 1
  // Quantile of t at 0.975, by its expansion around the normal one; right to 0.1 % from 10 degrees on.
  const quantile = 1.96 + 2.372 / freedom + 2.82 / freedom ** 2
  const half = quantile * Math.sqrt(variance / logs.length)
  return [Math.exp(mean - half), Math.exp(mean + half)]
}
