import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Node } from '../diagnostic/yaml.ts'
import { ORIGINS } from '../event/own-field.ts'
import { schemaField, schemaFields } from '../event/schema.ts'
import { decodeCapabilities, decodeDuration, decodeWord, decodeWords } from './reading.ts'
import { decodeTarget } from './target.ts'
import { COUNTED, JOINS, ONLY_TO_WITHIN, type Condition, type OtherUse, type WhenTest } from './task.ts'

/** The conditions of a grant: `when`, `when_not`, `only_from`, `only_to`, `unless`, `only_after`, `only_before`, `at_most`. */
export function decodeConditions(reader: MapReader, diagnostics: Diagnostic[]): Condition[] {
  return [
    ...decodeWhen(reader, 'when', diagnostics),
    ...decodeWhen(reader, 'when_not', diagnostics),
    ...decodeOnlyFrom(reader, diagnostics),
    ...decodeOnlyTo(reader, diagnostics),
    ...each(reader, 'unless').flatMap((node) => decodeOther(node, 'unless', diagnostics)),
    ...each(reader, 'only_after').flatMap((node) => decodeOther(node, 'only_after', diagnostics)),
    ...each(reader, 'only_before').flatMap((node) => decodeOther(node, 'only_before', diagnostics)),
    ...each(reader, 'at_most').flatMap((node) => decodeAtMost(node, diagnostics)),
  ]
}

/** One map, or a list of maps. */
function each(reader: MapReader, key: string): readonly Node[] {
  const node = reader.node(key)
  return node === undefined ? [] : node.kind === 'list' ? node.items : [node]
}

function decodeWhen(
  reader: MapReader,
  kind: 'when' | 'when_not',
  diagnostics: Diagnostic[],
): Extract<Condition, { kind: 'when' | 'when_not' }>[] {
  const node = reader.map(kind)
  if (node === undefined) return []
  const tests: WhenTest[] = []
  for (const { key, value } of node.entries) {
    if (schemaField(key.text) === undefined) {
      const known = schemaFields.map(({ name }) => name)
      const hint = didYouMean(key.text, known) ?? '"detpack list fields" shows them'
      diagnostics.push(error('behaviour/unknown-field', `events have no field "${key.text}"`, key.span, { hint }))
      continue
    }
    const scalars = value.kind === 'list' ? value.items : [value]
    const values = scalars.flatMap((one) => (one.kind === 'scalar' && one.value !== null ? [one.value] : []))
    if (values.length !== scalars.length || values.length === 0)
      reader.wrong(value, key.text, 'a value or a list of values')
    tests.push({ field: key.text, values })
  }
  return [{ kind, tests, span: node.span }]
}

function decodeOnlyFrom(reader: MapReader, diagnostics: Diagnostic[]): Condition[] {
  const origins = decodeWords(reader, 'only_from', ORIGINS, 'origin of a descriptor', diagnostics)
  return origins === null ? [] : [{ kind: 'only_from', origins, span: reader.node('only_from')?.span ?? reader.span }]
}

function decodeOnlyTo(parent: MapReader, diagnostics: Diagnostic[]): Condition[] {
  const node = parent.node('only_to')
  if (node === undefined) return []
  if (node.kind !== 'map') {
    return [{ kind: 'only_to', hosts: parent.texts('only_to') ?? [], within: ONLY_TO_WITHIN, span: node.span }]
  }
  const reader = new MapReader(node, 'behaviour', '"only_to"', diagnostics)
  reader.require('hosts')
  const hosts = reader.texts('hosts') ?? []
  const within = decodeDuration(reader, 'within', diagnostics) ?? ONLY_TO_WITHIN
  reader.finish()
  return [{ kind: 'only_to', hosts, within, span: node.span }]
}

function decodeOther(
  node: Node,
  kind: 'unless' | 'only_after' | 'only_before',
  diagnostics: Diagnostic[],
): Condition[] {
  const reader = mapReader(node, kind, diagnostics)
  if (reader === undefined) return []
  reader.require('capability', 'within')
  const capabilities = decodeCapabilities(reader, diagnostics)
  const on = decodeTarget(reader.map('on'), diagnostics)
  const to = reader.texts('to')
  if (to !== undefined && on.hosts !== null) {
    const hint = 'leave one of them out'
    diagnostics.push(error('behaviour/two-places', '"to" and "hosts" say the same', reader.node('to')?.span, { hint }))
  }
  const butNot = decodeWhen(reader, 'when_not', diagnostics).flatMap(({ tests }) => tests)
  const within = decodeDuration(reader, 'within', diagnostics)
  const by = decodeWord(reader, 'by', JOINS, 'join', diagnostics) ?? null
  reader.finish()
  if (within === undefined) return []
  const other: OtherUse = { capabilities, on: to === undefined ? on : { ...on, hosts: to }, butNot, within, by }
  return [{ kind, ...other, span: node.span }]
}

function decodeAtMost(node: Node, diagnostics: Diagnostic[]): Condition[] {
  const reader = mapReader(node, 'at_most', diagnostics)
  if (reader === undefined) return []
  reader.require('count', 'per')
  const count = reader.integer('count', 0)
  const per = reader.text('per') === 'use' ? 'use' : decodeDuration(reader, 'per', diagnostics)
  const of = decodeWord(reader, 'of', COUNTED, 'thing to count', diagnostics) ?? 'uses'
  const by = decodeWord(reader, 'by', JOINS, 'join', diagnostics) ?? null
  reader.finish()
  if (per === 'use' && (of !== 'bytes' || by !== null)) {
    const message = 'of one use only its bytes are counted, and it is joined to no other'
    const hint = 'write {count: 96, of: bytes, per: use}, or a time'
    diagnostics.push(error('behaviour/per-use', message, reader.node('per')?.span, { hint }))
  }
  return count === undefined || per === undefined ? [] : [{ kind: 'at_most', count, of, per, by, span: node.span }]
}

function mapReader(node: Node, key: string, diagnostics: Diagnostic[]): MapReader | undefined {
  if (node.kind === 'map') return new MapReader(node, 'behaviour', `"${key}"`, diagnostics)
  diagnostics.push(error('behaviour/wrong-type', `"${key}" must be a map or a list of maps`, node.span))
  return undefined
}
