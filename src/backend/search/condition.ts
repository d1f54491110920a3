import type { ConditionTree } from '../condition-tree.ts'
import type { Dialect } from './dialect.ts'

/** These languages compare in one way only. */
export type Condition = ConditionTree<'is'>

/** A field has one of these values, each as the language writes it. */
export function match(field: string, ...values: readonly string[]): Condition {
  return { kind: 'compare', field, operator: 'is', values }
}

/**
 * The condition in a language. Brackets stand around everything that is not one term, because neither language has the
 * usual precedence, and around a negation beside `or`, which Lucene would take as demanded.
 */
export function writeCondition(of: Condition, dialect: Dialect): string {
  switch (of.kind) {
    case 'constant':
      return of.value ? dialect.everything : `${dialect.not} ${dialect.everything}`
    case 'term':
      return of.text
    case 'compare':
      return dialect.match(of.field, of.values)
    case 'not':
      return `${dialect.not} ${operand(of.of, dialect)}`
    case 'and':
    case 'or':
      return of.of.map((each) => operand(each, dialect)).join(` ${dialect[of.kind]} `)
  }
}

function operand(of: Condition, dialect: Dialect): string {
  const text = writeCondition(of, dialect)
  return of.kind === 'term' || of.kind === 'compare' ? text : `(${text})`
}
