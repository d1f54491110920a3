import { expect, test } from 'vitest'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { kqlBackend } from '../../../src/backend/kql/backend.ts'
import { luceneBackend } from '../../../src/backend/lucene/backend.ts'
import { none } from '../../../src/mapping/none.ts'
import { sigmaEcs } from '../../../src/mapping/sigma-ecs.ts'
import { compileCorpus } from './corpus.ts'

/** Of the 634 files, how many compile, and why each other one does not: a change of these counts is meant, or a bug. */
test.each([
  [eqlBackend, sigmaEcs],
  [eqlBackend, none],
  [esqlBackend, sigmaEcs],
  [esqlBackend, none],
  [luceneBackend, sigmaEcs],
  [luceneBackend, none],
  [kqlBackend, sigmaEcs],
  [kqlBackend, none],
] as const)('every published rule compiles or is refused for a reason', async (backend, mapping) => {
  const { queries, diagnostics, refusals } = compileCorpus(backend, mapping)
  expect(queries.length + refusals.reduce((sum, [, files]) => sum + files, 0)).toBe(634)
  expect(refusals.map(([why]) => why)).not.toContain('NO REASON WAS GIVEN')
  for (const { code, severity, span, hint } of diagnostics)
    if (severity === 'error' && code.startsWith('backend/')) {
      expect(span).toBeDefined()
      expect(hint).toBeTruthy()
    }
  const lines = [
    `${String(queries.length).padStart(4)} compile`,
    ...refusals.map(([why, files]) => `${String(files).padStart(4)} ${why}`),
  ]
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`refusals/${backend.language}.${mapping.name}.txt`)
})
