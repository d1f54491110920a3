import { info, type Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { printable } from '../../../diagnostic/frame.ts'
import type { Span } from '../../../diagnostic/source.ts'
import type { Reach } from '../../../event/reach.ts'
import type { Effect, Lack, RuleReach, Verdict } from '../../../mapping/rule-reach.ts'
import type { Paint, Tone } from '../../terminal.ts'
import { plural } from '../plural.ts'

/** How far the rules get with the events of one source. */
export interface SourceFindings {
  readonly reach: Reach
  /** In order of the rules. */
  readonly rules: readonly RuleReach[]
}

export function countVerdicts(rules: readonly RuleReach[]): Readonly<Record<Verdict, number>> {
  const of = (verdict: Verdict): number => rules.filter((one) => one.verdict === verdict).length
  return { able: of('able'), partly: of('partly'), unable: of('unable') }
}

const TONES: Record<Verdict, Tone> = { able: 'good', partly: 'warn', unable: 'bad' }

const EFFECTS: Record<Effect, string> = {
  never: 'so it never matches',
  missed: 'so what needs it is missed',
  'no exception': 'so this exception never applies',
  always: 'so this is always true',
  'no absence': 'so nobody can tell that it did not happen',
}

/** The rules by verdict, with each lack at its place, then what has to be set up for those that can run. */
export function renderSourceText({ reach, rules }: SourceFindings, paint: Paint): string {
  const lines = [paint('heading', `with events of ${reach.name} (${reach.purpose})`)]
  for (const verdict of ['able', 'partly', 'unable'] as const)
    for (const one of rules.filter((each) => each.verdict === verdict)) {
      lines.push(`${paint(TONES[verdict], verdict.padEnd(6))}  ${printable(nameOf(one))}`)
      lines.push(
        ...one.lacks.map((lack) => `        ${paint('quiet', placeText(lack.span))}  ${printable(lackText(lack))}`),
      )
    }
  const needs = needsOf(reach, rules)
  if (needs.length > 0) lines.push('', paint('heading', 'what it takes'))
  const width = Math.max(0, ...needs.map(([what]) => what.length))
  lines.push(...needs.map(([what, need]) => `${what.padEnd(width)}  ${need}`))
  const { able, partly, unable } = countVerdicts(rules)
  const verdict = `${able} able, ${partly} partly, ${unable} unable`
  lines.push(
    '',
    `${plural(rules.length, 'rule')} with events of ${reach.name}: ${paint(unable > 0 ? 'warn' : 'good', verdict)}`,
  )
  return `${lines.join('\n')}\n`
}

/** `{name, rules: [{id, name, title, file, line, verdict, lacks: […]}], needs: […], summary}` */
export function sourceJson({ reach, rules }: SourceFindings): object {
  return {
    name: reach.name,
    rules: rules.map(({ rule, verdict, lacks }) => ({
      id: rule.id,
      name: rule.name,
      title: rule.title,
      ...placeOf(rule.span),
      verdict,
      lacks: lacks.map((lack) => ({
        step: lack.step,
        actions: lack.actions,
        field: lack.field,
        why: lack.why,
        effect: lack.effect,
        ...placeOf(lack.span),
      })),
    })),
    needs: needsOf(reach, rules).map(([what, need]) => ({ what, need })),
    summary: countVerdicts(rules),
  }
}

/** For formats that know only findings with a place. */
export function sourceDiagnostics({ reach, rules }: SourceFindings): readonly Diagnostic[] {
  return rules.flatMap(({ rule, verdict, lacks }) =>
    lacks.map((lack) => {
      const how = verdict === 'unable' ? 'cannot run' : 'runs in part'
      const message = `with events of ${reach.name} "${rule.name ?? rule.title}" ${how}: ${lackText(lack)}`
      return info('check/source-lacks', message, lack.span)
    }),
  )
}

function nameOf({ rule }: RuleReach): string {
  return rule.name ?? rule.title
}

/** `send: network_send: why; so what needs it is missed` */
function lackText({ step, actions, field, why, effect }: Lack): string {
  const named = field ?? actions.join(', ')
  const what =
    field !== null && actions.length > 0 && actions.length <= 2 ? `${field} of ${actions.join(' and ')}` : named
  return `${step === null ? '' : `${step}: `}${what === '' ? '' : `${what}: `}${why}; ${EFFECTS[effect]}`
}

function placeOf({ source, start }: Span): { file: string; line: number; column: number } {
  return { file: source.name, ...source.position(start) }
}

function placeText(span: Span): string {
  const { file, line, column } = placeOf(span)
  return `${printable(file)}:${line}:${column}`
}

/** What has to be set up for the actions and fields that the rules which can run look for. */
function needsOf(reach: Reach, rules: readonly RuleReach[]): readonly (readonly [what: string, need: string])[] {
  const running = rules.filter((one) => one.verdict !== 'unable')
  const asked = [...reach.asks].filter(([name]) => running.some((one) => one.asked.has(name)))
  const actions = [...reach.actions].flatMap(([action, { needs }]): [string, string][] =>
    needs !== null && running.some((one) => one.actions.has(action)) ? [[action, needs]] : [],
  )
  return [...asked, ...actions]
}
