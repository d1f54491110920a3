import { formatTime, type Time } from '../../event/record.ts'
import { formatDay } from '../day.ts'
import { deployedAt } from '../deployment.ts'
import type { History, RuleRecord } from '../history.ts'
import { ruleMatches } from '../history.ts'
import type { Allowed } from '../risk/allowed.ts'
import type { Risk } from '../risk/risk.ts'
import { stateAt, type RegisteredAlert } from '../triage/register.ts'
import { VERDICT_TITLES } from '../triage/verdict.ts'
import { linksOf, type Links } from './line.ts'

/** A place on the line and what it leads to. */
export interface TraceNode {
  readonly kind: 'risk' | 'allowed' | 'rule' | 'test' | 'deployed' | 'alert' | 'verdict' | 'decision' | 'gap'
  readonly text: string
  readonly next: readonly TraceNode[]
}

/** The line through one place: what it goes back to, and what followed from it. */
export interface Trace {
  readonly at: TraceNode
  /** Towards the risk. */
  readonly back: readonly TraceNode[]
  /** Towards the decision. */
  readonly onward: readonly TraceNode[]
}

/** Of many alerts the newest are shown. */
const SHOWN = 5

/** The line through a risk, an allowed capability, a rule or an alert; undefined when there is none of that name. */
export function traceOf(wanted: string, history: History): Trace | undefined {
  const walk = new Walk(history)
  const risk = history.risks.find(({ id }) => id === wanted)
  if (risk !== undefined) return { at: riskNode(risk), back: [], onward: walk.afterRisk(risk) }
  const allowed = history.allowed.find(({ id }) => id === wanted)
  if (allowed !== undefined)
    return { at: allowedNode(allowed), back: walk.risks(allowed.risks), onward: walk.afterAllowed(allowed) }
  const rule = history.rules.find((each) => ruleMatches(each, wanted))
  if (rule !== undefined) return { at: ruleNode(rule), back: walk.beforeRule(rule), onward: walk.afterRule(rule) }
  const alert = history.alerts.find(({ id }) => id.startsWith(wanted))
  if (alert === undefined || wanted.length < 4) return undefined
  return { at: alertNode(alert), back: walk.beforeAlert(alert), onward: walk.afterAlert(alert) }
}

class Walk {
  readonly #history: History
  readonly #links: Links
  readonly #deployed: ReturnType<typeof deployedAt>

  constructor(history: History) {
    this.#history = history
    this.#links = linksOf(history)
    this.#deployed = deployedAt(history.deployments, Infinity as Time)
  }

  risks(ids: readonly string[]): readonly TraceNode[] {
    if (ids.length === 0) return [gapNode('no risk')]
    return ids.map((id) => {
      const risk = this.#links.risk(id)
      return risk === undefined ? gapNode(`the risk ${id} is not there`) : riskNode(risk)
    })
  }

  afterRisk({ id }: Risk): readonly TraceNode[] {
    const allowed = this.#links.allowedOfRisk(id).map((each) => allowedNode(each, this.#watching(each)))
    const rules = this.#links.rulesOfRisk(id).map((rule) => ruleNode(rule, this.afterRule(rule)))
    return [...allowed, ...(rules.length > 0 ? rules : [gapNode('no rule answers it')])]
  }

  afterAllowed(allowed: Allowed): readonly TraceNode[] {
    const rules = this.#links.rulesOfAllowed(allowed)
    return rules.length === 0 ? this.#watching(allowed) : rules.map((rule) => ruleNode(rule, this.afterRule(rule)))
  }

  beforeRule(rule: RuleRecord): readonly TraceNode[] {
    const allowed = this.#links.allowedOfRule(rule).map((each) => allowedNode(each, this.risks(each.risks)))
    return [...this.risks(rule.risks), ...allowed]
  }

  afterRule({ id, file }: RuleRecord): readonly TraceNode[] {
    const tests = this.#links.testsOfRule(id)
    const deployed = this.#deployed.get(id) ?? []
    const alerts = this.#history.alerts.filter((alert) => alert.rule === id)
    const approved = this.#history.reviews.approvals.filter((each) => each.file === file)
    const exceptions = this.#history.exceptions.filter(({ exception }) => this.#isOf(exception.rule.text, id))
    return [
      ...(tests.length === 0 ? [gapNode('no test')] : tests.map(testNode)),
      ...(deployed.length === 0 ? [gapNode('deployed nowhere')] : []),
      ...deployed.map(({ target, version, since, pack, receipt }) =>
        node('deployed', `v${version ?? '?'} in ${target} since ${formatDay(since)}, pack ${pack}, receipt ${receipt}`),
      ),
      ...this.#alerts(alerts),
      ...exceptions.map(({ exception: { id: name, title, until } }) =>
        node('decision', `exception ${name} until ${formatDay(until)}: ${title}`),
      ),
      ...approved.map(({ approved: { by, at }, proposed }) =>
        node('decision', `approved by ${by} on ${formatDay(at)}, proposed by ${proposed.by}`),
      ),
    ]
  }

