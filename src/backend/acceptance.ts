import { error, info, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import type { RuleHeader } from '../ir/rule.ts'
import type { Approximation, CompileContext, Language } from './backend.ts'
import { languageTitle } from './refusal.ts'

/**
 * Decides an approximate translation: it is an error unless the rule accepts this node in this language
 * (`detpack: accept`, semantics §4) on the day of compiling; the last day still counts.
 *
 * Gives `backend/approximate` (error), `backend/acceptance-expired` (error), or `backend/accepted` (info). Only with
 * the last one may the query be made, and then the approximation belongs into `NativeQuery.approximations`.
 */
export function decideApproximation(
  approximation: Approximation,
  language: Language,
  rule: Pick<RuleHeader, 'governance'>,
  context: Pick<CompileContext, 'today'>,
  span: Span | undefined,
): Diagnostic {
  const { node, why } = approximation
  const said = `${languageTitle[language]} says "${node}" only approximately: ${why}`
  const accepting = rule.governance.accept.filter((one) => one.language === language && one.node === node)
  const [latest] = [...accepting].sort((a, b) => (a.until < b.until ? 1 : -1))
  if (latest === undefined)
    return error('backend/approximate', said, span, {
      hint: `if that is good enough, say so under "detpack: accept": {language: ${language}, node: ${node}, why: ..., until: YYYY-MM-DD}`,
    })
  const notes = [{ message: `accepted here until ${latest.until}: ${latest.why}`, span: latest.span }]
  if (latest.until < context.today)
    return error('backend/acceptance-expired', `${said}; its acceptance ended on ${latest.until}`, span, {
      hint: 'look at it again, then move "until" or take the acceptance out',
      notes,
    })
  return info('backend/accepted', said, span, { notes })
}
