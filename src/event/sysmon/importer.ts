import type { ImportOptions } from '../recording/importer.ts'
import { LineImporter } from '../recording/line-importer.ts'
import { SYSMON_REACH } from './reach.ts'
import { SysmonReader } from './reader.ts'

/**
 * Makes events of what Sysmon for Linux writes: XML in lines of syslog (other lines are passed over), or the JSON that
 * shippers make of it.
 *
 * An event that is not whole is skipped and told (`event/sysmon-event`, `-time`, `-long-line`), and the reading goes
 * on. Drops that Sysmon reports (event 255) become `sensor_loss`.
 *
 * - The identity of a process is Sysmon's ProcessGuid.
 * - Only what succeeded is told: execs, ends, TCP and UDP connections, new files, deletions, opened block devices,
 *   ptrace. There are no reads, writes or sends, so nothing can be followed.
 */
export class SysmonImporter extends LineImporter {
  constructor(options: ImportOptions) {
    super(SYSMON_REACH, options, (session) => new SysmonReader(session))
  }
}
