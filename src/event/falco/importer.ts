import type { ImportOptions } from '../recording/importer.ts'
import { LineImporter } from '../recording/line-importer.ts'
import { FALCO_REACH } from './reach.ts'
import { FalcoReader } from './reader.ts'

/**
 * Makes events of the alerts that Falco writes with `json_output: true`. Falco tells what its rules match, with the
 * fields that their outputs ask for: more fields, more told (`append_output` in falco.yaml adds some to all).
 *
 * A line that is no alert is skipped and told (`event/falco-json`, `-alert`, `-time`, `-long-line`), and the reading
 * goes on. Several alerts of one event are one use. Drops that Falco reports become `sensor_loss`.
 *
 * - A process is known by its number and, where the alert has `proc.pid.ts`, its start.
 * - A file is known by its path, a connection by its ends; a descriptor has no history.
 * - Where an alert tells neither `evt.res` nor what the call gave back, the outcome is `unknown`.
 */
export class FalcoImporter extends LineImporter {
  constructor(options: ImportOptions) {
    super(FALCO_REACH, options, (session) => new FalcoReader(session))
  }
}
