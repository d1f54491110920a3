// summary.mjs VITEST-JSON VERDICTS: prints what was skipped and what failed, by name and with the reason, then one closing
// line that counts the test cases and the checks around them. VERDICTS: a line a check, `passed NAME` or `FAILED NAME`.
// Exit 1 when anything failed or no test ran.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const REASON_LINES = 12
const [file, verdictsFile] = process.argv.slice(2)
const verdicts = readFileSync(verdictsFile, 'utf8').split('\n').filter(Boolean)
const failedChecks = verdicts.filter((line) => line.startsWith('FAILED '))
let results = { numPassedTests: 0, testResults: [] }
try {
  results = JSON.parse(readFileSync(file, 'utf8'))
} catch {
  console.log('no test results: the test runner did not finish')
}
const cases = results.testResults.flatMap((suite) =>
  suite.assertionResults.map((one) => ({ ...one, file: relative(process.cwd(), suite.name) })),
)
const skipped = cases.filter((one) => one.status === 'skipped' || one.status === 'pending')
if (skipped.length > 0) {
  console.log(`\nSKIPPED, and so not proved here:`)
  for (const one of skipped) console.log(`  ${one.fullName}`)
}

const reason = (message) =>
  (message ?? '')
    .split('\n')
    .slice(0, REASON_LINES)
    .map((line) => `      ${line}`)
    .join('\n')
// A file that could not be run has no cases: its own message is the only word of it.
const unread = results.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0)
const failedCases = cases.filter((one) => one.status === 'failed')
if (failedChecks.length + failedCases.length + unread.length > 0) console.log('\nFAILED:')
for (const line of failedChecks) console.log(`  check: ${line.slice('FAILED '.length)}`)
for (const suite of unread) console.log(`  ${relative(process.cwd(), suite.name)}\n${reason(suite.message)}`)
for (const one of failedCases) console.log(`  ${one.file}: ${one.fullName}\n${reason(one.failureMessages?.[0])}`)

const passed = results.numPassedTests + verdicts.length - failedChecks.length
const failed = failedCases.length + unread.length + failedChecks.length
console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`)
process.exitCode = failed > 0 || results.numPassedTests === 0 ? 1 : 0
