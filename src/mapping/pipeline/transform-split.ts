import { error } from '../../diagnostic/diagnostic.ts'
import { decodeRegex } from './decode-regex.ts'
import { writtenPattern, type Detection, type Item, type Value } from './detection.ts'
import type { TransformationDecoder } from './pipeline.ts'
import { plainText, testOf, type Plain } from './plain-value.ts'

/** Transformations that make several items of one. */
export const SPLITTING_TRANSFORMATIONS: Readonly<Record<string, TransformationDecoder>> = {
  hashes_fields(reader) {
    reader.require('valid_hash_algos')
    const algorithms = reader.texts('valid_hash_algos')?.map((each) => each.text) ?? []
    const prefix = reader.text('field_prefix') ?? ''
    const withoutName = reader.boolean('drop_algo_prefix') ?? false
    const parsed = reader.texts('field_to_parse')?.map((each) => each.text) ?? ['Hashes', 'Hash']
    return {
      kind: 'items',
      change(item, at, rule) {
        const texts = textsOf(item)
        if (item.field === null || !parsed.includes(item.field) || texts === undefined) return undefined
        const byField = new Map<string, Value[]>()
        for (const [written, { span }] of texts) {
          const [algorithm, hash] = hashOf(written)
          if (!algorithms.includes(algorithm)) continue
          const name = prefix + (withoutName ? '' : algorithm)
          const value = { tests: [testOf(hash, (of) => of)], span }
          byField.set(name, [...(byField.get(name) ?? []), value])
        }
        if (byField.size > 0)
          return { kind: 'any', of: [...byField].map(([name, values]) => itemLike(item, name, values)) }
        const notes = [{ message: `the pipeline knows ${algorithms.join(', ')}`, span: at.span }]
        rule.diagnostics.push(
          error('mapping/pipeline-failure', `no hash of a known algorithm in "${item.field}"`, item.span, { notes }),
        )
        return undefined
      },
    }
  },
  extract_fields(reader, diagnostics) {
    const expression = decodeRegex(reader, 'regex', diagnostics)
    const prefix = reader.text('field_prefix')
    const keep = reader.boolean('preserve_unmatched') ?? false
    if (expression === undefined) return undefined
    if (expression.groupNames.length === 0) {
      const hint = 'name a group as (?P<name>...)'
      diagnostics.push(error('mapping/regex', 'no group has a name', reader.node('regex')?.span, { hint }))
      return undefined
    }
    return {
      kind: 'items',
      change(item) {
        const found = (textsOf(item) ?? []).flatMap(([written, value]): readonly Detection[] => {
          const groups = Object.entries(expression.groups(written) ?? {}).filter(([, each]) => each !== '')
          if (groups.length === 0)
            return keep && expression.groups(written) === undefined ? [{ ...item, values: [value] }] : []
          const items = groups.map(([name, each]) => {
            const tests = [testOf(plainFrom(each), (of) => of)]
            return itemLike(item, prefix === undefined ? name : `${prefix}.${name}`, [{ tests, span: value.span }])
          })
          return [{ kind: 'all', of: items }]
        })
        return found.length === 0 ? undefined : { kind: item.linked, of: found }
      },
    }
  },
}

function itemLike(item: Item, name: string, values: readonly Value[]): Item {
  return {
    kind: 'item',
    field: name === 'keyword' ? null : name,
    values,
    linked: 'any',
    applied: new Set(),
    span: item.span,
  }
}

/** The texts of all values, each with the value it comes from; undefined when one is no text. */
function textsOf(item: Item): readonly (readonly [string, Value])[] | undefined {
  const texts = item.values.flatMap((value) =>
    value.tests.map((test) =>
      test.is === 'text'
        ? ([plainText(writtenPattern(item, test.pattern)), { ...value, tests: [test] }] as const)
        : undefined,
    ),
  )
  return texts.every((each) => each !== undefined) ? texts : undefined
}

const ALGORITHM_OF_LENGTH: Readonly<Record<number, string>> = { 32: 'MD5', 40: 'SHA1', 64: 'SHA256', 128: 'SHA512' }

/** `MD5=…`, `MD5|…`, or a hash alone, which its length tells. */
function hashOf(written: string): readonly [algorithm: string, hash: string] {
  const parts = written.split(written.includes('|') ? '|' : '=')
  const [first = '', second = ''] = parts
  if (parts.length === 2) return [first.replace(/^\*+/, '').toUpperCase(), trimmed(second)]
  return [ALGORITHM_OF_LENGTH[trimmed(first).length] ?? '', trimmed(first)]
}

function trimmed(hash: string): string {
  return hash.replace(/^[*?]+|[*?]+$/g, '')
}

function plainFrom(written: string): Plain {
  if (/^(?:null|none)?$/i.test(written)) return null
  return /^(?:0|-?[1-9]\d*(?:\.\d+)?)$/.test(written) ? Number(written) : written
}
