import { error } from '../../diagnostic/diagnostic.ts'
import type { MapReader } from '../../diagnostic/map-reader.ts'
import type { ScalarNode } from '../../diagnostic/yaml.ts'
import type { Diagnostics } from './pipeline.ts'
import { PythonRegex } from './python-regex.ts'

/** The expression under a key, or in a scalar; undefined, and told, when it cannot be run. */
export function decodeRegex(
  from: MapReader | ScalarNode,
  key: string,
  diagnostics: Diagnostics,
): PythonRegex | undefined {
  if (!('kind' in from)) from.require(key)
  const node = 'kind' in from ? from : from.node(key)
  const source = node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined
  if (source === undefined) return undefined
  const compiled = PythonRegex.compile(source)
  if (compiled instanceof PythonRegex) return compiled
  const hint = 'expressions run in linear time: write it without look-around and references back'
  diagnostics.push(error('mapping/regex', `not a usable regular expression: ${compiled.problem}`, node?.span, { hint }))
  return undefined
}
