import type { BrokenClause } from '../../pack/tasks.ts'
import { place, printable } from '../../diagnostic/frame.ts'
import type { Program, Rule } from '../../ir/rule.ts'
import { printRule } from '../../ir/print.ts'
import type { Paint } from '../terminal.ts'
import { clauseInWords } from './alert/clause.ts'

/** Whether a language can say a rule; a refusal is its first reason. */
export interface LanguageVerdict {
  readonly language: string
  readonly refusal: string | null
}

/** A rule for a person: what it is for, when it fires, what it means exactly, who can run it, what to do then. */
export function renderRule(
  rule: Rule,
  program: Program,
  languages: readonly LanguageVerdict[],
  broken: BrokenClause | undefined,
  paint: Paint,
): string {
  const version = rule.governance.version === null ? '' : ` v${rule.governance.version}`
  const lines = [
    `${paint('heading', printable(rule.title))}${version}  ${paint('quiet', place(rule.span))}`,
    `${rule.level ?? 'no level'}, ${rule.status ?? 'no status'}  ${printable(rule.tags.join(' '))}`,
  ]
  if (rule.description !== null) lines.push('', ...wrap(printable(rule.description), 100))
  const clause = clauseInWords(rule, program)
  if (clause !== '') lines.push('', `${paint('place', 'fires on')}  ${printable(clause)}`)
  if (broken !== undefined && broken.words !== rule.description)
    lines.push(`${paint('place', 'breaks')}    ${printable(broken.words)}  ${place(broken.span)}`)
  lines.push('', paint('place', 'exactly'), ...indent(printRule(rule)))
  lines.push('', paint('place', 'can be run by'), '  local: the stream engine')
  for (const { language, refusal } of languages) {
    lines.push(
      `  ${language}: ${refusal === null ? paint('good', 'yes') : `${paint('warn', 'no')}, ${printable(refusal)}`}`,
    )
  }
  lines.push(...list('may also be', rule.falsepositives, paint))
  const steps = rule.governance.triage.map((step) => (step.run === null ? step.ask : `${step.ask}  ${step.run}`))
  lines.push(...list('when it fires', steps, paint), ...list('risks', rule.governance.risk, paint))
  return lines.join('\n')
}

function list(heading: string, items: readonly string[], paint: Paint): string[] {
  return items.length === 0 ? [] : ['', paint('place', heading), ...items.map((item) => `  - ${printable(item)}`)]
}

function indent(text: string): string[] {
  return text.split('\n').map((line) => `  ${printable(line)}`)
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
