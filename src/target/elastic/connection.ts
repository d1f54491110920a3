import type { Destination } from '../destination.ts'
import type { Pace } from '../pace.ts'

/** Where Elastic is and how to log in. */
export interface ElasticConnection {
  readonly elasticsearch?: Destination
  readonly kibana?: Destination & {
    /** Kibana space; `default` unless given. */
    readonly space?: string
  }
  readonly pace?: Pace
}
