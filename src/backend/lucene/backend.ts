import type { Backend } from '../backend.ts'
import { compileSearch } from '../search/compile.ts'
import { luceneDialect } from './dialect.ts'

/**
 * Lucene's query syntax as Elasticsearch 8.19 reads it: the `query_string` query, the search bar set to Lucene, and
 * detection rules of the type query with the language lucene.
 *
 * Exact for single events, on fields that are keywords (or `wildcard`), numbers, addresses and booleans: texts without
 * regard to case go by regular expressions in which each letter stands in all its cases. Refused: correlations, two
 * fields of one event, parts of a time, order on texts, and the text of fields that are analysed.
 */
export const luceneBackend: Backend = {
  language: 'lucene',
  compile: (program, rule, context) => compileSearch(luceneDialect, program, rule, context),
}
