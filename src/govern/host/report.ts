import { canonicalJson } from '../../event/canonical.ts'
import { formatTime, type Time } from '../../event/record.ts'
import { listIn, objectIn, parseObject, textIn, timeIn } from '../json.ts'
import { isWithin, type Period } from '../period.ts'
import { HOST_ITEM_IDS, HOST_RESULTS, type HostFinding } from './item.ts'

/** What `check host` found on one host at one time. */
export interface HostReport {
  readonly host: string
  readonly at: Time
  readonly findings: readonly HostFinding[]
}

/** One report as a line of the register. */
export function renderHostReport({ host, at, findings }: HostReport): string {
  return canonicalJson({ host, at: formatTime(at), findings: findings.map((each) => ({ ...each })) })
}

/** Reads what `renderHostReport` wrote, or what `check host --format json` printed; undefined for anything else. */
export function parseHostReport(text: string): HostReport | undefined {
  const json = parseObject(text)
  const [host, at] = [textIn(json, 'host'), timeIn(json, 'at')]
  const findings = listIn(json?.['findings']).map((each): HostFinding | undefined => {
    const own = objectIn(each)
    const id = HOST_ITEM_IDS.find((one) => one === own?.['id'])
    const result = HOST_RESULTS.find((one) => one === own?.['result'])
    const evidence = listIn(own?.['evidence'])
    if (id === undefined || result === undefined || !evidence.every((one) => typeof one === 'string')) return undefined
    return { id, unit: textIn(own, 'unit') ?? null, result, evidence }
  })
  if (host === undefined || at === undefined || findings.length === 0 || findings.includes(undefined)) return undefined
  return { host, at, findings: findings as readonly HostFinding[] }
}

/** Reports in order of host and time, each once. */
export function joinHostReports(reports: Iterable<HostReport>): readonly HostReport[] {
  const byName = new Map([...reports].map((report) => [`${report.host}\n${formatTime(report.at)}`, report]))
  return [...byName.values()].sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.at - b.at))
}

/** Of each host the last report of a period. */
export function lastReports(reports: readonly HostReport[], period: Period): readonly HostReport[] {
  const own = reports.filter(({ at }) => isWithin(at, period))
  return [...new Map(joinHostReports(own).map((report) => [report.host, report])).values()]
}
