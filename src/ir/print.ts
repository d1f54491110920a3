import { formatDuration } from './duration.ts'
import type { Pattern } from './pattern.ts'
import type { Predicate, Subject, ValueTest } from './predicate.ts'
import type {
  Absence,
  Bounds,
  Correlation,
  CorrelationBody,
  GroupKey,
  Measure,
  Ordered,
  Presence,
  Rule,
} from './rule.ts'

/** A rule as text that a person reads and a test compares. It is not read back. */
export function printRule(rule: Rule): string {
  const heading = `${rule.kind} ${rule.name ?? rule.id}${rule.alone ? '' : ' (only named)'}`
  if (rule.kind === 'event') {
    const { category, product, service } = rule.logsource
    const source = [category, product, service].map((part) => part ?? '*').join('/')
    return [heading, `  source ${source}`, `  where ${printPredicate(rule.where)}`].join('\n')
  }
  return [heading, ...printCorrelation(rule).map((line) => `  ${line}`)].join('\n')
}

export function printPredicate(predicate: Predicate): string {
  switch (predicate.op) {
    case 'all':
      return predicate.of.length === 0 ? 'always' : predicate.of.map((part) => inside(part, 'any')).join(' and ')
    case 'any':
      return predicate.of.length === 0 ? 'never' : predicate.of.map((part) => inside(part, 'all')).join(' or ')
    case 'not':
      return `not ${predicate.of.op === 'test' ? printPredicate(predicate.of) : `(${printPredicate(predicate.of)})`}`
    case 'test':
      return `${printSubject(predicate.subject)} ${printTest(predicate.test)}`
  }
}

function inside(predicate: Predicate, bracketed: 'all' | 'any'): string {
  const printed = printPredicate(predicate)
  return predicate.op === bracketed ? `(${printed})` : printed
}

function printSubject(subject: Subject): string {
  return subject.kind === 'field' ? subject.name : '<message>'
}

function printTest(test: ValueTest): string {
  switch (test.is) {
    case 'text':
      return `${test.cased ? '=' : '~'} ${printPattern(test.pattern)}`
    case 'number':
    case 'boolean':
      return `= ${test.value}`
    case 'null':
      return 'is null'
    case 'exists':
      return test.present ? 'exists' : 'is absent'
    case 'order':
      return `${test.operator} ${test.value}`
    case 'cidr':
      return `in ${test.network}`
    case 'regex': {
      const { ignoreCase, multiline, dotAll } = test.flags
      return `matches /${test.source}/${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${dotAll ? 's' : ''}`
    }
    case 'field':
      return `${test.relation}${test.cased ? ' cased' : ''} field ${test.other}`
    case 'time-part':
      return `at ${test.part} ${test.value}`
  }
}

/** Texts in quotes, wildcards outside them: `*"cmd"?`. */
export function printPattern(pattern: Pattern): string {
  if (pattern.length === 0) return '""'
  return pattern
    .map((part) => (part.kind === 'text' ? JSON.stringify(part.text) : part.kind === 'any' ? '*' : '?'))
    .join('')
}

function printCorrelation(rule: Correlation): string[] {
  const lines = printBody(rule.body)
  lines.push(`within ${formatDuration(rule.timespan)}`)
  if (rule.group.length > 0) lines.push(`by ${rule.group.map(printKey).join(', ')}`)
  if (rule.guard.op !== 'all' || rule.guard.of.length > 0) lines.push(`guard ${printPredicate(rule.guard)}`)
  return lines
}

function printKey(key: GroupKey): string {
  const fields = [...key.fieldOf].map(([rule, field]) => `${rule}.${field}`)
  return fields.length === 0 ? key.name : `${key.name} (${fields.join(', ')})`
}

function printBody(body: CorrelationBody): string[] {
  switch (body.type) {
    case 'ordered':
      return printOrdered(body)
    case 'unordered':
      return [`any order ${printPresence(body.condition)}`]
    case 'count':
      return [`events of ${body.of.map((use) => use.rule).join(', ')} ${printBounds(body.bounds)}`]
    case 'value': {
      const rules = body.of.map((use) => use.rule).join(', ')
      return [`${printMeasure(body.measure)} of ${body.fields.join(', ')} in ${rules} ${printBounds(body.bounds)}`]
    }
  }
}

function printOrdered({ steps, joins, unless, until }: Ordered): string[] {
  const name = (index: number): string => steps[index]?.as ?? ''
  return [
    ...steps.map((step) => {
      const gap = step.within === null ? '' : ` within ${formatDuration(step.within)}`
      return `step ${step.as} = ${step.rule}${gap}`
    }),
    ...joins.map(({ left, right }) => `join ${name(left.step)}.${left.field} = ${name(right.step)}.${right.field}`),
    ...unless.map((absence) => `unless ${absence.rule} ${printAbsence(absence, name)}`),
    ...(until ? [`until ${until.rule}`] : []),
  ]
}

function printAbsence(absence: Absence, name: (index: number) => string): string {
  if (absence.where === 'between') return `between ${name(absence.after)} and ${name(absence.after + 1)}`
  return absence.within === null ? absence.where : `${absence.where} within ${formatDuration(absence.within)}`
}

function printPresence(presence: Presence): string {
  switch (presence.op) {
    case 'all':
      return `(${presence.of.map(printPresence).join(' and ')})`
    case 'any':
      return `(${presence.of.map(printPresence).join(' or ')})`
    case 'not':
      return `not ${printPresence(presence.of)}`
    case 'rule':
      return presence.rule
    case 'count':
      return `rules ${printBounds(presence.bounds)}`
  }
}

function printMeasure(measure: Measure): string {
  return measure.of === 'percentile' ? `percentile ${measure.rank}` : measure.of
}

function printBounds(bounds: Bounds): string {
  return bounds.map(({ operator, value }) => `${operator} ${value}`).join(' and ')
}
