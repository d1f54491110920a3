import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { MapReader } from '../diagnostic/map-reader.ts'
import { didYouMean, suggest } from '../diagnostic/suggest.ts'
import type { MapNode, ScalarNode } from '../diagnostic/yaml.ts'
import type { Level, Status } from '../ir/rule.ts'
import type { Metadata, Related, Word } from './document.ts'

const STATUSES: readonly Status[] = ['stable', 'test', 'experimental', 'deprecated', 'unsupported']
const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical']
const RELATIONS = ['derived', 'obsolete', 'merged', 'renamed', 'similar']
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const TAG = /^[a-z0-9_-]+\.[a-z0-9._-]+$/

const STANDARD = [
  'title',
  'id',
  'name',
  'related',
  'taxonomy',
  'status',
  'description',
  'license',
  'references',
  'author',
  'date',
  'modified',
  'logsource',
  'detection',
  'correlation',
  'filter',
  'fields',
  'falsepositives',
  'level',
  'tags',
  'scope',
  'generate',
  'detpack',
]

/**
 * The metadata of a document. What a tool depends on is an error when it is wrong (title, status, level, kinds of
 * values); what only readers see is a warning (`sigma/date`, `sigma/tag`, `sigma/id`, `sigma/too-long`,
 * `sigma/unknown-attribute`). Undefined without a title.
 */
export function decodeMetadata(reader: MapReader, root: MapNode, diagnostics: Diagnostic[]): Metadata | undefined {
  reader.require('title')
  const titleNode = reader.node('title')
  const title = reader.text('title')
  if (titleNode !== undefined && (title === undefined || title.trim() === '')) {
    diagnostics.push(error('sigma/wrong-type', '"title" must be a text', titleNode.span))
  }
  const id = word(reader, 'id')
  if (id && !UUID.test(id.text)) {
    diagnostics.push(warning('sigma/id', 'an id should be a UUID', id.span, { hint: 'use "name" for a readable name' }))
  }
  const name = word(reader, 'name')
  limit(reader, 'title', 256, diagnostics)
  limit(reader, 'name', 256, diagnostics)
  limit(reader, 'taxonomy', 256, diagnostics)
  limit(reader, 'description', 65_535, diagnostics)
  const metadata = {
    id,
    name,
    title: title ?? '',
    description: reader.text('description') ?? null,
    status: choice(reader, 'status', STATUSES, diagnostics),
    level: choice(reader, 'level', LEVELS, diagnostics),
    author: reader.text('author') ?? null,
    license: reader.text('license') ?? null,
    taxonomy: reader.text('taxonomy') ?? null,
    date: date(reader, 'date', diagnostics),
    modified: date(reader, 'modified', diagnostics),
    tags: tags(reader, diagnostics),
    references: texts(reader, 'references'),
    falsepositives: texts(reader, 'falsepositives'),
    fields: texts(reader, 'fields'),
    scope: texts(reader, 'scope'),
    related: related(reader, diagnostics),
  }
  warnOfNearMisses(root, diagnostics)
  return title === undefined ? undefined : metadata
}

/** A text attribute with its place. */
export function word(reader: MapReader, key: string): Word | null {
  const text = reader.text(key)
  const node = reader.node(key)
  return text === undefined || text === '' || node === undefined ? null : { text, span: node.span }
}

/** `YYYY-MM-DD`, a day that exists. */
export function isDate(written: string): boolean {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(written)) return false
  const day = Number(written.slice(8))
  // Only of a day that may not be there is the calendar asked.
  return day <= 28 || new Date(`${written}T00:00:00Z`).getUTCDate() === day
}

function texts(reader: MapReader, key: string): string[] {
  return (reader.texts(key) ?? []).map((item: ScalarNode) => item.text)
}

function limit(reader: MapReader, key: string, most: number, diagnostics: Diagnostic[]): void {
  const node = reader.node(key)
  if (node?.kind !== 'scalar' || node.text.length <= most) return
  diagnostics.push(
    warning('sigma/too-long', `"${key}" has more than ${most} characters`, node.span, { hint: 'shorten it' }),
  )
}

function choice<T extends string>(
  reader: MapReader,
  key: string,
  known: readonly T[],
  diagnostics: Diagnostic[],
): T | null {
  const written = word(reader, key)
  if (written === null) return null
  const found = known.find((each) => each === written.text)
  if (found !== undefined) return found
  const hint = didYouMean(written.text, known)
  diagnostics.push(error(`sigma/${key}`, `"${written.text}" is no ${key}`, written.span, { hint }))
  return null
}

function date(reader: MapReader, key: string, diagnostics: Diagnostic[]): string | null {
  const written = word(reader, key)
  if (written === null || isDate(written.text)) return written?.text ?? null
  const usual = written.text.replace(/^(\d{4})\/(\d{2})\/(\d{2})$/, '$1-$2-$3')
  const hint = isDate(usual) ? `write ${usual}` : 'write YYYY-MM-DD'
  diagnostics.push(warning('sigma/date', `"${key}" is not a date`, written.span, { hint }))
  return isDate(usual) ? usual : null
}

function tags(reader: MapReader, diagnostics: Diagnostic[]): string[] {
  const nodes = reader.texts('tags') ?? []
  for (const { text, span } of nodes) {
    if (TAG.test(text)) continue
    const usual = text.toLowerCase().replace(/\s+/g, '-')
    const hint = TAG.test(usual) ? `write "${usual}"` : 'write namespace.tag in lower case'
    diagnostics.push(warning('sigma/tag', `"${text}" is no tag`, span, { hint }))
  }
  return nodes.map((node) => node.text)
}

function related(reader: MapReader, diagnostics: Diagnostic[]): Related[] {
  const found: Related[] = []
  for (const item of reader.list('related')?.items ?? []) {
    if (item.kind !== 'map') {
      reader.wrong(item, 'related', 'a list of maps with id and type')
      continue
    }
    const entry = (key: string) => item.entries.find((each) => each.key.text === key)?.value
    const id = entry('id')
    const type = entry('type')
    if (id?.kind !== 'scalar' || type?.kind !== 'scalar') {
      reader.wrong(item, 'related', 'a list of maps with id and type')
      continue
    }
    if (!RELATIONS.includes(type.text)) {
      const hint = didYouMean(type.text, RELATIONS)
      diagnostics.push(warning('sigma/related', `"${type.text}" is no relation`, type.span, { hint }))
    }
    found.push({ id: id.text, type: type.text })
  }
  return found
}

/** Own attributes are allowed; one that almost reads like a standard one is a slip. */
function warnOfNearMisses(root: MapNode, diagnostics: Diagnostic[]): void {
  for (const { key } of root.entries) {
    if (STANDARD.includes(key.text)) continue
    const near = key.text.length > 3 ? suggest(key.text, STANDARD) : undefined
    if (near === undefined) continue
    diagnostics.push(
      warning('sigma/unknown-attribute', `"${key.text}" is not an attribute of Sigma`, key.span, {
        hint: `did you mean "${near}"?`,
      }),
    )
  }
}
