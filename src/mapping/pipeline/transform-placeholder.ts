import { error } from '../../diagnostic/diagnostic.ts'
import type { MapReader } from '../../diagnostic/map-reader.ts'
import type { Diagnostics, Transformation, TransformationDecoder } from './pipeline.ts'

/** Placeholders are filled in where rules are read: what these leave is told there. */
export const PLACEHOLDER_TRANSFORMATIONS: Readonly<Record<string, TransformationDecoder>> = {
  value_placeholders: (reader, diagnostics) => placeholders(reader, diagnostics, (name, vars) => vars.get(name)),
  wildcard_placeholders: (reader, diagnostics) => placeholders(reader, diagnostics, () => ['*']),
}

type Values = Extract<Transformation, { kind: 'placeholders' }>['values']

function placeholders(reader: MapReader, diagnostics: Diagnostics, values: Values): Transformation {
  const include = reader.texts('include')?.map((each) => each.text)
  const exclude = reader.texts('exclude')?.map((each) => each.text)
  if (include && exclude) {
    const at = reader.node('exclude')?.span
    diagnostics.push(error('mapping/wrong-type', '"include" and "exclude" exclude each other', at))
  }
  const handles = (name: string): boolean => include?.includes(name) ?? !(exclude?.includes(name) ?? false)
  return { kind: 'placeholders', values: (name, vars) => (handles(name) ? values(name, vars) : undefined) }
}
