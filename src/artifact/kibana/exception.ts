import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import { exceptionNote, isListed, unfitScope, type PackException, type ScopePart } from '../exception.ts'
import type { FieldKnowledge } from './suppression.ts'
import { kibanaValueList, LIST_PREFIX, type KibanaValueList } from './value-list.ts'

/** A container of exception items, as Kibana's API creates it (ExceptionListCreate). */
export type KibanaExceptionList = {
  readonly list_id: string
  readonly type: 'detection'
  readonly name: string
  readonly description: string
  readonly namespace_type: 'single'
  readonly tags: readonly string[]
}

/** One item (ExceptionListItemCreate): an event that meets all entries is not seen, until it expires. */
export type KibanaException = {
  readonly item_id: string
  readonly list_id: string
  readonly type: 'simple'
  readonly name: string
  readonly description: string
  readonly namespace_type: 'single'
  readonly tags: readonly string[]
  /** RFC 3339. */
  readonly expire_time: string
  readonly entries: readonly KibanaExceptionEntry[]
}

export type KibanaExceptionEntry = { readonly field: string; readonly operator: 'included' } & (
  | { readonly type: 'match' | 'wildcard'; readonly value: string }
  | { readonly type: 'match_any'; readonly value: readonly string[] }
  | { readonly type: 'list'; readonly list: Pick<KibanaValueList, 'id' | 'type'> }
)

/** How a rule refers to a list; Kibana's own id of the list is known only when the list is there. */
export type KibanaExceptionReference = {
  readonly list_id: string
  readonly type: 'detection'
  readonly namespace_type: 'single'
}

/** A part with several patterns makes an item for each, and several such parts one for each combination. */
const MOST_ITEMS = 50

/** The id of the list that holds a pack's exceptions from a rule. */
export function exceptionListId(pack: string, rule: string): string {
  return `${LIST_PREFIX}${pack}:${rule}`
}

/** Whether a list is one of a pack, of exceptions or of values. */
export function isPackList(listId: string): boolean {
  return listId.startsWith(LIST_PREFIX)
}

export function exceptionReference(pack: string, rule: string): KibanaExceptionReference {
  return { list_id: exceptionListId(pack, rule), type: 'detection', namespace_type: 'single' }
}

export function kibanaExceptionList(pack: string, rule: string, title: string): KibanaExceptionList {
  return {
    list_id: exceptionListId(pack, rule),
    type: 'detection',
    name: `${title}: exceptions of the pack "${pack}"`,
    description: 'Made by detpack from files that are reviewed. Items that are added by hand are kept.',
    namespace_type: 'single',
    tags: [],
  }
}

/**
 * The items of an exception: mostly one, and one for each pattern where a field has several; and the lists of values that
 * they refer to. Refused is what `unfitScope` says, and more combinations of patterns than Kibana should be given
 * (`artifact/exception-size`).
 */
export function kibanaExceptions(
  exception: PackException,
  pack: string,
  rule: string,
  knows: FieldKnowledge,
): {
  readonly items: readonly KibanaException[]
  readonly lists: readonly KibanaValueList[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const diagnostics = [...unfitScope(exception, knows)]
  const parts = exception.scope.map((part) => {
    const list = isListed(part) ? kibanaValueList(exception, part, pack, knows(part.field)?.type) : undefined
    return { part, list }
  })
  const choices = parts.map(({ part, list }) => entriesOf(part, list))
  const count = choices.reduce((product, each) => product * each.length, 1)
  if (count > MOST_ITEMS) {
    const hint = 'write several exceptions, or fewer patterns'
    const message = `"${exception.id}" combines patterns in ${count} ways, and ${MOST_ITEMS} are the most`
    diagnostics.push(error('artifact/exception-size', message, exception.span, { hint }))
  }
  if (diagnostics.length > 0) return { items: [], lists: [], diagnostics }
  const combined = choices.reduce<readonly (readonly KibanaExceptionEntry[])[]>(
    (found, choice) => found.flatMap((entries) => choice.map((entry) => [...entries, entry])),
    [[]],
  )
  const items = combined.map((entries, at): KibanaException => ({
    item_id: `${LIST_PREFIX}${pack}:${exception.id}${combined.length > 1 ? `:${at + 1}` : ''}`,
    list_id: exceptionListId(pack, rule),
    type: 'simple',
    name: exception.title,
    description: exceptionNote(exception),
    namespace_type: 'single',
    tags: [],
    expire_time: new Date(exception.until).toISOString(),
    entries,
  }))
  return { items, lists: parts.flatMap(({ list }) => list ?? []), diagnostics }
}

/** The same scope as a query of Elasticsearch. */
export function scopeQuery(scope: readonly ScopePart[]): JsonObject {
  const filter = scope.map(({ field, test, values }): JsonObject => {
    if (test === 'is') return { terms: { [field]: [...values] } }
    const should = values.map((value) => ({ wildcard: { [field]: { value } } }))
    return { bool: { should, minimum_should_match: 1 } }
  })
  return { bool: { filter } }
}

function entriesOf(
  { field, test, values }: ScopePart,
  list: KibanaValueList | undefined,
): readonly KibanaExceptionEntry[] {
  if (list !== undefined) return [{ field, operator: 'included', type: 'list', list: { id: list.id, type: list.type } }]
  if (test === 'like') return values.map((value) => ({ field, operator: 'included', type: 'wildcard', value }))
  const [only] = values
  return values.length === 1 && only !== undefined
    ? [{ field, operator: 'included', type: 'match', value: only }]
    : [{ field, operator: 'included', type: 'match_any', value: values }]
}
