import { expect, test } from 'vitest'
import { setupGuide, triageGuide } from '../../../src/artifact/kibana/guide.ts'
import { correlation, eql, ordered } from '../rule-fixture.ts'

const bare = correlation(ordered())

test('the guide names the clause and the risks, then asks in order', () => {
  const governance = {
    ...bare.governance,
    grant: 'summarize-document/credential-read',
    risk: ['R-EXFIL-02', 'R-CRED-01'],
    triage: [
      { ask: 'Was the host meant\nto be declared?', run: 'detpack explain {alert.id}' },
      { ask: 'Rotate the key.', run: null },
    ],
  }
  expect(triageGuide({ ...bare, governance })).toBe(`Clause that was broken: \`summarize-document/credential-read\`

Risk: R-EXFIL-02, R-CRED-01

## Triage

1. Was the host meant to be declared?

   \`detpack explain {alert.id}\`

2. Rotate the key.`)
})

test('a command with backticks stays one piece of code', () => {
  const governance = { ...bare.governance, triage: [{ ask: 'Who?', run: 'id `whoami`' }] }
  expect(triageGuide({ ...bare, governance })).toContain('   `` id `whoami` ``')
})

test('a rule without guidance has an empty guide', () => {
  expect(triageGuide(bare)).toBe('')
})

test('the set-up names the index and each accepted approximation', () => {
  const query = { ...eql(bare), approximations: [{ node: 'event-count', why: 'duplicates are not removed' }] }
  const text = setupGuide('logs-detpack.use-*', query, true)
  expect(text).toContain('`logs-detpack.use-*`')
  expect(text).toContain('Alert suppression')
  expect(setupGuide('logs-detpack.use-*', query, false)).toContain('Repeats are not folded')
  expect(text).toContain('Accepted approximation, event-count: duplicates are not removed')
})
