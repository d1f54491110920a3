import type { FieldName, Predicate } from '../ir/predicate.ts'
import type { LogSource } from '../ir/rule.ts'
import { writtenSource, type AnsweredSource, type Events, type FieldSaying, type Rewriting } from './log-source.ts'
import type { FieldInfo } from './mapping.ts'

/** Some of Sigma's log sources, and how the events of a store answer them. */
export interface SourceTable {
  /** As rules write them; a rule must name just these parts. */
  readonly sources: readonly SourceName[]
  readonly where: Predicate
  /** Sigma's field → the field that holds the same value, or how else it is said. Null: it is not kept. */
  readonly fields: Readonly<Record<string, FieldName | Rewriting | null>>
  /** Where the fields are that are not named here; without it they are unknown. */
  readonly rest?: (name: string) => FieldName
  /** The field that holds the whole message; undefined: any may; null: it is not kept. */
  readonly message?: FieldName | null
  /** Names of this form are the events' own already. */
  readonly own?: RegExp
}

export type SourceName = Partial<Pick<LogSource, 'product' | 'category' | 'service'>>

/**
 * @param whose see {@link Events}
 * @param tables asked for when they are needed, so that a start that needs none is not the slower
 */
export function tableEvents(
  mapping: string,
  whose: string,
  tables: () => readonly SourceTable[],
  field: (name: FieldName) => FieldInfo | undefined,
): Events {
  let byName: ReadonlyMap<string, AnsweredSource> | undefined
  const answers = (): ReadonlyMap<string, AnsweredSource> =>
    (byName ??= new Map(tables().flatMap((table) => table.sources.map((name) => [key(name), answered(name, table)]))))
  return {
    mapping,
    whose,
    answer: (of) => answers().get(key(of)),
    get answered() {
      return Array.from(answers().values(), ({ written }) => written)
    },
    field,
  }
}

function key({ product, category, service }: SourceName): string {
  return [product, category, service].map((part) => part?.toLowerCase() ?? '').join('/')
}

function answered(name: SourceName, { where, fields, rest, message, own }: SourceTable): AnsweredSource {
  const names = Object.keys(fields).filter((each) => fields[each] !== null)
  return {
    written: writtenSource(name),
    where,
    saying(of): FieldSaying | undefined {
      const said = Object.hasOwn(fields, of) ? fields[of] : undefined
      if (said === null) return undefined
      if (typeof said === 'object') return said
      const to = said ?? (own?.test(of) === true ? of : rest?.(of))
      return to === undefined ? undefined : { kind: 'renamed', to }
    },
    ...(message !== undefined && { message }),
    names,
    ...(names.length <= 40 && { more: `known: ${names.join(', ')}` }),
  }
}

/** The fields that tables name: those of their conditions, and those that Sigma's fields become. */
export function namedFields(tables: () => readonly SourceTable[]): () => ReadonlySet<FieldName> {
  let named: ReadonlySet<FieldName> | undefined
  return () =>
    (named ??= new Set(
      tables().flatMap(({ where, fields }) => [
        ...fieldsOf(where),
        ...Object.values(fields).flatMap((said) => (typeof said === 'string' ? [said] : (said?.fields ?? []))),
      ]),
    ))
}

function fieldsOf(of: Predicate): readonly FieldName[] {
  switch (of.op) {
    case 'all':
    case 'any':
      return of.of.flatMap(fieldsOf)
    case 'not':
      return fieldsOf(of.of)
    case 'test':
      return of.subject.kind === 'field' ? [of.subject.name] : []
  }
}
