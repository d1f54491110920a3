import { readFileSync } from 'node:fs'

interface Operation {
  readonly query?: readonly string[]
  readonly form?: readonly string[]
  readonly required?: readonly string[]
  readonly json?: 'object' | 'array'
  readonly most?: number
}

const description = JSON.parse(readFileSync(new URL('api.json', import.meta.url), 'utf8')) as {
  readonly endpoints: readonly {
    readonly path: string
    readonly since?: string
    readonly methods: Readonly<Record<string, Operation | string>>
  }[]
  readonly bodies: Readonly<Record<string, Operation>>
  readonly fields: Readonly<Record<string, readonly string[]>>
  readonly readOnly: readonly string[]
}

/** A request as it came. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string
  readonly text: string
}

export interface Matched {
  readonly path: string
  readonly parts: Readonly<Record<string, string>>
  /** What is wrong with it by the description; empty when nothing is. */
  readonly violations: readonly string[]
  readonly unsupported: readonly string[]
  readonly missing: readonly string[]
}

/** The endpoint of a request, and what is wrong with it; `no endpoint` and `no method` when there is none. */
export function matched(asked: Asked, version: string): Matched | 'no endpoint' | 'no method' {
  for (const endpoint of description.endpoints) {
    const parts = partsOf(endpoint.path, asked.path)
    if (parts === undefined) continue
    if (endpoint.since !== undefined && older(version, endpoint.since)) return 'no endpoint'
    const method = endpoint.methods[asked.method]
    const operation = typeof method === 'string' ? description.bodies[method.slice(1)] : method
    if (operation === undefined) return 'no method'
    return { path: endpoint.path, parts, ...violations(asked, operation) }
  }
  return 'no endpoint'
}

function violations(asked: Asked, operation: Operation): Omit<Matched, 'path' | 'parts'> {
  const { query, contentType, text } = asked
  const queried = [...query.keys()].filter((name) => name !== 'output_mode')
  const found: string[] = []
  let [unsupported, missing]: [string[], string[]] = [[], []]
  const known = operation.query ?? []
  if (asked.method === 'POST') {
    if (queried.length > 0) found.push(`parameters in the address: ${queried.join(', ')}`)
    if (operation.json !== undefined) found.push(...jsonViolations(contentType, text, operation))
    else if (!/^application\/x-www-form-urlencoded\b/.test(contentType)) found.push(`the body is ${contentType}`)
    else {
      const form = new URLSearchParams(text)
      const names = [...form.keys()].filter((name) => name !== 'output_mode')
      const allowed = expand(operation.form ?? [])
      unsupported = names.filter((name) => !fits(name, allowed))
      missing = (operation.required ?? []).filter((name) => !form.has(name))
      const twice = names.find((name, at) => names.indexOf(name) !== at)
      if (twice !== undefined) found.push(`"${twice}" stands twice`)
      found.push(...names.filter((name) => description.readOnly.includes(name)).map((name) => `"${name}" is read-only`))
    }
  } else {
    unsupported = queried.filter((name) => !fits(name, known))
    if (text !== '') found.push('a body')
  }
  found.push(...unsupported.map((name) => `"${name}" is no parameter`), ...missing.map((name) => `no "${name}"`))
  return { violations: found, unsupported, missing }
}

function jsonViolations(contentType: string, text: string, { json, most }: Operation): readonly string[] {
  if (contentType !== 'application/json') return [`the body is ${contentType}`]
  try {
    const value = JSON.parse(text) as unknown
    if (Array.isArray(value) !== (json === 'array')) return [`the body is no ${json ?? ''}`]
    return Array.isArray(value) && value.length > (most ?? Infinity) ? [`more than ${most ?? 0} documents`] : []
  } catch {
    return ['the body is no JSON']
  }
}

function expand(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (name.startsWith('$') ? (description.fields[name.slice(1)] ?? []) : [name]))
}

function fits(name: string, allowed: readonly string[]): boolean {
  return allowed.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each))
}

function partsOf(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [want, have] = [pattern.split('/'), path.split('/')]
  if (want.length !== have.length) return undefined
  const parts: Record<string, string> = {}
  for (const [at, part] of want.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name !== undefined) parts[name] = decodeURIComponent(have[at] ?? '')
    else if (part !== have[at]) return undefined
  }
  return parts
}

function older(version: string, than: string): boolean {
  const [a, b] = [version, than].map((each) => each.split('.').map(Number))
  for (const [at, number] of (b ?? []).entries()) {
    const other = a?.[at] ?? 0
    if (other !== number) return other < number
  }
  return false
}
