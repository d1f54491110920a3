import { RE2JSSyntaxException } from 're2js'
import type { RegexFlags } from '../ir/predicate.ts'
import { compileRegex } from '../ir/regex.ts'

/** Why an expression cannot be run in linear time, and what to write instead; undefined when it can. */
export function regexProblem(source: string, flags: RegexFlags): { message: string; hint: string } | undefined {
  try {
    compileRegex(source, flags)
    return undefined
  } catch (problem) {
    if (!(problem instanceof RE2JSSyntaxException)) throw problem
    return { message: `not a usable regular expression: ${problem.message}`, hint: hintFor(source) }
  }
}

function hintFor(source: string): string {
  if (/\(\?<?[=!]/.test(source)) {
    return 'look-around is not part of Sigma; test the parts in selections and join them with "and not"'
  }
  if (/\\[1-9]/.test(source)) return 'back-references are not part of Sigma; compare fields with fieldref'
  if (/[*+?}]\+/.test(source)) return 'leave the possessive "+" out: the expression runs in linear time without it'
  return 'write it in RE2 syntax'
}
