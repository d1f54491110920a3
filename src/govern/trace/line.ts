import type { History, RuleRecord, TestRecord } from '../history.ts'
import type { Allowed } from '../risk/allowed.ts'
import type { Risk } from '../risk/risk.ts'

/** The links between risks, what is allowed, rules and tests, in both directions; each list in the order of the pack. */
export interface Links {
  readonly allowedOfRisk: (id: string) => readonly Allowed[]
  readonly rulesOfRisk: (id: string) => readonly RuleRecord[]
  readonly risksOfRule: (rule: RuleRecord) => readonly Risk[]
  /** The rules that watch it: those of the grant, else those that answer one of its risks. */
  readonly rulesOfAllowed: (allowed: Allowed) => readonly RuleRecord[]
  readonly allowedOfRule: (rule: RuleRecord) => readonly Allowed[]
  readonly testsOfRule: (id: string) => readonly TestRecord[]
  readonly rule: (id: string) => RuleRecord | undefined
  readonly risk: (id: string) => Risk | undefined
}

type Linked = Pick<History, 'risks' | 'allowed' | 'rules' | 'tests'>

export function linksOf({ risks, allowed, rules, tests }: Linked): Links {
  const riskById = new Map(risks.map((risk) => [risk.id, risk]))
  const ruleById = new Map(rules.map((rule) => [rule.id, rule]))
  const allowedOf = groupBy(allowed, (each) => each.risks)
  const rulesOf = groupBy(rules, (rule) => rule.risks)
  const byGrant = groupBy(rules, ({ grant }) => (grant === null ? [] : [grant]))
  const testsOf = groupBy(tests, ({ rule }) => [rule])
  const rulesOfAllowed = (each: Allowed): readonly RuleRecord[] => {
    const own = byGrant.get(each.id)
    if (own !== undefined) return own
    const answering = new Set(each.risks.flatMap((risk) => rulesOf.get(risk) ?? []))
    return rules.filter((rule) => answering.has(rule))
  }
  const watched = new Map(allowed.map((each) => [each, new Set(rulesOfAllowed(each))]))
  return {
    allowedOfRisk: (id) => allowedOf.get(id) ?? [],
    rulesOfRisk: (id) => rulesOf.get(id) ?? [],
    risksOfRule: (rule) => rule.risks.flatMap((id) => riskById.get(id) ?? []),
    rulesOfAllowed: (each) => [...(watched.get(each) ?? [])],
    allowedOfRule: (rule) => allowed.filter((each) => watched.get(each)?.has(rule) === true),
    testsOfRule: (id) => testsOf.get(id) ?? [],
    rule: (id) => ruleById.get(id),
    risk: (id) => riskById.get(id),
  }
}

function groupBy<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    for (const key of new Set(keysOf(item))) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [item])
      else group.push(item)
    }
  }
  return groups
}
