import { createHash } from 'node:crypto'
import type { Rule, RuleId } from '../ir/rule.ts'

/** The namespace of compiled clauses; drawn once at random, never to be changed: deployed rules are known by their ids. */
const NAMESPACE = Buffer.from('3f0c4d0e7f3b4c0c9d2a8a5d6a1e59b7', 'hex')

/** The id of the rule that a clause of a task compiles to: the same for ever for the same name (RFC 9562, version 5). */
export function clauseId(name: string): RuleId {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') as RuleId
}

/** Whether a rule was compiled from a clause of a task or a baseline. */
export function isOfClause({ id, name }: Pick<Rule, 'id' | 'name'>): boolean {
  return name !== null && id === clauseId(name)
}
