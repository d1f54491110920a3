import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseLearned, renderLearned } from '../../../src/behaviour/baseline/learned-file.ts'
import { mergeLearned, type Learned } from '../../../src/behaviour/baseline/learned.ts'
import { Learner } from '../../../src/behaviour/baseline/learner.ts'
import { UseBatchReader } from '../../../src/behaviour/baseline/use-batch.ts'
import { NdjsonReader, renderNdjson } from '../../../src/event/ndjson.ts'
import { CLASSES, eventOf, HOMES, learnedFrom, streams, type Written } from './runs.ts'

const text = (learned: Learned): string => renderLearned({ learned, classes: 'c' })

/** The same uses on a host of their own: nothing of different hosts is the same. */
function on(host: string, uses: readonly Written[]): Written[] {
  return uses.map((use) => ({
    ...use,
    host,
    run: `${host} ${use.run ?? ''}`,
    process: `${host} ${use.run ?? ''}`,
    object: `${host} ${use.object ?? ''}`,
    flow: (use.flow ?? []).map(([object, objectClass]) => [`${host} ${object}`, objectClass] as const),
  }))
}

it('gives the same bytes whatever is merged first', () => {
  fc.assert(
    fc.property(streams, streams, streams, (a, b, c) => {
      const parts = () => [learnedFrom(on('h1', a)), learnedFrom(on('h2', b)), learnedFrom(on('h3', c))] as const
      const [x, y, z] = parts()
      const whole = text(mergeLearned([x, y, z]))
      expect(text(mergeLearned([z, x, y]))).toBe(whole)
      expect(text(mergeLearned([x, mergeLearned([y, z])]))).toBe(whole)
      expect(text(mergeLearned([mergeLearned([x, y]), z]))).toBe(whole)
    }),
    { numRuns: 60 },
  )
})

it('learns of several hosts together what it learns of each', () => {
  fc.assert(
    fc.property(streams, streams, (a, b) => {
      const [left, right] = [on('h1', a), on('h2', b)]
      const together = [...left, ...right].sort((one, other) => one.at - other.at)
      expect(text(learnedFrom(together))).toBe(text(mergeLearned([learnedFrom(left), learnedFrom(right)])))
    }),
    { numRuns: 60 },
  )
})

it('learns the same of lines that are read elsewhere, in stretches cut at any of them', () => {
  fc.assert(
    fc.property(streams, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 9 }), (uses, lengths) => {
      const lines = uses.map((use, at) => renderNdjson(eventOf(use, at)))
      const search = { homes: HOMES, timeField: undefined }
      const learner = new Learner({ ...search, classes: CLASSES })
      const reader = new UseBatchReader(structuredClone(search), 1)
      for (let length = lengths.pop(); lines.length > 0; length = lengths.pop()) {
        const batch = reader.read(new TextEncoder().encode(lines.splice(0, length ?? lines.length).join('')))
        if (batch !== null) learner.merge(structuredClone(batch))
      }
      expect(text(learner.end())).toBe(text(learnedFrom(uses)))
    }),
    { numRuns: 60 },
  )
})

it('learns the same of more texts than are told at once, and where a stretch in between cannot be read elsewhere', () => {
  const uses = Array.from({ length: 8000 }, (_, at): Written => {
    const [run, process, object] = [`run ${at >> 1}`, `process ${at}`, `object ${at}`]
    return { action: 'file_read', at, task: 't', run, process, object, path: `/srv/${'abc'[at % 3]}` }
  })
  const search = { homes: HOMES, timeField: undefined }
  const [learner, alone] = [search, search].map((each) => new Learner({ ...each, classes: CLASSES })) as [
    Learner,
    Learner,
  ]
  const [batches, lines] = [new UseBatchReader(search, 1), new NdjsonReader({ name: 'events' })]
  for (let from = 0; from < uses.length; from += 1000) {
    const texts = uses.slice(from, from + 1000).map((use, at) => renderNdjson(eventOf(use, from + at)))
    if (from === 6000) texts.push('{broken\n')
    const bytes = new TextEncoder().encode(texts.join(''))
    lines.feed(bytes, alone.lines)
    const batch = batches.read(bytes)
    expect(batch === null).toBe(from === 6000)
    if (batch === null) new NdjsonReader({ name: 'events' }).feed(bytes, learner.lines)
    else learner.merge(batch)
  }
  expect(text(learner.end())).toBe(text(alone.end()))
})

it('leaves a stretch in which something is wrong to who can say it', () => {
  const reader = new UseBatchReader({ homes: HOMES, timeField: undefined }, 1)
  const lines = ['{"event":', '\ufeff{"event":{}}', '{"event":{}}']
  expect(lines.map((line) => reader.read(new TextEncoder().encode(`${line}\n`))?.events)).toEqual([
    undefined,
    undefined,
    1,
  ])
})

it('reads back what it wrote', () => {
  fc.assert(
    fc.property(streams, (uses) => {
      const written = text(learnedFrom(uses))
      const { file, diagnostics } = parseLearned('learned.json', written)
      expect(diagnostics).toEqual([])
      expect(file && renderLearned(file)).toBe(written)
    }),
    { numRuns: 60 },
  )
})

it('never takes a class for normal that must not be learned', () => {
  fc.assert(
    fc.property(streams, (uses) => {
      for (const [, { tables }] of learnedFrom(uses).subjects.sorted())
        for (const table of ['object', 'chain', 'flow'] as const)
          for (const [name] of tables[table].sorted()) expect(name).not.toContain('credential')
    }),
  )
})
