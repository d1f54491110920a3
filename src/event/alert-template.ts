import type { Json, JsonObject } from './field.ts'
import { emitIndexTemplate } from './index-template.ts'

/** The data streams of alerts that detpack itself finds in Elasticsearch: `alerts-detpack.alert-<namespace>`. */
export const ALERT_STREAM = 'alerts-detpack.alert-default'
export const ALERT_TEMPLATE = 'alerts-detpack.alert'

const keyword = { type: 'keyword', ignore_above: 8191 }
const edge = { properties: { id: keyword, time: { type: 'date' } } }

/**
 * The index template of alerts: the fields of events, since an alert carries those of its closing event, and what is
 * said of the rule and the chain. Only types of the basic distribution.
 */
export function emitAlertTemplate(): JsonObject {
  const events = emitIndexTemplate()
  const { mappings } = events['template'] as { readonly mappings: { readonly properties: JsonObject } }
  const properties = merged(mappings.properties, {
    rule: { properties: { id: keyword, name: keyword, version: keyword, reference: keyword } },
    event: { properties: { severity: { type: 'long' }, created: { type: 'date' } } },
    detpack: {
      properties: {
        alert: {
          properties: {
            id: keyword,
            ...{ pack: keyword, level: keyword, risk: keyword, group: keyword },
            ...{ first: edge, last: edge },
          },
        },
      },
    },
  })
  return {
    ...events,
    index_patterns: [`${ALERT_TEMPLATE}-*`],
    template: { mappings: { ...mappings, properties } },
    _meta: { managed_by: 'detpack', description: 'Alerts that detpack found in Elasticsearch' },
  }
}

function merged(base: JsonObject, more: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...base }
  for (const [name, value] of Object.entries(more)) {
    const there = Object.hasOwn(result, name) ? result[name] : undefined
    result[name] = isMap(there) && isMap(value) ? merged(there, value) : value
  }
  return result
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
