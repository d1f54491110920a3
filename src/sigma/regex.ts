import type { RegexFlags } from '../ir/predicate.ts'
import { refusalOf } from '../ir/regex/compile.ts'

/** Why an expression cannot be run in linear time, and what to write instead; undefined when it can. */
export function regexProblem(source: string, flags: RegexFlags): { message: string; hint: string } | undefined {
  const refusal = refusalOf(source, flags)
  if (refusal === undefined) return undefined
  return { message: `not a usable regular expression: ${refusal}`, hint: hintFor(source) }
}

function hintFor(source: string): string {
  if (/\(\?<?[=!]/.test(source)) {
    return 'look-around is not part of Sigma; test the parts in selections and join them with "and not"'
  }
  if (/\\[1-9]/.test(source)) return 'back-references are not part of Sigma; compare fields with fieldref'
  if (/[*+?}]\+/.test(source)) return 'leave the possessive "+" out: the expression runs in linear time without it'
  return 'write it in RE2 syntax'
}
