import type { EventValues } from './event-values.ts'
import type { Wanted } from './scan/event-scan.ts'

/** Says of an event by the values of some fields whether it is needed. */
export interface EventFilter extends Wanted {
  /** @param values of the event, in `fields` */
  readonly needs: (values: EventValues) => boolean
}

export const EVERY_EVENT: EventFilter = { fields: [], every: false, needs: () => true }
