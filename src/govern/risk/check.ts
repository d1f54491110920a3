import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { Time } from '../../event/record.ts'
import { formatDay } from '../day.ts'
import type { Allowed } from './allowed.ts'
import type { Risk } from './risk.ts'

/**
 * Whether each allowed capability goes back to a risk that somebody assessed (DP-5). Errors: `govern/no-risk` (it names
 * none), `pack/unknown-risk`, `govern/other-risk` (none of those that it names is about this capability). Warnings, once
 * for each risk that something is allowed for: `govern/not-accepted`, `govern/acceptance-ended`.
 */
export function checkAllowed(
  allowed: readonly Allowed[],
  risks: ReadonlyMap<string, Risk>,
  now: Time,
): readonly Diagnostic[] {
  const named = new Set(allowed.flatMap((each) => each.risks))
  return [
    ...allowed.flatMap((each) => checkOne(each, risks)),
    ...[...risks.values()].filter(({ id }) => named.has(id)).flatMap((risk) => checkAcceptance(risk, now)),
  ]
}

function checkOne({ id, capabilities, risks: named, span }: Allowed, risks: ReadonlyMap<string, Risk>): Diagnostic[] {
  if (named.length === 0) {
    const hint = 'say which risk is taken with it: risk: [R-…], an entry of rules/risks'
    return [error('govern/no-risk', `"${id}" is allowed without a risk (DP-5)`, span, { hint })]
  }
  const unknown = named.filter((each) => !risks.has(each))
  const found = unknown.map((each) => {
    const hint = didYouMean(each, risks.keys()) ?? `write rules/risks/${each}.yml`
    return error('pack/unknown-risk', `"${id}" is allowed for the risk "${each}", which is not there (DP-5)`, span, {
      hint,
    })
  })
  if (unknown.length > 0) return found
  return capabilities
    .filter((capability) => !named.some((each) => isAbout(risks.get(each), capability)))
    .map((capability) => {
      const notes = named.flatMap((each) => {
        const risk = risks.get(each)
        return risk ? [{ message: `${each} is about ${risk.capabilities?.join(', ') ?? ''}`, span: risk.span }] : []
      })
      const hint = 'name the risk that it brings about, or add it to the "capability" of this one'
      const message = `"${id}" allows ${capability}, which is no part of ${named.join(', ')} (DP-5)`
      return error('govern/other-risk', message, span, { hint, notes })
    })
}

function isAbout(risk: Risk | undefined, capability: string): boolean {
  return risk !== undefined && (risk.capabilities === null || risk.capabilities.includes(capability))
}

function checkAcceptance({ id, owner, acceptance, span }: Risk, now: Time): readonly Diagnostic[] {
  if (acceptance === null) {
    const hint = `"${owner}" writes why it is taken (reason), and until when (accepted_until)`
    return [warning('govern/not-accepted', `nobody accepted the risk ${id} that is taken`, span, { hint })]
  }
  if (acceptance.until >= now) return []
  const hint = `"${owner}" looks at it again`
  const message = `the risk ${id} was accepted until ${formatDay(acceptance.until)}`
  return [warning('govern/acceptance-ended', message, acceptance.span, { hint })]
}
