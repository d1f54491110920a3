import { describe, expect, it } from 'vitest'
import { Source } from '../../src/diagnostic/source.ts'
import { parseRuleTests } from '../../src/pack/rule-test.ts'

const GOOD = `rule: key-sent
cases:
  - name: sent at once
    events: ../recordings/at-once.ndjson
    alerts: 1
  - name: only read
    events: ../recordings/read.ndjson
    alerts: 0
    differs: nothing is sent
`

describe('a file of rule tests', () => {
  it('names recordings relative to itself', () => {
    const { tests, diagnostics } = parseRuleTests(new Source('test/rules/key.test.yml', GOOD))
    expect(diagnostics).toEqual([])
    expect(tests[0]?.cases.map((one) => [one.events, one.alerts])).toEqual([
      ['test/recordings/at-once.ndjson', 1],
      ['test/recordings/read.ndjson', 0],
    ])
  })

  it.each([
    ['pack/missing-key', 'cases: []\n'],
    ['pack/wrong-type', 'rule: x\ncases: [{name: a, events: b, alerts: many}]\n'],
    ['pack/wrong-type', 'rule: x\ncases: [a]\n'],
    ['pack/wrong-type', 'just text\n'],
    ['pack/unknown-key', 'rule: x\ncases: []\nexpect: 1\n'],
    ['pack/no-cases', 'rule: x\ncases: []\n'],
  ])('has %s for a mistake, and leaves only that document out', (code, text) => {
    const { tests, diagnostics } = parseRuleTests(new Source('a.test.yml', `${text}---\n${GOOD}`))
    expect(diagnostics.map((one) => one.code)).toContain(code)
    expect(tests).toHaveLength(1)
  })

  it.each(['', '# later\n', '---\n'])('has pack/no-test when it names nothing: %j', (text) => {
    expect(parseRuleTests(new Source('a.test.yml', text))).toMatchObject({
      tests: [],
      diagnostics: [{ code: 'pack/no-test', message: '"a.test.yml" holds no test' }],
    })
  })
})
