import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Node } from '../diagnostic/yaml.ts'
import type { Json, JsonObject } from '../event/field.ts'
import type { Level } from '../ir/rule.ts'

/** What a target is to do with each alert of rules of some levels, by a connector that is there. */
export interface ActionConfiguration {
  readonly connector: string
  readonly type: string
  readonly levels: readonly Level[] | null
  readonly params: JsonObject
}

const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical']

/** Reads `actions`: a list of maps. Undefined where there is none. */
export function decodeActions(
  reader: MapReader | undefined,
  diagnostics: Diagnostic[],
): readonly ActionConfiguration[] | undefined {
  return reader?.list('actions')?.items.flatMap((item) => {
    if (item.kind !== 'map') {
      diagnostics.push(error('pack/wrong-type', '"actions" must be a list of maps', item.span))
      return []
    }
    const action = new MapReader(item, 'pack', 'an action', diagnostics)
    action.require('connector', 'type', 'params')
    const [connector, type, params] = [action.text('connector'), action.text('type'), action.map('params')]
    const levels = decodeLevels(action)
    action.finish()
    if (connector === undefined || type === undefined || params === undefined) return []
    return [{ connector, type, levels, params: jsonOf(params) as JsonObject }]
  })
}

function decodeLevels(action: MapReader): readonly Level[] | null {
  const written = action.texts('levels')
  if (written === undefined) return null
  return written.flatMap((node) => {
    const level = LEVELS.find((each) => each === node.text)
    if (level === undefined) action.wrong(node, 'levels', `a list of ${LEVELS.join(', ')}`)
    return level === undefined ? [] : [level]
  })
}

function jsonOf(node: Node): Json {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, jsonOf(value)]))
    case 'list':
      return node.items.map(jsonOf)
    case 'scalar':
      return node.value
  }
}
