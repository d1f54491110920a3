import { createRequire } from 'node:module'
import type * as Library from 're2js'
import type { RegexFlags } from '../predicate.ts'
import { isPlainRegex } from './plain.ts'

/** So many expressions are remembered. */
const MOST = 1000

const compiled = new Map<string, Library.RE2JS>()

let loaded: typeof Library | undefined

/** The library is read when the first expression needs it: it would be a third of what each start reads. */
function library(): typeof Library {
  return (loaded ??= createRequire(import.meta.url)('re2js') as typeof Library)
}

/** An expression in RE2 syntax, ready to run in linear time, or what RE2 has against it. */
export type CompiledRegex = { readonly run: Library.RE2JS } | { readonly problem: string }

export function compileRegex(source: string, { ignoreCase, multiline, dotAll }: RegexFlags): CompiledRegex {
  const { RE2JS, RE2JSSyntaxException } = library()
  const bits =
    (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0) | (dotAll ? RE2JS.DOTALL : 0)
  const key = `${bits} ${source}`
  const known = compiled.get(key)
  if (known !== undefined) return { run: known }
  try {
    const run = RE2JS.compile(source, bits)
    if (compiled.size >= MOST) compiled.clear()
    compiled.set(key, run)
    return { run }
  } catch (problem) {
    if (!(problem instanceof RE2JSSyntaxException)) throw problem
    return { problem: problem.message }
  }
}

/** What RE2 has against an expression; undefined: nothing. One that it surely takes is not compiled for the answer. */
export function refusalOf(source: string, flags: RegexFlags): string | undefined {
  if (isPlainRegex(source, flags)) return undefined
  const compiled = compileRegex(source, flags)
  return 'problem' in compiled ? compiled.problem : undefined
}
