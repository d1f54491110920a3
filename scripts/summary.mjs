// summary.mjs VITEST-JSON PASSED FAILED: prints what was skipped, by name, then one closing line that counts the test
// cases and the checks around them. Exit 1 when anything failed or no test ran.
import { readFileSync } from 'node:fs'

const [file, passedChecks, failedChecks] = process.argv.slice(2)
let results = { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 0, testResults: [] }
try {
  results = JSON.parse(readFileSync(file, 'utf8'))
} catch {
  console.log('no test results: the test runner did not finish')
}
const skipped = results.testResults.flatMap((suite) =>
  suite.assertionResults.filter((one) => one.status === 'skipped' || one.status === 'pending'),
)
if (skipped.length > 0) {
  console.log(`\nSKIPPED, and so not proved here:`)
  for (const one of skipped) console.log(`  ${one.fullName}`)
}
const passed = results.numPassedTests + Number(passedChecks)
const failed = results.numFailedTests + Number(failedChecks)
console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`)
process.exitCode = failed > 0 || results.numPassedTests === 0 ? 1 : 0
