import type { Destination } from '../destination.ts'
import type { Pace } from '../pace.ts'

/** Where Splunk is, and the app that the pack's objects live in. */
export interface SplunkConnection {
  /** The management port of a search head: `https://splunk.example:8089`. */
  readonly splunkd: Destination
  readonly app: string
  readonly pace?: Pace
}
