import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { ScalarNode } from '../diagnostic/yaml.ts'
import { parseDuration, type Duration } from '../ir/duration.ts'
import { decodeAttribute } from './attribute.ts'
import { namesIn } from './condition.ts'
import { decodeCorrelationCondition } from './correlation-condition.ts'
import type { Alias, CorrelationType, SigmaCorrelation, Word } from './document.ts'

const TYPES: readonly CorrelationType[] = [
  'event_count',
  'temporal',
  'temporal_ordered',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
]

/** More rules than this are no correlation a person wrote. */
const MOST_RULES = 1000

interface Decoded {
  readonly document: Omit<SigmaCorrelation, 'metadata' | 'span'> | undefined
  /** Every rule it names, also when it has an error. */
  readonly names: readonly Word[]
}

/** The `correlation` attribute, with `generate` and `detpack` beside it. */
export function decodeCorrelation(document: MapReader, diagnostics: Diagnostic[]): Decoded {
  const node = document.map('correlation')
  if (node === undefined) return { document: undefined, names: [] }
  const reader = new MapReader(node, 'sigma', 'a correlation', diagnostics)
  reader.require('type', 'timespan')
  const type = decodeType(reader, diagnostics)
  const timespan = decodeTimespan(reader, diagnostics)
  const groupBy = words(reader.texts('group-by'))
  const aliases = decodeAliases(reader, diagnostics)
  const condition = type && decodeCorrelationCondition(type, reader, diagnostics)
  const listed = reader.node('rules')
  let rules = words(reader.texts('rules'))
  if (listed === undefined && condition?.kind === 'extended') {
    const found = new Map(namesIn(condition.condition).map(({ name, span }) => [name, { text: name, span }]))
    rules = [...found.values()]
  } else if (rules.length === 0) {
    const at = listed?.span ?? node.entries[0]?.key.span ?? node.span
    diagnostics.push(
      error('sigma/missing-key', 'a correlation needs "rules"', at, { hint: 'name rules by name or id' }),
    )
  }
  if (rules.length > MOST_RULES) {
    const at = listed?.span ?? node.span
    diagnostics.push(
      error('sigma/too-large', `a correlation of more than ${MOST_RULES} rules`, at, { hint: 'split it' }),
    )
    rules = rules.slice(0, MOST_RULES)
  }
  const generate = reader.boolean('generate') ?? document.boolean('generate') ?? false
  const attribute = decodeAttribute(document, type ?? 'correlation', diagnostics)
  reader.finish()
  const names = [...rules, ...(attribute?.unless ?? []).map((one) => one.rule)]
  if (attribute?.until) names.push(attribute.until)
  if (type === undefined || timespan === undefined || condition === undefined) return { document: undefined, names }
  const decoded = {
    kind: 'correlation',
    type,
    rules,
    groupBy,
    timespan,
    aliases,
    condition,
    generate,
    attribute,
  } as const
  return { document: decoded, names }
}

function words(nodes: readonly ScalarNode[] | undefined): Word[] {
  return (nodes ?? []).map(({ text, span }) => ({ text, span }))
}

function decodeType(reader: MapReader, diagnostics: Diagnostic[]): CorrelationType | undefined {
  const node = reader.node('type')
  if (node === undefined) return undefined
  const written = node.kind === 'scalar' ? node.text : ''
  const type = TYPES.find((each) => each === written)
  if (type) return type
  const hint = didYouMean(written, TYPES)
  diagnostics.push(error('sigma/correlation-type', `"${written}" is no type of correlation`, node.span, { hint }))
  return undefined
}

/** Seconds, minutes, hours and days; longer units have no fixed length or are not in the specification. */
function decodeTimespan(reader: MapReader, diagnostics: Diagnostic[]): Duration | undefined {
  const node = reader.node('timespan')
  if (node === undefined) return undefined
  const written = node.kind === 'scalar' ? node.text : ''
  const timespan = written.endsWith('ms') ? undefined : parseDuration(written)
  if (timespan !== undefined) return timespan
  const [, count, unit] = /^(\d+)(\D+)$/.exec(written) ?? []
  let hint = 'write a whole number and s, m, h or d, such as 90m; at most 10000d'
  if (unit === 'w' && count !== undefined) hint = `write ${Number(count) * 7}d`
  if (unit === 'M' || unit === 'y') hint = 'months and years differ in length; write days, such as 30d'
  if (unit === 'ms') hint = 'a timespan has whole seconds; milliseconds may stand in "within" under detpack'
  diagnostics.push(error('sigma/timespan', `"${written}" is no timespan`, node.span, { hint }))
  return undefined
}

function decodeAliases(reader: MapReader, diagnostics: Diagnostic[]): Alias[] {
  const aliases: Alias[] = []
  for (const { key, value } of reader.map('aliases')?.entries ?? []) {
    if (value.kind !== 'map') {
      const hint = 'write rule name: field'
      diagnostics.push(error('sigma/wrong-type', 'an alias must be a map of rules to fields', value.span, { hint }))
      continue
    }
    const fields: Alias['fields'][number][] = []
    for (const entry of value.entries) {
      if (entry.value.kind === 'scalar' && entry.value.value !== null) {
        fields.push({ rule: { text: entry.key.text, span: entry.key.span }, field: entry.value.text })
      } else reader.wrong(entry.value, entry.key.text, 'the name of a field')
    }
    aliases.push({ name: { text: key.text, span: key.span }, fields })
  }
  return aliases
}
