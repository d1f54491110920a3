import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { runEsql } from '../../../src/engine/esql/run.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { timeOf } from '../brute-force/judge.ts'

const events = [
  { 'event.id': 'e1', command: 'curl http://x', user: 'root' },
  { 'event.id': 'e2', command: ['ls', 'cat /etc/shadow'], port: 443 },
  { 'event.id': 'e3', port: 4431 },
].map((fields, at) => toRecord(fields, at + 1))

function run(text: string) {
  return runEsql(new Source('query', text), events, { now: timeOf(0), lookups: new Map() })
}

/** The ids of the events that a condition keeps; why it is refused. */
function kept(condition: string): readonly unknown[] | string {
  const result = run(`FROM e | ${condition} | KEEP event.id`)
  return result.kind === 'rows' ? result.rows.map((row) => row['event.id']) : (result.diagnostics[0]?.message ?? '')
}

describe('QSTR, asking all fields for a regular expression', () => {
  it('looks at whole values of keyword fields, each of several', () => {
    expect(kept('WHERE QSTR("*:/.*shadow/")')).toEqual(['e2'])
    expect(kept('WHERE QSTR("\\\\*:/curl.*/")')).toEqual(['e1'])
    expect(kept('WHERE QSTR("*:/shadow/")')).toEqual([])
    expect(kept('WHERE QSTR("*:/443.*/")')).toEqual([])
  })

  it('may be connected with other conditions right behind the source', () => {
    expect(kept('WHERE NOT QSTR("*:/.*(curl|shadow).*/")')).toEqual(['e3'])
    expect(kept('WHERE QSTR("*:/.*shadow/") OR user == "root"')).toEqual(['e1', 'e2'])
    expect(kept('WHERE port > 0 | WHERE QSTR("*:/.*shadow/")')).toEqual(['e2'])
  })

  it.each([
    ['behind another command', 'EVAL x = 1 | WHERE QSTR("*:/a/")', 'QSTR is run only in the conditions'],
    ['inside a function', 'WHERE CASE(QSTR("*:/a/"), true, false)', 'QSTR is run only in the conditions'],
    ['of another query string', 'WHERE QSTR("user:root")', 'of QSTR only'],
    ['of something computed', 'WHERE QSTR(user)', 'of QSTR only'],
    ['with a pattern that Lucene does not know', 'WHERE QSTR("*:/a(b/")', 'cannot run this pattern'],
  ])('is refused %s', (_, condition, why) => {
    expect(kept(condition)).toContain(why)
  })
})
