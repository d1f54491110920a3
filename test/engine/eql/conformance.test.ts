import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { parseEql, runEql, type EqlResult } from '../../../src/engine/eql/run.ts'
import type { FieldType } from '../../../src/engine/field-type.ts'
import type { JsonObject, Scalar } from '../../../src/event/field.ts'
import { recordReader } from '../../../src/event/record-reader.ts'

/**
 * What Elastic's own test resources expect (queries and results under the Elastic License 2.0), read where they are and
 * not kept here: a folder beside the checkout, or the one that is named.
 */
const folder =
  process.env.DETPACK_EQL_CONFORMANCE ?? path.resolve(import.meta.dirname, '../../../../shared/elastic/eql-conformance')
const found = existsSync(path.join(folder, 'cases.json'))
if (!found)
  process.stderr.write(`\nSKIPPED: the conformance of EQL; there is no ${path.join(folder, 'cases.json')}\n\n`)

interface Suite {
  readonly suite: string
  readonly events_file?: string
  readonly event_category_field: string
  readonly timestamp_field: string
  readonly tiebreaker_field?: string
  readonly id_field: string
  readonly mapping?: Readonly<Record<string, FieldType | { readonly type: FieldType; readonly null_value?: Scalar }>>
  readonly cases: readonly Case[]
}

interface Case {
  readonly name: string
  readonly query: string
  readonly events?: readonly JsonObject[]
  readonly ids?: readonly (string | number)[]
  readonly sequences?: readonly (readonly (string | number | null)[])[]
  readonly join_keys?: readonly (readonly (string | null)[])[]
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
}

const suites = found ? (read('cases.json') as { readonly suites: readonly Suite[] }).suites : []

describe.skipIf(!found)('the conformance of EQL', () => {
  for (const suite of suites) {
    const shared = suite.events_file === undefined ? [] : (read(suite.events_file) as readonly JsonObject[])
    describe(suite.suite, () => {
      it.each(suite.cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
        expect(told(run(one, one.events ?? shared, suite), suite.id_field, one)).toEqual({
          ...(one.ids && { ids: one.ids }),
          ...(one.sequences && { sequences: one.sequences }),
          ...(one.join_keys && { join_keys: one.join_keys }),
        })
      })
    })
  }

  it('has all its cases', () => expect(suites.flatMap((suite) => suite.cases)).toHaveLength(263))
})

function run(one: Case, events: readonly JsonObject[], suite: Suite): EqlResult {
  const parsed = parseEql(new Source(one.name, one.query))
  if ('diagnostics' in parsed) throw new Error(JSON.stringify(parsed.diagnostics))
  const toRecord = recordReader({ timeField: suite.timestamp_field })
  const mapping = Object.entries(suite.mapping ?? {})
  const types = mapping.map(([name, type]) => [name, typeof type === 'string' ? type : type.type] as const)
  const nulls = mapping.flatMap(([name, type]) =>
    typeof type === 'string' || type.null_value === undefined ? [] : [[name, type.null_value] as const],
  )
  return runEql(
    parsed.query,
    events.map((fields, at) => toRecord(fields, at + 1)),
    {
      categoryField: suite.event_category_field,
      tiebreakerField: suite.tiebreaker_field,
      types: new Map(types),
      nullValues: new Map(nulls),
    },
  )
}

function told(result: EqlResult, id: string, one: Case): object {
  switch (result.of) {
    case 'refused':
      return { refused: result.diagnostics.map((each) => each.message) }
    case 'events':
      return { ids: result.events.map((event) => event.fields[id]) }
    case 'sequences':
      return {
        sequences: result.sequences.map(({ events }) => events.map((event) => event?.fields[id] ?? null)),
        ...(one.join_keys && { join_keys: result.sequences.map(({ keys }) => keys) }),
      }
  }
}
