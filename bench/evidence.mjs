import { generateKeyPairSync } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { interleaved, peakMemory, spread } from './measure.mjs'

const ALERTS = 100_000
const PERIOD = '2025-Q4'
const VERDICTS = ['true_positive', 'benign_true_positive', 'false_positive_logic', 'undetermined']

/**
 * `evidence build` of a quarter with 100,000 alerts of the rules of this pack, its tests run, a review of all of them in it, and
 * `evidence verify` of it.
 */
export async function measureEvidence(detpack, root, work, { section, row }) {
  const pack = path.join(work, 'evidence-pack')
  for (const each of ['detpack.yml', 'rules', 'test'])
    cpSync(path.join(root, each), path.join(pack, each), { recursive: true })
  mkdirSync(path.join(pack, 'reviews'))
  const key = path.join(work, 'evidence-key')
  writeFileSync(key, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const run = (...args) => [...detpack, '-C', pack, ...args]
  const [program, ...signer] = run('review', 'signer', 'anna', '--key', key)
  writeFileSync(path.join(pack, 'reviews/allowed_signers'), execFileSync(program, signer))
  const rules = readdirSync(path.join(pack, 'rules/detections'), { recursive: true })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => readFileSync(path.join(pack, 'rules/detections', name), 'utf8'))
    .map((text) => ({ id: /^id: (.+)$/m.exec(text)[1], title: /^title: (.+)$/m.exec(text)[1] }))
  writeFileSync(path.join(pack, 'reviews/alerts.ndjson'), alerts(rules).join(''))
  review((...args) =>
    execFileSync(detpack[0], [...detpack.slice(1), '-C', pack, ...args, '--key', key], { encoding: 'utf8' }),
  )
  const folder = path.join(work, 'evidence')
  const build = run('evidence', 'build', '--period', PERIOD, '--key', key, '--force', '-o', folder)
  // A figure of what fails is none.
  execFileSync(build[0], build.slice(1))
  const [built, verified] = interleaved([build, run('evidence', 'verify', folder)], 3)
  section(`evidence of a quarter with ${ALERTS.toLocaleString('en')} alerts, the tests of the pack run`)
  row('build, s (aim: at most 20)', spread(built.map(({ wall }) => wall)))
  row('build, peak MiB (aim: at most 500)', (await peakMemory(build)).toFixed(0))
  row('verify, s', spread(verified.map(({ wall }) => wall)))
}

/** Draws a few of all that happened, and finds each in order. */
function review(run) {
  const items = run('review', 'start', PERIOD, '--sample', '5').trim().split('\n')
  for (const item of items) run('review', 'record', PERIOD, item, '--outcome', 'in-order')
  run('review', 'close', PERIOD, '--conclusion', 'all in order')
}

function alerts(rules) {
  const from = Date.UTC(2025, 9, 1)
  return Array.from({ length: ALERTS }, (_, n) => {
    const time = (minutes) => new Date(from + n * 79_000 + minutes * 60_000).toISOString()
    const { id: rule, title } = rules[n % rules.length]
    const verdict = n % 20 === 0 ? null : (VERDICTS[n % 7] ?? 'benign_true_positive')
    const states = [
      { at: time(10), status: 'acknowledged', verdict: null, by: 'carla', note: null },
      { at: time(60), status: 'closed', verdict, by: 'carla', note: null },
    ]
    const about = { id: n.toString(16).padStart(64, '0'), target: 'elastic', rule, title, version: 1 }
    return `${JSON.stringify({ ...about, host: `host-${n % 200}`, happened: time(-1), raised: time(0), states })}\n`
  })
}