  beforeAlert({ rule: id, title }: RegisteredAlert): readonly TraceNode[] {
    const rule = this.#links.rule(id)
    return rule === undefined
      ? [gapNode(`the rule "${title}" (${id}) is not in the pack`)]
      : [ruleNode(rule, this.beforeRule(rule))]
  }

  afterAlert(alert: RegisteredAlert): readonly TraceNode[] {
    const { states, id, rule } = alert
    const name = `alert:${id}`
    const judged = states.filter(({ verdict }) => verdict !== null).at(-1)
    const newer = this.#history.deployments.flatMap(({ at, target, changes }) =>
      judged !== undefined && at > judged.at
        ? changes
            .filter((each) => each.kind === 'rule' && each.id === rule && each.result === 'done')
            .map(({ version }) => node('deployed', `then v${version ?? '?'} in ${target} on ${formatDay(at)}`))
        : [],
    )
    const exceptions = this.#history.exceptions.filter(({ exception }) =>
      exception.alerts.some((each) => id.startsWith(each)),
    )
    const reviewed = this.#history.reviews.reviews.flatMap(({ period, outcomes }) => {
      const found = outcomes.get(name)
      return found === undefined
        ? []
        : [node('decision', `reviewed for ${period} by ${found.by}: ${found.outcome}${wordsOf(found.note)}`)]
    })
    return [
      ...(judged === undefined ? [gapNode('no verdict')] : []),
      ...states.map(({ at, status, verdict, by, note }) => {
        const said = verdict === null ? status : `${status}, ${VERDICT_TITLES[verdict]}`
        return node(
          'verdict',
          `${formatTime(at).slice(0, 19)} ${said}${by === null ? '' : ` by ${by}`}${wordsOf(note)}`,
        )
      }),
      ...exceptions.map(({ exception }) => node('decision', `exception ${exception.id}: ${exception.title}`)),
      ...reviewed,
      ...newer,
    ]
  }

  #watching(allowed: Allowed): readonly TraceNode[] {
    const rules = this.#links.rulesOfAllowed(allowed)
    return rules.length === 0 ? [gapNode('no rule watches it')] : rules.map((rule) => ruleNode(rule))
  }

  #isOf(name: string, id: string): boolean {
    const rule = this.#links.rule(id)
    return rule !== undefined && ruleMatches(rule, name)
  }

  #alerts(alerts: readonly RegisteredAlert[]): readonly TraceNode[] {
    const shown = alerts.slice(-SHOWN).reverse()
    const rest = alerts.length - shown.length
    const nodes = shown.map((alert) => {
      const { verdict } = stateAt(alert)
      return alertNode(alert, verdict === null ? [gapNode('no verdict')] : [node('verdict', VERDICT_TITLES[verdict])])
    })
    return rest > 0 ? [...nodes, node('alert', `and ${rest} before`)] : nodes
  }
}

function node(kind: TraceNode['kind'], text: string, next: readonly TraceNode[] = []): TraceNode {
  return { kind, text, next }
}

function gapNode(text: string): TraceNode {
  return node('gap', text)
}

function riskNode({ id, title, owner }: Risk): TraceNode {
  return node('risk', `${id} ${title} (${owner})`)
}

function allowedNode({ id, capabilities }: Allowed, next: readonly TraceNode[] = []): TraceNode {
  return node('allowed', `${id} may ${capabilities.join(', ')}`, next)
}

function ruleNode({ title, version, file }: RuleRecord, next: readonly TraceNode[] = []): TraceNode {
  return node('rule', `${title}${version === null ? '' : ` v${version}`}  ${file}`, next)
}

function testNode({ name, expected, passed }: History['tests'][number]): TraceNode {
  const result = passed === null ? '' : passed ? ': passed' : ': failed'
  return node('test', `${expected > 0 ? 'fires' : 'silent'}: ${name}${result}`)
}

function alertNode({ id, raised, host, title }: RegisteredAlert, next: readonly TraceNode[] = []): TraceNode {
  return node(
    'alert',
    `${id.slice(0, 12)} ${formatTime(raised).slice(0, 19)}${host === null ? '' : ` on ${host}`}: ${title}`,
    next,
  )
}

function wordsOf(note: string | null): string {
  return note === null || note === '' ? '' : `: ${note}`
}
