import { fieldReader, type Scalar } from '../event/field.ts'
import type { EventRecord } from '../event/record.ts'
import type { FieldName } from '../ir/predicate.ts'
import type { FieldInfo, FieldType, Mapping } from '../mapping/mapping.ts'

/** By which backends keep chains within one life of a host. Events that do not tell of it have but one. */
const LIFE: readonly FieldName[] = ['host.boot.id', 'detpack.clock.epoch']

/**
 * The mapping, which of a field that it does not know says what an index made for these events would: the type of its
 * values, and whether an event has several.
 */
export function observing(mapping: Mapping, events: readonly EventRecord[]): Mapping {
  const known = new Map<FieldName, FieldInfo>()
  const tellsLife = LIFE.some((name) => events.some(({ fields }) => fieldReader(name)(fields).length > 0))
  const field = (name: FieldName): FieldInfo | undefined => {
    if (LIFE.includes(name) && !tellsLife) return mapping.field(name)
    const found = mapping.field(name) ?? known.get(name) ?? observe(name, events)
    known.set(name, found)
    return found
  }
  return { ...mapping, field, mapProgram: (program) => mapping.mapProgram(program) }
}

/** A field of no event is a keyword that is never there. */
function observe(name: FieldName, events: readonly EventRecord[]): FieldInfo {
  const read = fieldReader(name)
  let type: FieldType | undefined
  let multi = false
  for (const { fields } of events) {
    const values = read(fields)
    multi ||= values.length > 1
    for (const value of values) type = type === undefined ? typeOf(value) : joined(type, typeOf(value))
  }
  return { type: type ?? 'keyword', multi }
}

function typeOf(value: Scalar): FieldType {
  if (typeof value === 'string') return 'keyword'
  if (typeof value === 'boolean') return 'boolean'
  return Number.isSafeInteger(value) ? 'long' : 'double'
}

/** What holds values of both types: only a keyword holds any. */
function joined(a: FieldType, b: FieldType): FieldType {
  if (a === b) return a
  const numbers: readonly FieldType[] = ['long', 'double']
  return numbers.includes(a) && numbers.includes(b) ? 'double' : 'keyword'
}
