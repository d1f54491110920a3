import type { EventRecord } from '../../../event/record.ts'
import type { JoinKey } from './join-keys.ts'
import type { MetEvents } from './met.ts'
import type { Part } from './plan.ts'

/** One event for each part, all different and of one key, whatever their order. */
export interface Sample {
  readonly key: JoinKey
  readonly events: readonly EventRecord[]
}

/**
 * `sample`: for each key that every part has events of, the first combination of different events; by key. (The server
 * gives one for each key unless it is asked for more.)
 */
export function findSamples(parts: readonly Part[], { events, parts: met }: MetEvents): readonly Sample[] {
  const byKey = new Map<string, { readonly key: JoinKey; readonly found: EventRecord[][] }>()
  for (const [place, event] of events.entries())
    for (const at of met[place] ?? [])
      for (const key of parts[at]?.keys.of(event.fields) ?? []) {
        let entry = byKey.get(key.id)
        if (!entry) {
          entry = { key, found: parts.map(() => []) }
          byKey.set(key.id, entry)
        }
        // As many as there are parts are always enough to find different ones.
        const found = entry.found[at]
        if (found && found.length < parts.length) found.push(event)
      }
  const samples: Sample[] = []
  for (const { key, found } of byKey.values()) {
    const chosen = choose(found, [])
    if (chosen) samples.push({ key, events: chosen })
  }
  const [first] = parts
  return samples.sort((a, b) => first?.keys.compare(a.key, b.key) ?? 0)
}

function choose(
  found: readonly (readonly EventRecord[])[],
  chosen: readonly EventRecord[],
): readonly EventRecord[] | undefined {
  const next = found[chosen.length]
  if (!next) return chosen
  for (const event of next) {
    if (chosen.includes(event)) continue
    const whole = choose(found, [...chosen, event])
    if (whole) return whole
  }
  return undefined
}
