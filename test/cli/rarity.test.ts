import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Learner } from '../../src/behaviour/baseline/learner.ts'
import { NOTHING_EXPECTED } from '../../src/behaviour/baseline/prior.ts'
import { Scorer } from '../../src/behaviour/baseline/scorer.ts'
import { classesOf } from '../../src/cli/learned.ts'
import { Rarity } from '../../src/cli/rarity.ts'
import { loadResources } from '../../src/cli/resources.ts'
import { Correlator } from '../../src/engine/stream/correlator.ts'
import { StreamLines, type Onlooker } from '../../src/engine/stream/stream-lines.ts'
import { NdjsonReader, type LineTaker } from '../../src/event/ndjson.ts'
import { ecs } from '../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../src/pack/configuration.ts'
import { loadRules } from '../../src/pack/rules.ts'

const { program } = ecs.mapProgram(loadRules([], loadConfiguration('.').configuration).program)
const resources = loadResources(undefined)

const recording = (name: string): string => readFileSync(`test/recordings/${name}.ndjson`, 'utf8')
/** The same events, of which no line can be taken as it stands: each has a key twice. */
const odd = (text: string): string => text.replace(/^\{/gm, '{"twice":1,"twice":1,')

function feed(text: string, to: LineTaker): void {
  const reader = new NdjsonReader({ name: 'events' })
  reader.feed(new TextEncoder().encode(text), to)
  for (const line of reader.end()) to.take(line)
}

function rarity(): Rarity {
  const common = { homes: resources.homes, classes: classesOf(resources) }
  const learner = new Learner(common)
  feed(recording('summarize-declared'), learner.lines)
  return new Rarity(new Scorer({ ...common, learned: learner.end(), priorOf: () => NOTHING_EXPECTED }))
}

/** What alerts on these events are told with, and how many lines were looked at as they stand. */
function told(text: string) {
  const rare = rarity()
  let skimmed = 0
  const onlooker: Onlooker = {
    fields: rare.fields,
    see: (values, places, time, line) => {
      skimmed++
      rare.see(values, places, time, line)
    },
    seeRecord: (event) => {
      rare.seeRecord(event)
    },
  }
  const correlator = new Correlator(program)
  feed(text, new StreamLines(correlator, {}, [onlooker]))
  correlator.end()
  return { skimmed, reasons: correlator.drain().map((alert) => [alert.rule, rare.of(alert)]) }
}

it.each(['document-sent-elsewhere', 'key-child', 'document-passed-elsewhere', 'push-and-elsewhere'])(
  'the steps of alerts on %s are as rare when lines are looked at as they stand as when they are read whole',
  (name) => {
    const text = recording(name)
    const [skimmed, whole] = [told(text), told(odd(text))]
    expect([skimmed.skimmed, whole.skimmed]).toEqual([text.trimEnd().split('\n').length, 0])
    expect(skimmed.reasons).toEqual(whole.reasons)
    expect(skimmed.reasons.flatMap(([, reasons]) => reasons)).not.toEqual([])
  },
)
