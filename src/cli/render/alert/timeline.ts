import { place, printable } from '../../../diagnostic/frame.ts'
import { exactText, fieldReader, type JsonObject } from '../../../event/field.ts'
import type { Alert } from '../../../event/alert.ts'
import { formatTime, type EventRecord } from '../../../event/record.ts'
import type { Program, Rule } from '../../../ir/rule.ts'
import type { BrokenClause } from '../../../pack/tasks.ts'
import type { Paint } from '../../terminal.ts'
import { clauseInWords } from './clause.ts'
import { leavingsInWords, renderRows } from './rows.ts'

/** What the rule's pack says about an alert of it. */
export interface Told {
  readonly rule: Rule
  readonly program: Program
  /** How many alerts of this rule and group this one stands for. */
  readonly repeats: number
  /** The clause of a task that the rule says was broken. */
  readonly clause?: BrokenClause | undefined
  /** How rare its steps are, as far as that was learned. */
  readonly rarity?: readonly string[]
}

/** An alert as an analyst reads it at night (design §10): what happened, in order, with the time between; then why. */
export function renderTimeline(alert: Alert, told: Told, paint: Paint): string {
  const { rule, program, repeats } = told
  const lines = [head((rule.level ?? 'informational').toUpperCase(), rule, paint)]
  lines.push(...context(alert).map((line) => indent(paint('quiet', line))))
  lines.push(...renderRows(alert, paint))
  const facts: Fact[] = [
    ['left', leftOf(alert)],
    ['clause', told.clause ? `${told.clause.words}   ${place(told.clause.span)}` : ''],
    ['chain', clauseInWords(rule, program)],
    [
      'group',
      Object.entries(alert.group)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', '),
    ],
    ['rarity', (told.rarity ?? []).join('\n          ')],
    ['repeats', repeats > 1 ? `${repeats} times` : ''],
    ['risk', [...rule.governance.risk, ...attack(rule.tags)].join('   ')],
    ['next', rule.governance.triage.map((step, i) => triage(i, step.ask, step.run, alert)).join('\n          ')],
    ['alert', alert.id],
  ]
  lines.push(...renderFacts(facts, paint))
  return `${lines.join('\n')}\n`
}

/** What was found of an alert after it was told: the events that are new, counted in time as the alert's own lines are. */
export function renderSequel(alert: Alert, fresh: readonly EventRecord[], rule: Rule, paint: Paint): string {
  const facts: Fact[] = [
    ['left', leftOf(alert)],
    ['alert', alert.id],
  ]
  return `${[head('LATER', rule, paint), ...renderRows(alert, paint, fresh), ...renderFacts(facts, paint)].join('\n')}\n`
}

/** A name and what is said of it; nothing is no fact. */
type Fact = readonly [string, string]

function head(word: string, rule: Rule, paint: Paint): string {
  const version = rule.governance.version === null ? '' : ` v${rule.governance.version}`
  const title = `${paint('bad', word.padEnd(8))}  ${paint('heading', printable(rule.title))}`
  return `${title}  ${paint('quiet', `${rule.span.source.name}${version}`)}`
}

function renderFacts(facts: readonly Fact[], paint: Paint): string[] {
  return facts.flatMap(([name, value]) =>
    value === '' ? [] : [`${paint('place', name.padEnd(8))}  ${multiline(value)}`],
  )
}

function leftOf(alert: Alert): string {
  return leavingsInWords(alert).join('\n          ')
}

function context(alert: Alert): string[] {
  const event = alert.steps.find((step) => step.event !== null)?.event?.fields ?? {}
  const get = (name: string): string => fieldReader(name)(event).map(exactText).join(',')
  const task = get('detpack.task.name')
  const run = get('detpack.task.run')
  const parts = [
    task === '' ? '' : `task ${task}${run === '' ? '' : ` (run ${run.slice(0, 12)})`}`,
    labelled('agent', get('gen_ai.agent.name')),
    labelled('host', get('host.name')),
    labelled('user', get('user.name') || get('user.id')),
    alert.last === null ? '' : formatTime(alert.last).replace('T', ' ').replace('Z', ' UTC'),
  ]
  return [printable(parts.filter((part) => part !== '').join('   '))]
}

function triage(index: number, ask: string, run: string | null, alert: Alert): string {
  return `${index + 1}. ${ask}${run === null ? '' : `  ${fillIn(run, alert)}`}`
}

/** `{alert.id}` and `{field}` in a triage command stand for what this alert holds; an unknown one stays as it is. */
function fillIn(command: string, alert: Alert): string {
  const event: JsonObject = alert.steps.findLast((step) => step.event !== null)?.event?.fields ?? {}
  return command.replace(/\{([\w.@-]{1,80})\}/g, (whole, name: string) => {
    if (name === 'alert.id') return alert.id.slice(0, 12)
    const [value] = fieldReader(name)(event)
    return value === undefined ? whole : quoted(exactText(value))
  })
}

/** As one word of a shell: an analyst will paste the command, and the value comes from what was watched. */
function quoted(value: string): string {
  return /^[\w./:@%+=-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}

function attack(tags: readonly string[]): string[] {
  const techniques = tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/.exec(tag)?.[1]?.toUpperCase() ?? [])
  return techniques.length > 0 ? [`ATT&CK ${techniques.join(', ')}`] : []
}

function labelled(label: string, value: string): string {
  return value === '' ? '' : `${label} ${value}`
}

function indent(text: string): string {
  return `          ${text}`
}

/** Keeps the line breaks that this file made and nothing else that moves a cursor. */
function multiline(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
