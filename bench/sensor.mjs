// What the sensor costs those it watches and those it does not, what it needs, and how much it sees in time; each beside no
// sensor or beside its peers, in turn within one run. Needs root, BTF and a built sensor (make -C sensor detpack-sensor);
// says so and ends where one is missing.
// Usage: node bench/sensor.mjs [cost] [floor] [work] [stream] [peers] [volume]   (all without a name)
import { accessSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { measureCost } from './sensor/cost.mjs'
import { measureFloor } from './sensor/floor.mjs'
import { buildLoop } from './sensor/loop.mjs'
import { measurePeers } from './sensor/peers.mjs'
import { SENSOR } from './sensor/running.mjs'
import { measureStream } from './sensor/stream.mjs'
import { measureVolume } from './sensor/volume.mjs'
import { measureWork } from './sensor/work.mjs'

const PARTS = {
  cost: measureCost,
  floor: measureFloor,
  work: measureWork,
  stream: measureStream,
  peers: measurePeers,
  volume: measureVolume,
}

export async function measureSensor(names = Object.keys(PARTS)) {
  const lacking = missing()
  if (lacking !== undefined) {
    process.stdout.write(`\nSKIP: the sensor is not measured: ${lacking}\n`)
    return
  }
  const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-bench-'))
  try {
    const program = buildLoop(work)
    for (const name of names) await PARTS[name](work, program)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function missing() {
  if (process.getuid?.() !== 0) return 'not root'
  for (const [file, what] of [
    ['/sys/kernel/btf/vmlinux', 'no BTF'],
    [SENSOR, 'sensor/detpack-sensor is not built'],
  ]) {
    try {
      accessSync(file)
    } catch {
      return what
    }
  }
  return undefined
}

if (process.argv[1] === import.meta.filename) {
  const named = process.argv.slice(2)
  const wrong = named.find((name) => !Object.hasOwn(PARTS, name))
  if (wrong !== undefined) {
    process.stderr.write(`no such part: ${wrong}; there are ${Object.keys(PARTS).join(', ')}\n`)
    process.exit(2)
  }
  await measureSensor(named.length > 0 ? named : undefined)
}
