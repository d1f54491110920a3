import { exceptionNote, listedValues, type PackException, type ScopePart } from '../exception.ts'

/**
 * A value list, as Kibana's API creates it (CreateList), and what stands in it. Up to 65,536 values of these two types
 * Kibana puts into the query of a rule of any type (lists plugin, `buildListClause`): text for text, as `terms` does.
 */
export type KibanaValueList = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly type: 'keyword' | 'ip'
  readonly values: readonly string[]
}

/** What the ids of lists of a pack begin with, and those of no others. */
export const LIST_PREFIX = 'detpack:'

/**
 * The list of one part of an exception.
 *
 * @param type of the field
 */
export function kibanaValueList(
  exception: PackException,
  part: ScopePart,
  pack: string,
  type: string | undefined,
): KibanaValueList {
  return {
    id: `${LIST_PREFIX}${pack}:${exception.id}:${part.field}`,
    name: `${exception.title}: values of ${part.field}`,
    description: `Made by detpack from a file that is reviewed; what is added by hand goes again. ${exceptionNote(exception)}`,
    type: type === 'ip' ? 'ip' : 'keyword',
    values: listedValues(part),
  }
}
