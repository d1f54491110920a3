import type { Backend } from '../backend.ts'
import { compileSearch } from '../search/compile.ts'
import { kqlDialect } from './dialect.ts'

/**
 * Kibana's query language, as Kibana and the `kql` query of Elasticsearch 8.19 read it; where the two differ, it is
 * refused.
 *
 * KQL compares keywords with case, has no expressions and no `?`. So a text without regard to case is said only where
 * it has no letters with case, where the mapping knows all values of the field, or where the field is also stored
 * without case; any other rule is told to go to Lucene.
 */
export const kqlBackend: Backend = {
  language: 'kql',
  compile: (program, rule, context) => compileSearch(kqlDialect, program, rule, context),
}
