import type { MapReader } from '../../diagnostic/map-reader.ts'
import type { Node } from '../../diagnostic/yaml.ts'
import { dropped } from './detection.ts'
import type { Transformation, TransformationDecoder } from './pipeline.ts'

type Names = string | readonly string[]

/** Transformations of field names, and of an item by its field alone. */
export const FIELD_TRANSFORMATIONS: Readonly<Record<string, TransformationDecoder>> = {
  field_name_mapping(reader) {
    const mapping = decodeMapping(reader)
    return { kind: 'rename', rename: (field) => mapping.get(field) }
  },
  field_name_prefix_mapping(reader) {
    const mapping = [...decodeMapping(reader)]
    return {
      kind: 'rename',
      rename(field) {
        const [start, to] = mapping.find(([from]) => from !== null && field?.startsWith(from) === true) ?? []
        if (typeof start !== 'string' || to === undefined || field === null) return undefined
        const end = field.slice(start.length)
        return typeof to === 'string' ? to + end : to.map((each) => each + end)
      },
    }
  },
  field_name_prefix: (reader) => affixed(reader, 'prefix', (field, prefix) => prefix + field),
  field_name_suffix: (reader) => affixed(reader, 'suffix', (field, suffix) => field + suffix),
  drop_detection_item: () => ({ kind: 'items', change: () => dropped }),
}

function affixed(
  reader: MapReader,
  key: string,
  join: (field: string, affix: string) => string,
): Transformation | undefined {
  reader.require(key)
  const affix = reader.text(key)
  if (affix === undefined) return undefined
  return { kind: 'rename', rename: (field) => (field === null ? undefined : join(field, affix)) }
}

/** The key null stands for keywords. */
function decodeMapping(reader: MapReader): ReadonlyMap<string | null, Names> {
  reader.require('mapping')
  const mapping = new Map<string | null, Names>()
  for (const { key, value } of reader.map('mapping')?.entries ?? []) {
    const names = namesOf(value)
    if (names === undefined) reader.wrong(value, key.text, 'a field name or a list of field names')
    else mapping.set(key.value === null ? null : key.text, names)
  }
  return mapping
}

function namesOf(node: Node): Names | undefined {
  if (node.kind === 'scalar') return node.value === null ? undefined : node.text
  if (node.kind !== 'list') return undefined
  const names = node.items.map((item) => (item.kind === 'scalar' && item.value !== null ? item.text : undefined))
  return names.every((name) => name !== undefined) ? names : undefined
}
