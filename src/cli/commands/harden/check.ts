import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import packageJson from '../../../../package.json' with { type: 'json' }
import { byPlace, hasErrors, type Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../../diagnostic/suggest.ts'
import { checkUnit, type CheckedUnit } from '../../../govern/profile/check-unit.ts'
import type { ServiceProfile } from '../../../govern/profile/profile.ts'
import { loadUnit, loadUnitFile, serviceNames } from '../../../govern/systemd/load-unit.ts'
import { serviceName } from '../../../govern/systemd/unit-path.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { loadProfiles } from '../../profiles.ts'
import { renderGithub } from '../../render/check/github.ts'
import { renderSarif } from '../../render/check/sarif.ts'
import { renderUnitsJson } from '../../render/harden/json.ts'
import { renderUnitsText } from '../../render/harden/text.ts'
import { report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { paintFor, produce } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'

export interface HardenCheckOptions {
  readonly root: string
  readonly profile?: string
  readonly format: 'text' | 'json' | 'sarif' | 'github'
  readonly strict?: boolean
}

/** Units by name or file, or every service below the root, against what their profiles allow. */
export async function hardenCheck(
  shared: Shared,
  named: readonly string[],
  options: HardenCheckOptions,
): Promise<ExitCode> {
  const { profiles, diagnostics } = loadProfiles(loadUsableConfiguration('.'))
  report(diagnostics, shared.color)
  if (hasErrors(diagnostics)) return ExitCode.no
  const otherwise = options.profile === undefined ? undefined : profileNamed(options.profile, profiles)
  if (!existsSync(options.root) || !statSync(options.root).isDirectory())
    throw new Unusable(`there is no folder "${options.root}"`)
  const units = named.length > 0 ? named.map(one) : serviceNames(options.root).map(ofRoot)
  if (units.length === 0) throw new Unusable(`there are no services below "${options.root}"`)
  const found = units.flatMap((unit) => unit.diagnostics).sort(byPlace)
  await produce(renderAs(options.format, units, found, shared))
  if (found.some((each) => each.code === 'govern/no-unit')) return ExitCode.unusable
  const failing = found.some(
    ({ severity }) => severity === 'error' || (options.strict === true && severity === 'warning'),
  )
  return failing ? ExitCode.no : ExitCode.ok

  function one(wanted: string): CheckedUnit {
    const isFile = wanted.includes('/') || (existsSync(wanted) && statSync(wanted).isFile())
    const name = serviceName(path.basename(wanted))
    const loading = isFile ? loadUnitFile(wanted) : loadUnit(options.root, name)
    return checkUnit(name, loading, profiles, { otherwise, asked: true })
  }

  function ofRoot(name: string): CheckedUnit {
    return checkUnit(name, loadUnit(options.root, name), profiles, { otherwise, asked: false })
  }
}

function profileNamed(id: string, profiles: readonly ServiceProfile[]): ServiceProfile {
  const profile = profiles.find((one) => one.id === id)
  if (profile !== undefined) return profile
  const known = profiles.map((one) => one.id)
  throw new Unusable(`there is no profile "${id}"; ${didYouMean(id, known) ?? `known: ${known.join(', ')}`}`)
}

function renderAs(
  format: HardenCheckOptions['format'],
  units: readonly CheckedUnit[],
  diagnostics: readonly Diagnostic[],
  shared: Shared,
): string {
  const findings = { diagnostics, files: units.reduce((sum, unit) => sum + unit.files.length, 0), rules: 0 }
  switch (format) {
    case 'text':
      return renderUnitsText(units, diagnostics, paintFor(process.stdout, shared.color))
    case 'json':
      return renderUnitsJson(units, diagnostics)
    case 'sarif':
      return renderSarif(findings, packageJson.version)
    case 'github':
      return renderGithub(findings)
  }
}
