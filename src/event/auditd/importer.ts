import type { ImportOptions } from '../recording/importer.ts'
import { LineImporter } from '../recording/line-importer.ts'
import { AUDITD_REACH } from './reach.ts'
import { AuditReader } from './reader.ts'

/**
 * Makes events of logs of the Linux audit system: as auditd writes them (raw or ENRICHED, also of several nodes), as
 * ausearch and syslog pass them on, and as the kernel prints them.
 *
 * Takes the text as it is: a line that is no record is skipped and told (`event/auditd-record`, `-long-line`), and the
 * reading goes on. What was lost is told: lines about it become `sensor_loss`, missing numbers `detpack.lost` on the
 * event after them and one `event/auditd-missing`.
 *
 * - `@timestamp` is the beginning of the call, in ticks of the kernel: audit has no other time. Events of one tick are
 *   in the order of their numbers.
 * - A file is known by its inode, where a record of its path names that. A descriptor means what calls seen before
 *   opened; while the log tells no `close`, that is `candidate`.
 * - A process is known by its number and the record that it was first seen in. A number that comes back with another
 *   parent and another program is of another process.
 * - Keys of rules such as `cap.sys_admin.mount` are uses of that Linux capability.
 */
export class AuditdImporter extends LineImporter {
  constructor(options: ImportOptions) {
    super(AUDITD_REACH, options, (session) => new AuditReader(session))
  }
}
