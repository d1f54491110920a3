import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import type { NativeQuery } from '../../../src/backend/backend.ts'
import type { Diagnostic } from '../../../src/diagnostic/diagnostic.ts'
import { parseEql, runEql } from '../../../src/engine/eql/run.ts'
import { schemaFields } from '../../../src/event/schema.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import type { Mapping } from '../../../src/mapping/mapping.ts'
import { none } from '../../../src/mapping/none.ts'
import { readSigma, Source } from '../../../src/sigma/index.ts'
import { context } from '../context.ts'

const ROOT = new URL('../../sigma/corpus/', import.meta.url)
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'))
const { program } = readSigma(files.map((file) => new Source(file, readFileSync(new URL(file, ROOT), 'utf8'))))

function compileAll(mapping: Mapping): { queries: NativeQuery[]; refused: Diagnostic[] } {
  const mapped = mapping.mapProgram(program).program
  const queries: NativeQuery[] = []
  const refused: Diagnostic[] = []
  for (const id of mapped.rules.keys()) {
    const done = eqlBackend.compile(mapped, id, { ...context(), mapping })
    if (done.kind === 'query') queries.push(done.query)
    else refused.push(...done.diagnostics.filter((one) => one.severity === 'error'))
  }
  return { queries, refused }
}

describe('the published rules in EQL', () => {
  it.each([
    ['none', none, 580],
    ['ecs', ecs, 130],
  ] as const)('with the mapping %s are taken by the engine, or refused for a reason', (_name, mapping, least) => {
    const { queries, refused } = compileAll(mapping)
    const types = new Map(mapping === ecs ? schemaFields.map(({ name, type }) => [name, type] as const) : [])
    for (const { text, rule } of queries) {
      const parsed = parseEql(new Source(rule, text))
      if ('diagnostics' in parsed) throw new Error(`${text}\n${parsed.diagnostics[0]?.message}`)
      const result = runEql(parsed.query, [], { types })
      expect({ text, refused: result.of === 'refused' ? result.diagnostics[0]?.message : undefined }).toEqual({ text })
    }
    for (const one of refused) expect(one.hint).toBeTruthy()
    expect(queries.length).toBeGreaterThanOrEqual(least)
  })

  /** The interpreter of a Python that has PyPI eql 1.0.1: `DETPACK_PYPI_EQL=.venv/bin/python npx vitest run …` */
  const python = process.env.DETPACK_PYPI_EQL
  it.skipIf(python === undefined)('are read by PyPI eql, as far as its grammar goes', () => {
    // It reads an escape by number up to the last brace of its text.
    const texts = [...compileAll(none).queries, ...compileAll(ecs).queries]
      .map(({ text }) => text)
      .filter((text) => !text.includes('\\u{'))
    const done = spawnSync(python ?? '', ['-c', PEER], { input: JSON.stringify(texts), encoding: 'utf8' })
    if (done.status !== 0) throw new Error(done.stderr)
    expect(JSON.parse(done.stdout)).toEqual([])
  })
})

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
