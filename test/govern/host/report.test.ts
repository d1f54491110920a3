import { expect, it } from 'vitest'
import type { Time } from '../../../src/event/record.ts'
import { renderHostJson } from '../../../src/cli/render/host/json.ts'
import { joinHostReports, parseHostReport, renderHostReport, type HostReport } from '../../../src/govern/host/report.ts'

const REPORT: HostReport = {
  host: 'web-1',
  at: Date.parse('2026-11-01T00:00:00Z') as Time,
  findings: [{ id: 'DP-2.1', unit: 'web.service', result: 'fail', evidence: ['seen'] }],
}

it('reads what it wrote, and what the command printed', () => {
  expect(parseHostReport(renderHostReport(REPORT))).toEqual(REPORT)
  expect(parseHostReport(renderHostJson(REPORT))).toEqual(REPORT)
})

it.each([
  ['an item that there is not', (text: string) => text.replace('DP-2.1', 'DP-2.9')],
  ['a result that there is not', (text: string) => text.replace('"fail"', '"good"')],
  ['evidence that is no text', (text: string) => text.replace('"seen"', '1')],
  ['no findings', (text: string) => text.replace(/"findings":\[.*\]/, '"findings":[]')],
  ['no time', (text: string) => text.replace('2026', 'x')],
  ['no JSON', () => 'x'],
])('refuses %s', (_what, change) => {
  expect(parseHostReport(change(renderHostReport(REPORT)))).toBeUndefined()
})

it('keeps each report once, in order', () => {
  const later = { ...REPORT, at: (REPORT.at + 1) as Time }
  expect(joinHostReports([later, REPORT, { ...REPORT }])).toEqual([REPORT, later])
})
