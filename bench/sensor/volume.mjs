// How much is written in a day: of a host on which nothing happens, of agents at work, of builds.
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { row, section } from './row.mjs'
import { eventsIn, rest, RunningSensor } from './running.mjs'
import { Loop } from './loop.mjs'

const recordings = path.resolve(import.meta.dirname, '../../test/recordings')
const IDLE_SECONDS = 65
/** Programs that did what an agent is asked to do, and a build, under this sensor (test/scenarios). */
const AGENT = /^(summarize|document|note|key|person)-/
const BUILD = /^build/

export async function measureVolume(work, program) {
  const loop = new Loop(program)
  const sensor = await RunningSensor.start(loop.pid, path.join(work, 'events'))
  await rest(500)
  const before = await eventsIn(sensor.out)
  await rest(IDLE_SECONDS * 1000)
  const after = await eventsIn(sensor.out)
  await sensor.stop()
  await loop.end()
  section('how much is written')
  const idle = ((after.bytes - before.bytes) / IDLE_SECONDS) * 86_400
  row('an idle process, MB a day: what the sensor says of itself', (idle / 1e6).toFixed(1))
  for (const [name, pattern, times] of [
    ["an agent's run", AGENT, 1440],
    ['a small build', BUILD, 240],
  ]) {
    const sizes = readdirSync(recordings)
      .filter((file) => pattern.test(file))
      .map((file) => statSync(path.join(recordings, file)).size)
    const mean = sizes.reduce((sum, one) => sum + one, 0) / sizes.length
    const text = `${(mean / 1000).toFixed(0)} kB each (${sizes.length} recordings); ${times} in a day: ${((mean * times) / 1e6).toFixed(0)} MB`
    row(name, text)
  }
}
