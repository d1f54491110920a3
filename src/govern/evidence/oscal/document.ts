import type { Json, JsonObject } from '../../../event/field.ts'
import { formatTime } from '../../../event/record.ts'
import type { FrameworkControl } from '../../control/framework.ts'
import type { Evidence } from '../model.ts'
import { uuidOf } from './uuid.ts'

/** The version of OSCAL that the documents are valid by. */
const OSCAL_VERSION = '1.2.1'

/** Of the properties that OSCAL does not know. */
const NAMESPACE = 'detpack:oscal'

/** What every document begins with: the people of the review log as parties. */
export function head({ history, period, asOf }: Evidence, title: string): { uuid: string; metadata: JsonObject } {
  const people = [...new Set(history.log.entries.map(({ by }) => by))].sort()
  return {
    uuid: uuidOf('document', title, history.pack.name, period.name, formatTime(asOf)),
    metadata: {
      title: `${title}: ${history.pack.name}, ${period.name}`,
      'last-modified': formatTime(asOf),
      version: `${period.name}-${history.pack.version}`,
      'oscal-version': OSCAL_VERSION,
      roles: [{ id: 'reviewer', title: 'Reviews alerts, changes, baselines and exceptions' }],
      ...(people.length > 0 && {
        parties: people.map((name) => ({ uuid: partyOf(name), type: 'person', name })),
        'responsible-parties': [{ 'role-id': 'reviewer', 'party-uuids': people.map(partyOf) }],
      }),
    },
  }
}

export function partyOf(name: string): string {
  return uuidOf('party', name)
}

/** A property of ours. OSCAL wants values in one line and without blanks around them. */
export function property(name: string, value: string): JsonObject {
  return { name, ns: NAMESPACE, value: value.replace(/\s+/g, ' ').trim() || '-' }
}

/** As OSCAL writes ids of controls: `AC-6(7)` is `ac-6.7`. */
export function controlId({ id }: FrameworkControl): string {
  return id.toLowerCase().replace(/\((\d+)\)/g, '.$1')
}

/** OSCAL has no empty lists. */
export function listed(key: string, items: readonly Json[]): JsonObject {
  return items.length === 0 ? {} : { [key]: items }
}
