// How many published rules each language says, and why not the others:
//
//     node test/backend/corpus/report.mjs [LANGUAGE...]
//
// For the languages whose counts no test pins; `make build` first.
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../../..')
const corpus = path.join(root, 'test/sigma/corpus')
const asked = process.argv.slice(2)

for (const [language, mapping] of [
  ['eql', 'sigma-ecs'],
  ['esql', 'sigma-ecs'],
  ['kql', 'sigma-ecs'],
  ['lucene', 'sigma-ecs'],
  ['spl', 'sigma-cim'],
]) {
  if (asked.length > 0 && !asked.includes(language)) continue
  const args = [path.join(root, 'bin/detpack'), 'compile', '-l', language, '--mapping', mapping, corpus]
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  const counts = new Map()
  const count = (reason) => counts.set(reason, (counts.get(reason) ?? 0) + 1)
  for (const line of stderr.split('\n')) {
    const refused = /^refused: \w+: .*?: ((?:EQL|ES\|QL|KQL|Lucene|SPL) .*)$/.exec(line)
    if (refused) count(refused[1].replace(/"[^"]*"/g, '…'))
    const found = /error\[((?:mapping|sigma)\/[\w-]+)\]/.exec(line)
    if (found) count(`before: ${found[1]}`)
  }
  console.log(`\n${language}, ${mapping}: ${stderr.trimEnd().split('\n').at(-1)}`)
  for (const [reason, times] of [...counts].sort(([, a], [, b]) => b - a))
    console.log(`${String(times).padStart(5)} ${reason}`)
}
