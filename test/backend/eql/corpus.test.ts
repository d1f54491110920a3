import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { parseEql, runEql } from '../../../src/engine/eql/run.ts'
import { namedFields } from '../../../src/engine/eql/syntax/named-fields.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { none } from '../../../src/mapping/none.ts'
import { sigmaEcs } from '../../../src/mapping/sigma-ecs.ts'
import { compileCorpus } from '../corpus/corpus.ts'

describe('the published rules in EQL', () => {
  it.each([
    [none, 590],
    [ecs, 134],
    [sigmaEcs, 537],
  ] as const)('are taken by the engine, whose fields are those of the mapping', (mapping, count) => {
    const { queries } = compileCorpus(eqlBackend, mapping)
    for (const { text, rule } of queries) {
      const parsed = parseEql(new Source(rule, text))
      if ('diagnostics' in parsed) throw new Error(`${text}\n${parsed.diagnostics[0]?.message}`)
      const known = namedFields(parsed.query).flatMap((name) => {
        const info = mapping.field(name)
        return info === undefined || info.optional === true ? [] : [[name, info.type] as const]
      })
      const result = runEql(parsed.query, [], { types: new Map(known) })
      expect({ text, refused: result.of === 'refused' ? result.diagnostics[0]?.message : undefined }).toEqual({ text })
    }
    expect(queries).toHaveLength(count)
  })

  /** The interpreter of a Python that has PyPI eql 1.0.1: `DETPACK_PYPI_EQL=.venv/bin/python npx vitest run …` */
  const python = process.env.DETPACK_PYPI_EQL
  it.skipIf(python === undefined).each([none, ecs, sigmaEcs])('are read by PyPI eql', (mapping) => {
    // It reads an escape by number up to the last brace of its text.
    const texts = compileCorpus(eqlBackend, mapping)
      .queries.map(({ text }) => text)
      .filter((text) => !text.includes('\\u{'))
    const done = spawnSync(python ?? '', ['-c', PEER], { input: JSON.stringify(texts), encoding: 'utf8' })
    if (done.status !== 0) throw new Error(done.stderr)
    expect(texts.length).toBeGreaterThan(100)
    expect(JSON.parse(done.stdout)).toEqual([])
  })
})

/** Reads the texts by the grammar of Elasticsearch, as far as it has that; writes those that it does not take. */
const PEER = `
import json, sys, eql
wrong = []
for text in json.load(sys.stdin):
    try:
        with eql.parser.elasticsearch_syntax, eql.parser.elastic_endpoint_syntax:
            eql.parse_query(text)
    except Exception as problem:
        wrong.append([text, str(problem)[:200]])
print(json.dumps(wrong))
`
