import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Span } from '../diagnostic/source.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Node } from '../diagnostic/yaml.ts'
import { ORIGINS } from '../event/own-field.ts'
import { schemaField, schemaFields } from '../event/schema.ts'
import { decodeCapabilities, decodeDuration, decodeWord, decodeWords } from './reading.ts'
import { decodeTarget } from './target.ts'
import { COUNTED, JOINS, ONLY_TO_WITHIN, type Condition, type Grant, type OtherUse, type WhenTest } from './task.ts'

/** The conditions of a grant: `when`, `when_not`, `only_from`, `only_to`, `unless`, `only_after`, `only_before`, `at_most`. */
export function decodeConditions(reader: MapReader, diagnostics: Diagnostic[]): Condition[] {
  const tested = (kind: 'when' | 'when_not'): Condition[] =>
    decodeWhen(reader, kind, diagnostics).map((one) => ({ kind, ...one }))
  return [
    ...tested('when'),
    ...tested('when_not'),
    ...decodeOnlyFrom(reader, diagnostics),
    ...decodeOnlyTo(reader, diagnostics),
    ...decodeOthers(reader, 'unless', diagnostics),
    ...decodeOthers(reader, 'only_after', diagnostics),
    ...decodeOthers(reader, 'only_before', diagnostics),
    ...each(reader, 'at_most').flatMap((node) => decodeAtMost(node, diagnostics)),
  ]
}

/** One map, or a list of maps. */
function each(reader: MapReader, key: string): readonly Node[] {
  const node = reader.node(key)
  return node === undefined ? [] : node.kind === 'list' ? node.items : [node]
}

/** By what `when` and `when_not` of a grant need not hold. */
export function decodeOrAfter(reader: MapReader, diagnostics: Diagnostic[]): Grant['orAfter'] {
  const node = reader.node('or_after')
  if (node === undefined) return null
  if (reader.node('when') === undefined && reader.node('when_not') === undefined) {
    const hint = 'write only_after where every use must come after another'
    const message = '"or_after" says when "when" and "when_not" need not hold, and there is neither'
    diagnostics.push(error('behaviour/nothing-to-hold', message, node.span, { hint }))
  }
  const other = decodeOther(node, 'or_after', diagnostics)
  return other === undefined ? null : { ...other, span: node.span }
}

function decodeWhen(
  reader: MapReader,
  kind: 'when' | 'when_not',
  diagnostics: Diagnostic[],
): { readonly tests: readonly WhenTest[]; readonly span: Span }[] {
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
  return [{ tests, span: node.span }]
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

function decodeOthers(
  reader: MapReader,
  kind: 'unless' | 'only_after' | 'only_before',
  diagnostics: Diagnostic[],
): Condition[] {
  return each(reader, kind).flatMap((node) => {
    const other = decodeOther(node, kind, diagnostics)
    return other === undefined ? [] : [{ kind, ...other, span: node.span }]
  })
}

function decodeOther(node: Node, key: string, diagnostics: Diagnostic[]): OtherUse | undefined {
  const reader = mapReader(node, key, diagnostics)
  if (reader === undefined) return undefined
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
  if (within === undefined) return undefined
  return { capabilities, on: to === undefined ? on : { ...on, hosts: to }, butNot, within, by }
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
