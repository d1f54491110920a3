import type { JsonObject } from '../../../event/field.ts'
import { formatTime } from '../../../event/record.ts'
import type { ExceptionRecord } from '../../history.ts'
import { GAPS, GAP_KINDS } from '../../trace/gap.ts'
import type { Evidence } from '../model.ts'
import { head, property } from './document.ts'
import { uuidOf } from './uuid.ts'

/** What is open: each exception with its end, each kind of gap, and each risk that is taken. */
export function planOfAction(evidence: Evidence): JsonObject {
  const { history, gaps } = evidence
  const { exceptions, risks, allowed } = history
  const taken = new Set(allowed.flatMap((each) => each.risks))
  const accepted = risks.filter(({ id, acceptance }) => taken.has(id) && acceptance !== null)
  const ofRisks = accepted.map(({ id, title, why, acceptance }) => ({
    uuid: uuidOf('risk', id),
    title: `${id}: ${title}`,
    description: why,
    statement: acceptance?.reason ?? '-',
    status: 'deviation-approved',
    ...(acceptance && { deadline: formatTime(acceptance.until) }),
  }))
  const ofExceptions = exceptions.map(({ exception: { id, title, reason, until } }) => ({
    uuid: uuidOf('risk of exception', id),
    title: `${id}: ${title}`,
    description: reason.trim(),
    statement: 'A rule does not see what is in the scope of this exception.',
    status: 'deviation-approved',
    deadline: formatTime(until),
  }))
  const items = [
    ...exceptions.map(exceptionItem),
    ...GAP_KINDS.flatMap((kind) => {
      const own = gaps.filter((gap) => gap.kind === kind)
      if (own.length === 0) return []
      const some = own.slice(0, 20).map(({ subject }) => subject)
      const description = `${some.join('; ')}${own.length > some.length ? '; and more: gaps.csv has all' : ''}`
      return [{ uuid: uuidOf('item', kind), title: `${own.length} ${GAPS[kind].title}`, description }]
    }),
  ]
  const nothing = { uuid: uuidOf('item', 'nothing'), title: 'Nothing is open', description: 'No exception, no gap.' }
  const both = [...ofRisks, ...ofExceptions]
  return {
    'plan-of-action-and-milestones': {
      ...head(evidence, 'Plan of action and milestones'),
      'system-id': { id: history.pack.name },
      ...(both.length > 0 && { risks: both }),
      'poam-items': items.length > 0 ? items : [nothing],
    },
  }
}

function exceptionItem({ exception }: ExceptionRecord): JsonObject {
  const { id, title, reason, owner, approver, ticket, rule } = exception
  return {
    uuid: uuidOf('item of exception', id),
    title: `${id}: ${title}`,
    description: reason.trim(),
    props: [
      property('rule', rule.text),
      property('owner', owner),
      property('approver', approver),
      property('ticket', ticket),
    ],
    'related-risks': [{ 'risk-uuid': uuidOf('risk of exception', id) }],
  }
}
