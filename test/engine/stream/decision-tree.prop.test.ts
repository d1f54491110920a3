import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conditionOf } from '../../../src/engine/stream/condition.ts'
import { DecisionTree } from '../../../src/engine/stream/decision-tree.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { ObjectValues } from '../../../src/event/object-values.ts'
import { pattern, text } from '../../../src/ir/pattern.ts'
import { all, anyOf, field, not, type Predicate } from '../../../src/ir/predicate.ts'
import { isTrue } from '../brute-force/naive-predicate.ts'
import { flatEvents, predicates } from '../brute-force/predicate.ts'

const FIELDS = ['f', 'g', 'a.b']

/** The places of the predicates that the tree leaves for an event. */
function leavesOf(wheres: readonly Predicate[], most?: number): (event: JsonObject) => readonly number[] {
  const values = new ObjectValues(FIELDS, false)
  const tree = new DecisionTree(wheres.map(conditionOf), FIELDS, (places) => places, most)
  return (event) => {
    values.turn(event)
    return tree.leaf(values)
  }
}

function is(name: string, ...words: readonly string[]): Predicate {
  return anyOf(...words.map((word) => field(name, { is: 'text', pattern: pattern(text(word)), cased: true })))
}

const words = fc.constantFrom('a', 'b', 'ab', '1', 's')
/** A rule of a task: so many fields are one of some words, and maybe something else holds. */
const clauses = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...FIELDS), fc.array(words, { minLength: 1, maxLength: 2 }), fc.boolean()), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.option(predicates, { nil: undefined }),
  )
  .map(([asked, more]) =>
    all(
      ...asked.map(([name, some, turned]) => (turned ? not(is(name, ...some)) : is(name, ...some))),
      ...(more === undefined ? [] : [more]),
    ),
  )

describe('the tree by which predicates are chosen', () => {
  it('leaves none out that is true of the event, and many of the others', () => {
    let [kept, left] = [0, 0]
    fc.assert(
      fc.property(
        fc.array(fc.oneof(clauses, predicates), { maxLength: 12 }),
        fc.array(flatEvents, { maxLength: 6 }),
        // So few nodes that it is begun anew again and again.
        fc.constantFrom(undefined, 0, 1, 2),
        (wheres, stream, most) => {
          const leaves = leavesOf(wheres, most)
          for (const event of [...stream, ...stream]) {
            const chosen = new Set(leaves(event))
            for (const [place, where] of wheres.entries()) {
              if (isTrue(where, event)) expect(chosen).toContain(place)
              else if (chosen.has(place)) kept++
              else left++
            }
          }
        },
      ),
      { numRuns: 2000 * Number(process.env.PROPERTY_RUNS ?? 1) },
    )
    // Half of the predicates ask for what no field says as a whole.
    expect(left).toBeGreaterThan((kept + left) / 3)
  })

  it('leaves the rules of one task and action, and those that ask for neither', () => {
    const tasks = ['mail', 'notes', 'backup']
    const actions = ['read', 'write', 'send']
    const rules = tasks.flatMap((task) => actions.map((action) => all(is('f', task), is('g', action))))
    const leaves = leavesOf([...rules, field('a.b', { is: 'order', operator: 'gt', value: 1 })])
    expect(leaves({ f: 'notes', g: 'send' })).toEqual([5, 9])
    expect(leaves({ f: ['notes', 'mail'], g: 'send' })).toEqual([2, 5, 9])
    expect(leaves({ g: 'send' })).toEqual([9])
  })

  it('tells a field with nothing in it from one that is not there, and from one that holds an object', () => {
    const rules = [
      field('f', { is: 'exists', present: true }),
      field('f', { is: 'exists', present: false }),
      field('f', { is: 'null' }),
      is('f', 'a'),
    ]
    const leaves = leavesOf(rules)
    expect(leaves({})).toEqual([1, 2])
    expect(leaves({ f: null })).toEqual([0, 2])
    expect(leaves({ f: {} })).toEqual([0])
    expect(leaves({ f: 'a' })).toEqual([0, 3])
  })
})
