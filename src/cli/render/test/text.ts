import { languageTitle } from '../../../backend/refusal.ts'
import { printable } from '../../../diagnostic/frame.ts'
import { offlineLanguages } from '../../../prove/native-run.ts'
import type { Paint } from '../../terminal.ts'
import { plural } from '../plural.ts'
import { problems, verdictText, type CaseResult, type TestResults } from './results.ts'

/** A line a rule, with what failed below it, and what the languages made of them all. */
export function renderText(results: TestResults, paint: Paint): string {
  const byRule = new Map<string, CaseResult[]>()
  for (const one of results.cases) byRule.set(one.rule.id, [...(byRule.get(one.rule.id) ?? []), one])
  const lines: string[] = []
  for (const cases of byRule.values()) {
    const failed = cases.filter((one) => !one.passed)
    const firing = cases.filter((one) => one.test.alerts > 0).length
    const mark = failed.length > 0 ? paint('bad', 'FAIL') : paint('good', 'ok  ')
    const title = printable(cases[0]?.rule.title ?? '')
    const said = `${firing} firing, ${cases.length - firing} silent; ${languagesOf(cases)}`
    lines.push(`${mark}  ${title}  ${paint('quiet', said)}`)
    for (const one of failed) {
      for (const problem of problems(one)) lines.push(`      ${printable(`${one.test.name}: ${problem}`)}`)
      lines.push(`      ${paint('place', one.test.events)}`)
    }
    for (const note of acceptedDifferences(cases)) lines.push(`      ${paint('quiet', printable(note))}`)
  }
  const failed = results.cases.filter((one) => !one.passed).length
  const verdict = `${results.cases.length - failed} passed, ${failed} failed`
  lines.push('', `${plural(byRule.size, 'rule')}: ${paint(failed > 0 ? 'bad' : 'good', verdict)}`)
  for (const line of agreement([...byRule.values()])) lines.push(paint('quiet', line))
  return `${lines.join('\n')}\n`
}

/** `EQL, SPL` agree; a language that does not say the rule is not named. */
function languagesOf(cases: readonly CaseResult[]): string {
  const agreeing = offlineLanguages.filter((language) => isProved(cases, language))
  return agreeing.length === 0 ? 'local only' : agreeing.map((language) => languageTitle[language]).join(', ')
}

function isProved(cases: readonly CaseResult[], language: string): boolean {
  return cases.every(({ verdicts }) => verdicts.some((one) => one.language === language && one.kind === 'agrees'))
}

function acceptedDifferences(cases: readonly CaseResult[]): readonly string[] {
  return cases
    .filter(({ passed }) => passed)
    .flatMap(({ test, verdicts }) =>
      verdicts.filter(({ kind }) => kind === 'differs').map((verdict) => `${test.name}: ${verdictText(verdict)}`),
    )
}

/** How many rules each language says as they are meant, by what was run. */
function agreement(rules: readonly (readonly CaseResult[])[]): readonly string[] {
  return offlineLanguages.flatMap((language) => {
    const tried = rules.filter((cases) =>
      cases.some(({ verdicts }) => verdicts.some((one) => one.language === language)),
    )
    if (tried.length === 0) return []
    const refused = tried.filter((cases) =>
      cases.some(({ verdicts }) => verdicts.some((one) => one.language === language && one.kind === 'refused')),
    ).length
    const agreeing = tried.filter((cases) => isProved(cases, language)).length
    const rest = refused > 0 ? `, ${refused} not said` : ''
    return [
      `  ${languageTitle[language]}: the same alerts for ${plural(agreeing, 'rule')}, every event once and twice${rest}`,
    ]
  })
}
