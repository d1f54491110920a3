import { formatDuration } from '../../../ir/duration.ts'
import type { Absence, Bounds, Correlation, Ordered, Presence, Program, Rule, RuleId, Step } from '../../../ir/rule.ts'

const SIGNS = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '=', neq: '!=' } as const

/** The condition that an alert of this rule has met, in one line of words. */
export function clauseInWords(rule: Rule, program: Program): string {
  const nameOf: NameOf = (id) => program.rules.get(id)?.name ?? id
  return rule.kind === 'event' ? '' : correlationInWords(rule, nameOf)
}

type NameOf = (id: RuleId) => string

function correlationInWords(rule: Correlation, nameOf: NameOf): string {
  const { body } = rule
  const per = rule.group.length > 0 ? `, for one ${rule.group.map((key) => key.name).join(' and ')}` : ''
  const within = ` within ${formatDuration(rule.timespan)}${per}`
  switch (body.type) {
    case 'ordered':
      return `${body.steps.map(stepInWords).join(', then ')}${within}${exceptions(body, nameOf)}`
    case 'unordered':
      return `${presenceInWords(body.condition, nameOf)}${within}`
    case 'count':
      return `number of events ${boundsInWords(body.bounds)}${within}`
    case 'value': {
      const measure = body.measure.of === 'percentile' ? `percentile ${body.measure.rank}` : body.measure.of
      return `${measure} of ${body.fields.join(' and ')} ${boundsInWords(body.bounds)}${within}`
    }
  }
}

function stepInWords(step: Step): string {
  return step.within === null ? step.as : `${step.as} (at most ${formatDuration(step.within)} later)`
}

function exceptions(body: Ordered, nameOf: NameOf): string {
  const told = body.unless.map((absence) => absenceInWords(absence, body, nameOf(absence.rule)))
  if (body.until !== null) told.push(`and no ${nameOf(body.until.rule)} meanwhile`)
  return told.length > 0 ? `, ${told.join(', ')}` : ''
}

function absenceInWords(absence: Absence, body: Ordered, name: string): string {
  switch (absence.where) {
    case 'between':
      return `without ${name} between ${body.steps[absence.after]?.as ?? ''} and ${body.steps[absence.after + 1]?.as ?? ''}`
    case 'before':
      return `without ${name} ${absence.within === null ? '' : `${formatDuration(absence.within)} `}before`
    case 'after':
      return `without ${name} ${absence.within === null ? 'after' : `in the ${formatDuration(absence.within)} after`}`
  }
}

function presenceInWords(condition: Presence, nameOf: NameOf): string {
  switch (condition.op) {
    case 'all':
    case 'any': {
      const parts = condition.of.map((part) => {
        const words = presenceInWords(part, nameOf)
        return part.op === 'any' && part.of.length > 1 ? `(${words})` : words
      })
      return parts.join(condition.op === 'all' ? ' and ' : ' or ')
    }
    case 'not':
      return `no ${presenceInWords(condition.of, nameOf)}`
    case 'rule':
      return nameOf(condition.rule)
    case 'count':
      return `number of different rules ${boundsInWords(condition.bounds)}`
  }
}

function boundsInWords(bounds: Bounds): string {
  return bounds.map((bound) => `${SIGNS[bound.operator]} ${bound.value}`).join(' and ')
}
