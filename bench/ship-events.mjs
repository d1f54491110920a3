// Events as the sensor writes them, from the recordings of the pack, each with an id of its own; one JSON object a line.
// Usage: node bench/ship-events.mjs COUNT > FILE
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const folder = path.resolve(import.meta.dirname, '../test/recordings')
const lines = readdirSync(folder)
  .sort()
  .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'))
  .filter((line) => line !== '')
const count = Number(process.argv[2] ?? 100_000)
let text = ''
for (let at = 0; at < count; at++) {
  text += `${lines[at % lines.length].replace(/"event":\{"id":"[^"]*"/, `"event":{"id":"bench-${at}"`)}\n`
  if (text.length < 1 << 20 && at < count - 1) continue
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve))
  text = ''
}
