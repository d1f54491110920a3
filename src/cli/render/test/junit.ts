import { problems, type TestResults } from './results.ts'

/** JUnit XML as CI services read it: a suite a rule file, a test case a recording. */
export function renderJunit(results: TestResults): string {
  const suites = new Map<string, TestResults['cases'][number][]>()
  for (const one of results.cases) {
    const file = one.rule.span.source.name
    suites.set(file, [...(suites.get(file) ?? []), one])
  }
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="detpack">']
  for (const [file, cases] of suites) {
    const failures = cases.filter((one) => !one.passed).length
    lines.push(`  <testsuite name="${escape(file)}" tests="${cases.length}" failures="${failures}">`)
    for (const one of cases) {
      const head = `    <testcase classname="${escape(one.rule.title)}" name="${escape(one.test.name)}"`
      if (one.passed) lines.push(`${head}/>`)
      else lines.push(`${head}>`, `      <failure message="${escape(problems(one).join('; '))}"/>`, '    </testcase>')
    }
    lines.push('  </testsuite>')
  }
  lines.push('</testsuites>')
  return `${lines.join('\n')}\n`
}

/** XML 1.0 knows no control characters but tab and line breaks, not even escaped: they are left out. */
function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
}
