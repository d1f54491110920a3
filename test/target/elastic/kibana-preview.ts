import { randomUUID } from 'node:crypto'
import { requestSchema, violations } from './interface-description.ts'
import { parse, wrong, type Answer, type Asked, type Body } from './kibana-answer.ts'

export interface Previews {
  /** What was asked, in order. */
  readonly asked: Body[]
  /** What a run of a rule of that id says. */
  readonly says: Map<string, { readonly errors?: string[]; readonly warnings?: string[]; readonly aborted?: boolean }>
}

/** Runs nothing and keeps nothing: a log for each of the runs, and the id under which alerts would be found. */
export function previewRule({ text, previews, exceptions }: Asked): Answer {
  const body = parse(text)
  const schema = body && requestSchema(body.type, 'PreviewProps')
  const mistakes = schema === undefined ? ['type: Invalid discriminator value'] : violations(schema, body)
  if (body === undefined || mistakes.length > 0) return wrong(`[request body]: ${mistakes.join(', ')}`)
  const unknown = ((body.exceptions_list ?? []) as Body[]).find(
    (each) => exceptions.lists.get(String(each.list_id))?.id !== each.id,
  )
  previews.asked.push(body)
  const { errors = [], warnings = [], aborted = false } = previews.says.get(String(body.rule_id)) ?? {}
  const log = (at: number): Body => ({ errors: at === 0 ? errors : [], warnings, duration: 12 })
  const logs = Array.from({ length: body.invocationCount as number }, (_, at) => log(at))
  return {
    status: 200,
    body: { previewId: randomUUID(), logs, isAborted: aborted },
    ...(unknown !== undefined && { complaint: `the list ${String(unknown.list_id)} is not there` }),
  }
}
