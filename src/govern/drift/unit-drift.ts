import { createHash } from 'node:crypto'
import { checkUnit } from '../profile/check-unit.ts'
import type { ServiceProfile } from '../profile/profile.ts'
import { loadUnit, serviceNames } from '../systemd/load-unit.ts'

/** A unit that is not what it was, or was never what its baseline says. */
export interface UnitDrift {
  readonly unit: string
  readonly baseline: ServiceProfile
  readonly files: readonly string[]
  /** Codes of what is wrong with it now; none when it keeps to its baseline all the same. */
  readonly findings: readonly string[]
}

/** SHA-256 of each unit that has a baseline: its files and what is in them. */
export type UnitDigests = Readonly<Record<string, string>>

/**
 * Compares the units below a root that have a baseline with what they were. A unit that was not known before is told only
 * when something is wrong with it; one that is gone is told as changed.
 */
export function compareUnits(
  root: string,
  profiles: readonly ServiceProfile[],
  before: UnitDigests,
): { readonly drifts: readonly UnitDrift[]; readonly digests: UnitDigests } {
  const drifts: UnitDrift[] = []
  const digests: Record<string, string> = {}
  const names = new Set([...serviceNames(root), ...Object.keys(before)])
  for (const name of [...names].sort()) {
    const loading = loadUnit(root, name)
    const { profile, files, diagnostics } = checkUnit(name, loading, profiles, { asked: false })
    if (profile === null) continue
    const lines = loading.kind === 'unit' ? loading.unit.assignments : []
    const digest = createHash('sha256')
      .update(JSON.stringify([loading.kind, files, lines.map(({ section, key, value }) => [section, key, value])]))
      .digest('hex')
    if (loading.kind !== 'missing') digests[name] = digest
    const known = before[name]
    const findings = [...new Set(diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code))]
    const differs = known === undefined ? findings.length > 0 : known !== digest
    if (differs) drifts.push({ unit: name, baseline: profile, files, findings })
  }
  return { drifts, digests }
}
