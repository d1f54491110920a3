import type { Scalar } from '../../event/field.ts'
import { parseTime } from '../../event/record.ts'
import type { Order, RegexFlags, Relation, ValueTest } from '../../ir/predicate.ts'
import { compileRegex, refusalOf } from '../../ir/regex/compile.ts'
import { cidrTest } from './cidr.ts'
import { numericValue } from './numeric.ts'
import type { Slot } from './slot.ts'
import { foldPattern, textForm, type TextForm } from './text-form.ts'
import { timePart } from './time-part.ts'

/** Decides one test on what an event holds for its subject. */
export type Decision = (slot: Slot) => boolean

/**
 * Makes the decision of a test. Undefined when its value has no meaning: a network or an expression that cannot be
 * read, which whoever made the rule has to tell.
 *
 * @param slotOf gives the way to another field of the same event
 */
export function compileTest(test: ValueTest, slotOf: (field: string) => () => Slot): Decision | undefined {
  switch (test.is) {
    case 'text': {
      const form = textForm(test.cased ? test.pattern : foldPattern(test.pattern))
      return test.cased ? (slot) => slot.texts.some(form) : (slot) => slot.folded.some(form)
    }
    case 'number': {
      const text = JSON.stringify(test.value)
      return (slot) => slot.values.some((value) => value === test.value || value === text)
    }
    case 'boolean': {
      const word = String(test.value)
      return (slot) => slot.values.some((value, i) => value === test.value || isWord(value, slot.folded[i], word))
    }
    case 'null':
      return (slot) => !slot.present
    case 'exists':
      return (slot) => slot.stated === test.present
    case 'order': {
      const inOrder = orderTest(test.operator, test.value)
      return (slot) =>
        slot.values.some((value) => {
          const number = numericValue(value)
          return number !== undefined && inOrder(number)
        })
    }
    case 'cidr':
      return compileNetworks([test.network])
    case 'regex': {
      const form = regexForm(test.source, test.flags)
      return form && ((slot) => slot.texts.some(form))
    }
    case 'field': {
      const other = slotOf(test.other)
      const relation = relationTest(test.relation)
      return test.cased
        ? (slot) => slot.texts.some((one) => other().texts.some((two) => relation(one, two)))
        : (slot) => slot.folded.some((one) => other().folded.some((two) => relation(one, two)))
    }
    case 'time-part':
      return (slot) =>
        slot.values.some((value) => {
          const time = parseTime(value)
          return time !== undefined && timePart(time, test.part) === test.value
        })
  }
}

/** The same for several networks, of which any will do. */
export function compileNetworks(networks: readonly string[]): Decision | undefined {
  const inside = cidrTest(networks)
  return inside && ((slot) => slot.values.some((value) => typeof value === 'string' && inside(value)))
}

function isWord(value: Scalar, folded: string | undefined, word: string): boolean {
  return typeof value === 'string' && folded === word
}

function orderTest(operator: Order, bound: number): (value: number) => boolean {
  switch (operator) {
    case 'lt':
      return (value) => value < bound
    case 'lte':
      return (value) => value <= bound
    case 'gt':
      return (value) => value > bound
    case 'gte':
      return (value) => value >= bound
  }
}

function relationTest(relation: Relation): (one: string, two: string) => boolean {
  switch (relation) {
    case 'equals':
      return (one, two) => one === two
    case 'startswith':
      return (one, two) => one.startsWith(two)
    case 'endswith':
      return (one, two) => one.endsWith(two)
    case 'contains':
      return (one, two) => one.includes(two)
  }
}

/** Undefined for an expression that cannot be read. One that can is compiled when it is first asked. */
export function regexForm(source: string, flags: RegexFlags): TextForm | undefined {
  if (refusalOf(source, flags) !== undefined) return undefined
  let form: TextForm | undefined
  return (text) => (form ??= compiledForm(source, flags))(text)
}

function compiledForm(source: string, flags: RegexFlags): TextForm {
  const compiled = compileRegex(source, flags)
  if ('problem' in compiled) throw new TypeError(`taken for readable: ${source}`)
  const { run } = compiled
  return (text) => run.test(text)
}
