import { formatTime } from '../../../event/record.ts'
import { HOST_ITEMS, HOST_RESULTS } from '../../../govern/host/item.ts'
import type { HostReport } from '../../../govern/host/report.ts'

/** `{host, at, findings: [{id, unit, result, evidence, title, rationale, remediation, cis, nist}], summary: {pass, fail, …}}` */
export function renderHostJson({ host, at, findings }: HostReport): string {
  const summary = HOST_RESULTS.map((result) => [result, findings.filter((each) => each.result === result).length])
  const all = {
    ...{ host, at: formatTime(at) },
    findings: findings.map((each) => ({ ...each, ...HOST_ITEMS[each.id] })),
    summary: Object.fromEntries(summary) as object,
  }
  return `${JSON.stringify(all, null, 2)}\n`
}
