import { existsSync } from 'node:fs'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Time } from '../event/record.ts'
import { checkApproval } from '../govern/profile/approval.ts'
import { parseProfile, type ServiceProfile } from '../govern/profile/profile.ts'
import { inPack, type Configuration } from '../pack/configuration.ts'
import { findFiles, readSources } from '../pack/files.ts'
import { packaged } from './package-root.ts'

const PROFILES = 'rules/baselines/profiles'
/** Baselines of single units, approved. */
export const UNITS = 'rules/baselines/units'

export interface LoadedProfiles {
  readonly profiles: readonly ServiceProfile[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * What services are judged by: approved baselines of single units first, then profiles of the pack, then those that come
 * with detpack and of whose id the pack has none.
 */
export function loadProfiles(configuration: Configuration): LoadedProfiles {
  const own = loadOwnProfiles(configuration)
  const ids = new Set(own.profiles.map((one) => one.id))
  const shipped = readProfiles(packaged(PROFILES)).profiles.filter((one) => !ids.has(one.id))
  return { profiles: [...own.profiles, ...shipped], diagnostics: own.diagnostics }
}

/** The baselines and profiles that a pack itself has. A baseline whose approval does not hold is told of and left out. */
export function loadOwnProfiles(configuration: Configuration): LoadedProfiles {
  if (configuration.file === null) return NONE
  const now = Date.now() as Time
  const units = readProfiles(inPack(configuration, UNITS))
  const kinds = readProfiles(inPack(configuration, PROFILES))
  const checked = units.profiles.map((one) => ({ one, found: checkApproval(one, now) }))
  const holding = checked.filter(({ found }) => found.every(({ severity }) => severity !== 'error'))
  return {
    profiles: [...holding.map(({ one }) => one), ...kinds.profiles],
    diagnostics: [...units.diagnostics, ...checked.flatMap(({ found }) => found), ...kinds.diagnostics],
  }
}

const NONE: LoadedProfiles = { profiles: [], diagnostics: [] }

function readProfiles(folder: string): LoadedProfiles {
  if (!existsSync(folder)) return NONE
  const read = readSources(findFiles([folder], ['.yml', '.yaml']).files)
  const diagnostics: Diagnostic[] = [...read.diagnostics]
  const profiles = new Map<string, ServiceProfile>()
  for (const source of read.sources) {
    const parsed = parseProfile(source)
    diagnostics.push(...parsed.diagnostics)
    if (parsed.profile === undefined) continue
    const first = profiles.get(parsed.profile.id)
    if (first === undefined) profiles.set(parsed.profile.id, parsed.profile)
    else {
      const notes = [{ message: 'first here', span: first.span }]
      const message = `there are two profiles "${first.id}"`
      diagnostics.push(error('govern/duplicate-profile', message, parsed.profile.span, { notes }))
    }
  }
  return { profiles: [...profiles.values()], diagnostics }
}
