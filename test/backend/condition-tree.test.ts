import { expect, it } from 'vitest'
import { or, term, type ConditionTree } from '../../src/backend/condition-tree.ts'

function is(field: string, ...values: string[]): ConditionTree<'is'> {
  return { kind: 'compare', field, operator: 'is', values }
}

it('comparisons of one field become one where the first of them stood, each value once', () => {
  const all = [is('a', '1'), term('t'), is('b', '2'), is('a', '3', '1'), is('b', '4')]
  expect(or(all)).toEqual({ kind: 'or', of: [is('a', '1', '3'), term('t'), is('b', '2', '4')] })
})

it('no value is lost where one stands twice', () => {
  expect(or([is('a', '1', '1'), is('a', '2')])).toEqual(is('a', '1', '2'))
})

it('thousands of them too, without looking at the ones before again', () => {
  const many = Array.from({ length: 50_000 }, (_, i) => is('a', String(i)))
  expect(or(many)).toMatchObject({ kind: 'compare', values: { length: 50_000 } })
})
