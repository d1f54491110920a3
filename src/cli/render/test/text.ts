import { languageTitle } from '../../../backend/refusal.ts'
import { printable } from '../../../diagnostic/frame.ts'
import type { Verdict } from '../../../prove/agreement.ts'
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

/** Where texts of a language were run. */
type Place = Pick<Verdict, 'language' | 'on'>

const cluster = 'on the cluster'

function titleOf({ language, on }: Place): string {
  return on === 'engine' ? languageTitle[language] : `${languageTitle[language]} ${cluster}`
}

/** Those that the cases know, engines first. */
function placesOf(cases: readonly CaseResult[]): readonly Place[] {
  const places = new Map<string, Place>()
  for (const { verdicts } of cases) for (const one of verdicts) places.set(titleOf(one), one)
  return [...places.values()].sort((a, b) => Number(a.on === 'cluster') - Number(b.on === 'cluster'))
}

/** `EQL, SPL` agree, and where a cluster was asked what agrees there; a language that does not say the rule is not named. */
function languagesOf(cases: readonly CaseResult[]): string {
  const agreeing = placesOf(cases).filter((place) => all(cases, place, 'agrees'))
  const named = (where: Place['on']): string =>
    agreeing.flatMap(({ language, on }) => (on === where ? [languageTitle[language]] : [])).join(', ')
  return [named('engine') || 'local only', ...(named('cluster') === '' ? [] : [`${cluster} ${named('cluster')}`])].join(
    '; ',
  )
}

function all(cases: readonly CaseResult[], place: Place, kind: Verdict['kind']): boolean {
  return cases.every(({ verdicts }) => verdicts.some((one) => isAt(one, place) && one.kind === kind))
}

function isAt(one: Verdict, { language, on }: Place): boolean {
  return one.language === language && one.on === on
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
  return placesOf(rules.flat()).map((place) => {
    const refused = rules.filter((cases) => all(cases, place, 'refused')).length
    const agreeing = rules.filter((cases) => all(cases, place, 'agrees')).length
    const rest = refused > 0 ? `, ${refused} not said` : ''
    const times = place.on === 'engine' ? 'every event once and twice' : 'every event twice'
    return `  ${titleOf(place)}: the same alerts for ${plural(agreeing, 'rule')}, ${times}${rest}`
  })
}
