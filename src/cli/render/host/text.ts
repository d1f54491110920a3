import { HOST_ITEMS, HOST_RESULTS, type HostFinding, type HostResult } from '../../../govern/host/item.ts'
import type { HostReport } from '../../../govern/host/report.ts'
import { printable } from '../../../diagnostic/frame.ts'
import type { Paint, Tone } from '../../terminal.ts'
import { table } from '../table.ts'

const TONES: Readonly<Record<HostResult, Tone>> = {
  pass: 'good',
  fail: 'bad',
  'not-applicable': 'quiet',
  unknown: 'warn',
}

/** A row for each finding, then what stands behind those that are no pass, then the sum. */
export function renderHostText({ host, findings }: HostReport, paint: Paint): string {
  const rows = findings.map(({ id, unit, result }) => ({
    item: id,
    result,
    what: `${unit ?? host}: ${HOST_ITEMS[id].title}`,
  }))
  const open = findings.filter(({ result }) => result === 'fail' || result === 'unknown')
  return `${[table(rows, paint), ...open.map((each) => detail(each, paint)), sum(findings, paint)].join('\n\n')}\n`
}

function detail({ id, unit, result, evidence }: HostFinding, paint: Paint): string {
  const { title, rationale, remediation, cis, nist } = HOST_ITEMS[id]
  const beside = [...cis.map((each) => `CIS ${each}`), ...nist].join(', ')
  return [
    `${paint(TONES[result], result)} ${id} ${unit === null ? '' : `${printable(unit)}: `}${title}`,
    ...evidence.map((each) => `  seen      ${printable(each)}`),
    `  why       ${rationale}`,
    `  write     ${remediation}`,
    `  beside    ${beside}`,
  ].join('\n')
}

function sum(findings: readonly HostFinding[], paint: Paint): string {
  return HOST_RESULTS.map((result) => {
    const count = findings.filter((each) => each.result === result).length
    return count === 0 ? `${count} ${result}` : paint(TONES[result], `${count} ${result}`)
  }).join(', ')
}
