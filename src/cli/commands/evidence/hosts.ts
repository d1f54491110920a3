import { readFileSync } from 'node:fs'
import { joinHostReports, parseHostReport } from '../../../govern/host/report.ts'
import { reason } from '../../../pack/system-reason.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { readHostReports, REGISTERS, writeHostReports } from '../../registers.ts'
import { plural } from '../../render/plural.ts'
import { reviewFile } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'

/** Puts what `check host` found on the register, all of it or nothing. The same twice changes nothing. */
export async function evidenceHosts(_shared: Shared, files: readonly string[]): Promise<ExitCode> {
  const configuration = loadUsableConfiguration('.')
  const known = await readHostReports(configuration)
  const read = files.map((file) => {
    const found = parseHostReport(textOf(file))
    if (found === undefined) throw new Unusable(`"${file}" is not what "detpack check host --format json" prints`)
    return found
  })
  const joined = joinHostReports([...known, ...read])
  writeHostReports(configuration, joined)
  const place = reviewFile(configuration, REGISTERS.hosts)
  say(`${plural(joined.length - known.length, 'check')} new, ${plural(joined.length, 'check')} of hosts in ${place}`)
  return ExitCode.ok
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (problem) {
    throw new Unusable(`cannot read "${file}": ${reason(problem)}`)
  }
}
