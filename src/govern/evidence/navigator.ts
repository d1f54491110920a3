import type { JsonObject } from '../../event/field.ts'
import type { RuleRecord } from '../history.ts'
import type { Evidence } from './model.ts'

/**
 * A layer of MITRE's ATT&CK Navigator (format 4.5): the techniques that rules of the pack are tagged with. The score is how
 * many rules there are; the comment says which, and how often they fired in the period.
 */
export function navigatorLayer({ history, period, metrics }: Evidence): JsonObject {
  const fired = new Map(metrics.rules.map(({ rule, alerts }) => [rule, alerts]))
  const byTechnique = new Map<string, RuleRecord[]>()
  for (const rule of history.rules)
    for (const technique of techniquesOf(rule))
      byTechnique.set(technique, [...(byTechnique.get(technique) ?? []), rule])
  const most = Math.max(1, ...[...byTechnique.values()].map((rules) => rules.length))
  const techniques = [...byTechnique]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([techniqueID, rules]) => ({
      techniqueID,
      score: rules.length,
      comment: rules.map(({ title, id }) => `${title}: ${fired.get(id) ?? 0} alerts`).join('\n'),
      enabled: true,
      showSubtechniques: techniqueID.includes('.'),
    }))
  return {
    name: `${history.pack.name} ${history.pack.version}, ${period.name}`,
    versions: { layer: '4.5' },
    domain: 'enterprise-attack',
    description: 'Rules of the pack by technique, with their alerts of the period',
    gradient: { colors: ['#e5eef7', '#2b6cb0'], minValue: 0, maxValue: most },
    techniques,
  }
}

/** `attack.t1552.004` is T1552.004. */
function techniquesOf({ tags }: RuleRecord): readonly string[] {
  return tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? [])
}
