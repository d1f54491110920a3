import { printable } from '../../../diagnostic/frame.ts'
import type { Paint } from '../../terminal.ts'
import { plural } from '../plural.ts'
import { disagreement, type TestResults } from './results.ts'

/** A line a rule, with what failed below it. */
export function renderText(results: TestResults, paint: Paint): string {
  const byRule = new Map<string, TestResults['cases'][number][]>()
  for (const one of results.cases) byRule.set(one.rule.id, [...(byRule.get(one.rule.id) ?? []), one])
  const lines: string[] = []
  for (const cases of byRule.values()) {
    const failed = cases.filter((one) => !one.passed)
    const firing = cases.filter((one) => one.test.alerts > 0).length
    const mark = failed.length > 0 ? paint('bad', 'FAIL') : paint('good', 'ok  ')
    const title = printable(cases[0]?.rule.title ?? '')
    lines.push(`${mark}  ${title}  ${paint('quiet', `${firing} firing, ${cases.length - firing} silent`)}`)
    for (const one of failed) {
      lines.push(`      ${printable(one.test.name)}: ${disagreement(one)}`, `      ${paint('place', one.test.events)}`)
    }
  }
  const failed = results.cases.filter((one) => !one.passed).length
  const verdict = `${results.cases.length - failed} passed, ${failed} failed`
  lines.push('', `${plural(byRule.size, 'rule')}: ${paint(failed > 0 ? 'bad' : 'good', verdict)}`)
  return `${lines.join('\n')}\n`
}
