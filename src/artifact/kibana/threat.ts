import { tactics, techniques, type Tactic, type Technique } from './attack.ts'
import type { KibanaTechnique, KibanaThreat, KibanaThreatPart } from './rule.ts'

const SITE = 'https://attack.mitre.org'

/**
 * The `threat` of a rule from its Sigma tags (`attack.credential-access`, `attack.t1552.004`), tactics in the order of
 * the tags. A technique stands under those of its tactics that the rule names, else under its first. Tags that name
 * nothing known are given back in `rest`, with all that are not ATT&CK's.
 */
export function threatOf(tags: readonly string[]): {
  readonly threat: readonly KibanaThreat[]
  readonly rest: readonly string[]
} {
  const named = new Map<string, string[]>()
  const found: { readonly id: string; readonly technique: Technique }[] = []
  const rest: string[] = []
  for (const tag of tags) {
    const name = /^attack\.(.*)$/.exec(tag)?.[1]?.replaceAll('_', '-') ?? ''
    const id = name.toUpperCase()
    const technique = techniques.get(id)
    if (tactics.has(name)) named.set(name, named.get(name) ?? [])
    else if (technique !== undefined && techniques.has(parentOf(id))) found.push({ id, technique })
    else rest.push(tag)
  }
  for (const { id, technique } of found) {
    const fitting = technique.tactics.filter((tactic) => named.has(tactic))
    for (const tactic of fitting.length > 0 ? fitting : technique.tactics.slice(0, 1))
      named.set(tactic, [...(named.get(tactic) ?? []), id])
  }
  const threat = [...named].flatMap(([name, ids]) => {
    const tactic = tactics.get(name)
    return tactic === undefined ? [] : [threatUnder(tactic, ids)]
  })
  return { threat, rest }
}

function threatUnder(tactic: Tactic, ids: readonly string[]): KibanaThreat {
  const parents = [...new Set(ids.map(parentOf))]
  const technique = parents.map((parent): KibanaTechnique => {
    const subtechnique = ids.filter((id) => id !== parent && parentOf(id) === parent).map(part)
    return { ...part(parent), ...(subtechnique.length > 0 && { subtechnique }) }
  })
  return {
    framework: 'MITRE ATT&CK',
    tactic: { id: tactic.id, name: tactic.name, reference: `${SITE}/tactics/${tactic.id}/` },
    ...(technique.length > 0 && { technique }),
  }
}

function part(id: string): KibanaThreatPart {
  return { id, name: techniques.get(id)?.name ?? id, reference: `${SITE}/techniques/${id.replace('.', '/')}/` }
}

function parentOf(id: string): string {
  return id.split('.')[0] ?? id
}
