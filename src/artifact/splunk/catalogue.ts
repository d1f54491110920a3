import type { JsonObject } from '../../event/field.ts'
import type { Rule } from '../../ir/rule.ts'
import { oneLine } from './conf.ts'

/** The collection of the KV store, and the lookup over it, that tells of each search which rule it is. */
export const CATALOGUE = 'detpack_rules'

const FIELDS = {
  search: 'string',
  title: 'string',
  level: 'string',
  status: 'string',
  version: 'number',
  techniques: 'string',
  risk: 'string',
  grant: 'string',
  triage: 'string',
} as const

/**
 * The catalogue as REST takes it: the types of its fields, the lookup's list of them, and a row for each rule by its id.
 * `| lookup detpack_rules search AS source` gives a notable event its rule.
 */
export function catalogue(rules: readonly { readonly rule: Rule; readonly search: string }[]): JsonObject {
  return {
    fields: FIELDS,
    lookup: {
      external_type: 'kvstore',
      collection: CATALOGUE,
      fields_list: ['_key', ...Object.keys(FIELDS)].join(','),
    },
    rows: Object.fromEntries(rules.map(({ rule, search }) => [rule.id, row(rule, search)])),
  }
}

function row({ title, level, status, tags, governance }: Rule, search: string): JsonObject {
  const { version, risk, grant, triage } = governance
  const techniques = tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? [])
  return {
    search,
    title: oneLine(title),
    level: level ?? 'low',
    status: status ?? '',
    version: version ?? 1,
    techniques: [...new Set(techniques)].join(' '),
    risk: risk.join(' '),
    grant: grant ?? '',
    triage: triage.map(({ ask }, at) => `${at + 1}. ${oneLine(ask)}`).join(' '),
  }
}
