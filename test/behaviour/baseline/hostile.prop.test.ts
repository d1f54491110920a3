import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NOTHING_EXPECTED } from '../../../src/behaviour/baseline/prior.ts'
import { parseLearned, renderLearned } from '../../../src/behaviour/baseline/learned-file.ts'
import { Learner } from '../../../src/behaviour/baseline/learner.ts'
import { Scorer } from '../../../src/behaviour/baseline/scorer.ts'
import { meaningOf, Shapes } from '../../../src/behaviour/baseline/shape.ts'
import { USE_FIELDS } from '../../../src/behaviour/baseline/use.ts'
import { NdjsonReader, renderNdjson } from '../../../src/event/ndjson.ts'
import { recordReader } from '../../../src/event/record-reader.ts'
import { compileRegex } from '../../../src/ir/regex/compile.ts'
import { CLASSES, HOMES, learnedFrom, summaries } from './runs.ts'

const value = fc.oneof(
  fc.string(),
  fc.constantFrom('file_read', 'network_send', 'success', 'task_end', 'credential', '/home/a/x', '::1', '1.2.3.4'),
  fc.double(),
  fc.integer(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.jsonValue(),
)

/** Events with anything at all in the fields that are read. */
const events = fc.array(
  fc
    .array(fc.tuple(fc.constantFrom('@timestamp', ...USE_FIELDS), value), { maxLength: 12 })
    .map((entries) => ({ '@timestamp': 1, ...Object.fromEntries(entries) })),
  { maxLength: 20 },
)

it('learns from and scores whatever events hold, and what it writes is read back', () => {
  fc.assert(
    fc.property(events, (all) => {
      const learner = new Learner({ homes: HOMES, classes: CLASSES })
      const reader = new NdjsonReader({ name: 'events' })
      reader.feed(new TextEncoder().encode(all.map(renderNdjson).join('')), learner.lines)
      for (const line of reader.end()) learner.lines.take(line)
      const text = renderLearned({ learned: learner.end(), classes: 'c' })
      const { file } = parseLearned('l', text)
      expect(file && renderLearned(file)).toBe(text)
      if (file === undefined) return
      const { learned } = file
      const priorOf = (): typeof NOTHING_EXPECTED => NOTHING_EXPECTED
      const scorer = new Scorer({ learned, priorOf, homes: HOMES, classes: CLASSES })
      const read = recordReader()
      for (const [at, event] of all.entries()) {
        const { fields, time } = read(event, at + 1)
        for (const { bits } of scorer.seeObject(fields, time)) expect(bits).toBeGreaterThan(0)
      }
    }),
  )
})

it('takes no content for learned that is not, though its digest be right', () => {
  const whole = renderLearned({ learned: learnedFrom(summaries(2)), classes: 'c' })
  const content = whole.slice(whole.indexOf('"learned":') + '"learned":'.length, -2)
  const spoiled = fc.oneof(
    fc.json(),
    fc
      .tuple(fc.nat(content.length - 1), fc.string({ maxLength: 4 }))
      .map(([at, put]) => content.slice(0, at) + put + content.slice(at + 1)),
  )
  fc.assert(
    fc.property(spoiled, (text) => {
      const digest = createHash('sha256').update(text).digest('hex')
      const { file, diagnostics } = parseLearned(
        'l',
        `{"format":"detpack-learned/2","digest":"${digest}","learned":${text}}\n`,
      )
      expect(file !== undefined || diagnostics.length > 0).toBe(true)
    }),
  )
})

it('gives every path a shape that stands for it', () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom('home', 'a', 'usr', '12', 'tmpabcdef', '{n}', '*', '0123abcd', '2026-01-31', 'x.tmp', '~'),
  )
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 15 }), (parts) => {
      const path = `/${parts.join('/')}`
      const { paths, expressions } = meaningOf(new Shapes(HOMES).of(path), HOMES)
      const flags = { ignoreCase: false, multiline: false, dotAll: true }
      const isMeant =
        paths.includes(path) ||
        expressions.some((one) => {
          const compiled = compileRegex(one, flags)
          return 'run' in compiled && compiled.run.matcher(path).find()
        })
      expect(isMeant).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
