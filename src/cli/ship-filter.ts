import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { undeployable, wishFor } from '../artifact/deployable.ts'
import { hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { neededBy } from '../engine/stream/need.ts'
import { EVERY_EVENT, type EventFilter } from '../event/event-filter.ts'
import { CONFIGURATION_FILE, type Configuration } from '../pack/configuration.ts'
import { loadMappedRules, selectedProgram } from './packs.ts'
import { plural } from './render/plural.ts'

/** Which events are shipped. */
export interface ShipFilter {
  readonly filter: EventFilter
  /** Of the rules it is made from; null when there are none. */
  readonly packDigest: string | null
  /** For people. */
  readonly meaning: string
}

export interface FilterOptions {
  /** Where the rules are deployed. */
  readonly target: 'elastic' | 'splunk'
  readonly all?: boolean
  readonly rules?: readonly string[]
  readonly mapping?: string
}

/**
 * Made from the rules of the pack that the target is given, switched off or not: what none of them can use is not sent.
 * Without a pack everything is.
 */
export function shipFilter(
  configuration: Configuration,
  { target, all, rules = [], mapping }: FilterOptions,
): { readonly filter: ShipFilter; readonly diagnostics: readonly Diagnostic[] } {
  const everything = (why: string): ShipFilter => ({
    filter: EVERY_EVENT,
    packDigest: null,
    meaning: `every event is sent: ${why}`,
  })
  if (all === true) return { filter: everything('--all'), diagnostics: [] }
  if (configuration.file === null && rules.length === 0)
    return { filter: everything(`there is no ${CONFIGURATION_FILE} here, and no --rules`), diagnostics: [] }
  const loaded = loadMappedRules(rules, mapping)
  // What a rule that cannot be read needs is not known.
  if (hasErrors(loaded.diagnostics)) return { filter: everything(''), diagnostics: loaded.diagnostics }
  const wishes = configuration[target].rules
  const selected = loaded.selected.filter(
    (rule) => rule.alone && undeployable(rule).length === 0 && wishFor(rule, wishes) !== 'none',
  )
  const need = neededBy(selectedProgram({ ...loaded, selected }))
  const filter = {
    filter: need.filter,
    packDigest: digestOf(loaded.files),
    meaning: `what ${plural(selected.length, 'rule')} of the pack can use is sent; --all sends everything`,
  }
  return { filter, diagnostics: need.diagnostics }
}

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of [...files].sort()) hash.update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}
