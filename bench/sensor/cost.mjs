// What being watched costs a thread that does nothing but open, read and close, and what the sensor costs those that it
// does not watch; beside it what the sensor itself needs of the machine.
import path from 'node:path'
import { writeFileSync } from 'node:fs'
import { median, ratios, spread } from '../measure.mjs'
import { Loop } from './loop.mjs'
import { row, section } from './row.mjs'
import { eventsIn, rest, RunningSensor } from './running.mjs'

const ROUNDS = 7
const OPENS = 60_000
const CALLS = 2_000_000
const IDLE_SECONDS = 10

export async function measureCost(work, program) {
  const file = path.join(work, 'file')
  writeFileSync(file, 'x'.repeat(64))
  const figures = new Map()
  const note = (name, figure) => figures.set(name, [...(figures.get(name) ?? []), figure])
  const of = (name) => figures.get(name)
  for (let round = 0; round < ROUNDS; round++) {
    const [one, shared, other] = [new Loop(program), new Loop(program), new Loop(program)]
    await shared.run('share')
    for (const each of [one, shared]) await each.run(`open 2000 ${file}`)
    note('alone', await one.run(`open ${OPENS} ${file}`))
    note('shared alone', await shared.run(`open ${OPENS} ${file}`))
    note('call alone', await other.run(`call ${CALLS}`))
    const sensor = await RunningSensor.start(one.pid, path.join(work, 'events'), ['--tree', String(shared.pid)])
    await rest(300)
    note('resident', sensor.residentMiB())
    note('maps', sensor.mapsMiB())
    note('watched', await one.run(`open ${OPENS} ${file}`))
    note('shared watched', await shared.run(`open ${OPENS} ${file}`))
    note('call beside', await other.run(`call ${CALLS}`))
    await rest(1500)
    note('resident after', sensor.residentMiB())
    const before = sensor.cpu()
    if (round < 3) {
      await rest(IDLE_SECONDS * 1000)
      note('idle', ((sensor.cpu() - before) / IDLE_SECONDS) * 100)
    }
    await sensor.stop()
    const events = await eventsIn(sensor.out)
    note('bytes', events.bytes / events.lines)
    note('lost', events.lost)
    for (const each of [one, shared, other]) await each.end()
  }
  section('the sensor on one thread, beside no sensor')
  row('open+read+close alone, ns', spread(of('alone'), 0))
  row('open+read+close watched, ns', spread(of('watched'), 0))
  row('ratio (aim: at most 3.0, better 2.5)', spread(ratios(of('watched'), of('alone'))))
  row(
    'the same in a process whose threads share the table, ratio',
    spread(ratios(of('shared watched'), of('shared alone'))),
  )
  row('a call of an unwatched process alone, ns', spread(of('call alone'), 1))
  row('a call of an unwatched process beside the sensor, ns', spread(of('call beside'), 1))
  row('more, ns (aim: at most 150)', (median(of('call beside')) - median(of('call alone'))).toFixed(1))
  row('bytes an event, all fields (aim: at most 1000)', spread(of('bytes'), 0))
  row('uses lost of those, all rounds', String(of('lost').reduce((sum, one) => sum + one, 0)))
  section('what the sensor needs')
  row('resident after loading, MiB (aim: at most 22.9)', spread(of('resident'), 1))
  row('resident after that load, MiB (aim: at most 22.9)', spread(of('resident after'), 1))
  row('maps in the kernel, MiB (aim: under 16)', spread(of('maps'), 1))
  row(`idle over ${IDLE_SECONDS} s, % of a core (aim: at most 0.2)`, spread(of('idle')))
}
