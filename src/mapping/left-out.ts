import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import type { Correlation, Program, RuleId } from '../ir/rule.ts'

/** Why a correlation cannot stay: a rule that it names is gone. */
export function leftOut(rule: Correlation, missing: RuleId, program: Program): Diagnostic {
  const message = `"${rule.title}" is left out, because "${program.rules.get(missing)?.title ?? missing}" is`
  return error('mapping/left-out', message, useOf(rule, missing))
}

function useOf(rule: Correlation, named: RuleId): Span {
  const { body } = rule
  const uses = body.type === 'ordered' ? [...body.steps, ...body.unless, ...(body.until ? [body.until] : [])] : body.of
  return uses.find((use) => use.rule === named)?.span ?? rule.span
}
