import { printable } from '../../diagnostic/frame.ts'
import type { JsonObject } from '../../event/field.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { printPredicate } from '../../ir/print.ts'
import type { EventRule } from '../../ir/rule.ts'
import type { Paint } from '../terminal.ts'

/** Decides one predicate of a rule on the event. */
export type TruthOf = (rule: EventRule, where: Predicate, event: JsonObject) => boolean

/** Each rule's condition as a tree, a mark on every part: met by this event, or not. */
export function renderTruth(rules: readonly EventRule[], event: JsonObject, truthOf: TruthOf, paint: Paint): string {
  const lines: string[] = []
  const tree = (rule: EventRule, where: Predicate, depth: number): void => {
    const met = truthOf(rule, where, event)
    const mark = met ? paint('good', 'yes') : paint('bad', 'no ')
    const indent = '  '.repeat(depth)
    switch (where.op) {
      case 'all':
      case 'any':
        lines.push(`${mark} ${indent}${where.op === 'all' ? 'all of' : 'any of'}`)
        for (const part of where.of) tree(rule, part, depth + 1)
        break
      case 'not':
        lines.push(`${mark} ${indent}not`)
        tree(rule, where.of, depth + 1)
        break
      case 'test':
        lines.push(`${mark} ${indent}${printable(printPredicate(where))}`)
    }
  }
  for (const rule of rules) {
    const met = truthOf(rule, rule.where, event)
    lines.push(`${paint('heading', printable(rule.title))}: ${met ? paint('good', 'met') : paint('bad', 'not met')}`)
    tree(rule, rule.where, 1)
    lines.push('')
  }
  return `${lines.join('\n')}\n`
}
