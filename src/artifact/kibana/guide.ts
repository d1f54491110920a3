import type { NativeQuery } from '../../backend/backend.ts'
import type { Rule } from '../../ir/rule.ts'

/** The triage guide as Markdown: the clause and the risks, then the questions in order, each with what to run. */
export function triageGuide(rule: Rule): string {
  const { grant, risk, triage } = rule.governance
  const facts = [
    ...(grant === null ? [] : [`Clause that was broken: ${code(grant)}`]),
    ...(risk.length === 0 ? [] : [`Risk: ${risk.join(', ')}`]),
  ]
  const steps = triage.map(({ ask, run }, index) => {
    const number = `${index + 1}. `
    return `${number}${oneLine(ask)}${run === null ? '' : `\n\n${' '.repeat(number.length)}${code(run)}`}`
  })
  return [...facts, ...(steps.length === 0 ? [] : ['## Triage', ...steps])].join('\n\n')
}

/** What must be there for the rule to work, whether repeats fold, and what its query does not say exactly. */
export function setupGuide(index: string, query: NativeQuery, suppressed: boolean): string {
  const needs = [
    `Events of the detpack sensor in ${code(index)}, with the index template that \`detpack deploy\` puts there.`,
    suppressed
      ? 'Alert suppression keeps one chain from giving two alerts; it needs a licence that includes it.'
      : 'Repeats are not folded: Kibana could not tell the groups of this rule apart by the fields of its alerts.',
  ]
  const accepted = query.approximations.map(({ node, why }) => `Accepted approximation, ${node}: ${oneLine(why)}`)
  return [...needs, ...accepted].join('\n\n')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Inline code, fenced by more backticks than the text has in a row. */
function code(text: string): string {
  const line = oneLine(text)
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`
}
