import { RE2JS } from 're2js'
import type { RegexFlags } from './predicate.ts'

/** So many expressions are remembered. */
const MOST = 1000

const compiled = new Map<string, RE2JS>()

/** An expression in RE2 syntax, ready to run in linear time. Throws RE2JS's own error for what it does not take. */
export function compileRegex(source: string, { ignoreCase, multiline, dotAll }: RegexFlags): RE2JS {
  const bits =
    (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0) | (dotAll ? RE2JS.DOTALL : 0)
  const key = `${bits} ${source}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  const expression = RE2JS.compile(source, bits)
  if (compiled.size >= MOST) compiled.clear()
  compiled.set(key, expression)
  return expression
}
