import { error, info, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import { exposureOf, type Exposure } from '../systemd/exposure.ts'
import type { LoadedUnit, UnitLoading } from '../systemd/load-unit.ts'
import { readSettings } from '../systemd/read-setting.ts'
import { profileFor } from './choose.ts'
import { compareWithProfile } from './compare.ts'
import type { ServiceProfile } from './profile.ts'

/** What was found of one unit. */
export interface CheckedUnit {
  readonly name: string
  readonly files: readonly string[]
  /** Null: no profile names it. */
  readonly profile: ServiceProfile | null
  /** Null: it is masked or there is none. */
  readonly exposure: Exposure | null
  readonly diagnostics: readonly Diagnostic[]
}

export interface CheckUnitOptions {
  /** For a unit that no profile names. */
  readonly otherwise?: ServiceProfile | undefined
  /** Whether the unit was named, so that somebody wants it judged: without a profile it is warned of. */
  readonly asked: boolean
}

/**
 * Judges a unit by its profile. Mistakes in its files, above all names that systemd would drop without stopping, are told
 * first. `govern/no-profile`: nobody said what it may do. `govern/masked`: it cannot be started.
 */
export function checkUnit(
  name: string,
  loading: UnitLoading,
  profiles: readonly ServiceProfile[],
  { otherwise, asked }: CheckUnitOptions,
): CheckedUnit {
  const profile = profileFor(name, profiles) ?? otherwise ?? null
  switch (loading.kind) {
    case 'missing':
      return { name, files: [], profile, exposure: null, diagnostics: loading.diagnostics }
    case 'masked': {
      const masked = info(
        'govern/masked',
        `${name} cannot be started: "${loading.file}" is empty or leads to /dev/null`,
      )
      return { name, files: [loading.file], profile, exposure: null, diagnostics: asked ? [masked] : [] }
    }
    case 'unit':
      return judge(loading.unit, profile, asked)
  }
}

function judge(unit: LoadedUnit, profile: ServiceProfile | null, asked: boolean): CheckedUnit {
  const { name, files } = unit
  const { settings, diagnostics } = readSettings(unit.assignments)
  const exposure = exposureOf(settings)
  const span = sectionOf(unit)
  const found: Diagnostic[] = [...unit.diagnostics, ...diagnostics]
  if (!unit.assignments.some(({ section, key }) => section === 'Service' && /^Exec(Start|Stop)$/.test(key)))
    found.push(error('govern/no-service', `${name} starts nothing: it has no ExecStart= in [Service]`, span))
  if (profile !== null) found.push(...compareWithProfile({ name, settings, exposure, span }, profile))
  else if (asked) found.push(unjudged(name, span))
  return { name, files, profile, exposure, diagnostics: found }
}

function unjudged(name: string, span: Span | undefined): Diagnostic {
  const hint = 'write rules/baselines/profiles/NAME.yml, or judge it by another one with --profile'
  return warning('govern/no-profile', `no profile says what ${name} may do (DP-1)`, span, { hint })
}

/** What to point at where a unit says nothing: what it starts. */
function sectionOf({ assignments }: LoadedUnit): Span | undefined {
  const own = assignments.filter(({ section }) => section === 'Service')
  return (own.find(({ key }) => key === 'ExecStart') ?? own[0] ?? assignments[0])?.span
}
