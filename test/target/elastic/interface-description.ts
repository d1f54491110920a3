import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const read = (name: string): object => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as object

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema(read('kibana-detection-engine.openapi.json'), 'kibana')
ajv.addSchema(read('kibana-exceptions.openapi.json'), 'exceptions')
ajv.addSchema(read('kibana-lists.openapi.json'), 'lists')

const compiled = new Map<string, ValidateFunction>()

/** What is wrong with a value by a schema of Kibana's interface description; empty when nothing is. */
export function violations(schema: string, value: unknown): readonly string[] {
  return violationsOf(`kibana#/components/schemas/${schema}`, value)
}

/** The same of exceptions. */
export function exceptionViolations(schema: string, value: unknown): readonly string[] {
  return violationsOf(`exceptions#/components/schemas/${schema}`, value)
}

/** The same of value lists. */
export function listViolations(schema: string, value: unknown): readonly string[] {
  return violationsOf(`lists#/components/schemas/${schema}`, value)
}

function violationsOf($ref: string, value: unknown): readonly string[] {
  const check = compiled.get($ref) ?? ajv.compile({ $ref })
  compiled.set($ref, check)
  if (check(value)) return []
  return (check.errors ?? []).map((each) => {
    const extra = each.params.unevaluatedProperty as string | undefined
    return `${each.instancePath || '/'}: ${each.message ?? each.keyword}${extra === undefined ? '' : ` (${extra})`}`
  })
}

type RuleRequest = 'CreateProps' | 'UpdateProps' | 'ToImport' | 'PreviewProps'

/** The schema of a rule type's request, such as `EqlRuleCreateProps`; a whole union makes unreadable messages. */
export function requestSchema(type: unknown, request: RuleRequest): string | undefined {
  const prefixes = new Map([
    ['eql', 'EqlRule'],
    ['esql', 'EsqlRule'],
    ['query', 'QueryRule'],
    ['threshold', 'ThresholdRule'],
    ['new_terms', 'NewTermsRule'],
  ])
  const prefix = typeof type === 'string' ? prefixes.get(type) : undefined
  return prefix === undefined ? undefined : `${prefix}${request}`
}
