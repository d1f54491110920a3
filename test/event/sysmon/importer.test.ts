import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { SysmonImporter } from '../../../src/event/sysmon/importer.ts'
import { resources } from '../importing.ts'

const SAMPLES = readFileSync(new URL('samples/events.log', import.meta.url), 'utf8').split('\n')

/** What is in use after all that can be is collected, MB. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed / 1e6
}

test('what is remembered of many processes does not hold on to the log that told them', () => {
  const start = SAMPLES.find((line) => line.includes('<EventID>1<')) ?? ''
  const rest = `${'x'.repeat(60_000)}\n`
  const importer = new SysmonImporter({ name: 'it', resources, run: '0'.repeat(32) })
  const before = memoryInUse()
  let events = 0
  for (let at = 0; at < 2000; at++) {
    const line = start.replace('000000001004}', `${(0x1000_0000_0000 + at).toString(16)}}`)
    events += importer.push(`${line}\n${rest}`).length
  }
  // The processes are in use still.
  expect(memoryInUse() - before).toBeLessThan(30)
  expect(events + importer.end().length).toBe(2000)
})
