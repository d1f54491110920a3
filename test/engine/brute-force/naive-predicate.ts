import type { JsonObject, Json } from '../../../src/event/field.ts'
import type { Pattern } from '../../../src/ir/pattern.ts'
import type { Predicate, Test } from '../../../src/ir/predicate.ts'

/**
 * A predicate asked of one event, word by word as `src/ir/predicate.ts` says it. No index, nothing remembered, and
 * nothing shared with the engine. Fields are flat here: a name is a key. Time parts are left to examples.
 */
export function isTrue(predicate: Predicate, event: JsonObject): boolean {
  switch (predicate.op) {
    case 'all':
      return predicate.of.every((part) => isTrue(part, event))
    case 'any':
      return predicate.of.some((part) => isTrue(part, event))
    case 'not':
      return !isTrue(predicate.of, event)
    case 'test':
      return isTestTrue(predicate, event)
  }
}

type Plain = string | number | boolean

/** The values of a flat field, lists opened, null left out. */
export function valuesOf(event: JsonObject, name: string): Plain[] {
  return Object.hasOwn(event, name) ? open(event[name] ?? null) : []
}

function open(value: Json): Plain[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(open)
  return value === null || typeof value === 'object' ? [] : [value]
}

function everyValue(value: Json): Plain[] {
  if (value === null || typeof value !== 'object') return value === null ? [] : [value]
  return Object.values(value as JsonObject).flatMap(everyValue)
}

export function textOf(value: Plain): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isTestTrue({ subject, test }: Test, event: JsonObject): boolean {
  const values = subject.kind === 'message' ? everyValue(event) : valuesOf(event, subject.name)
  switch (test.is) {
    case 'text':
      return values.some((value) => new RegExp(source(test.pattern), test.cased ? 'su' : 'sui').test(textOf(value)))
    case 'number':
      return values.some((value) => value === test.value || value === JSON.stringify(test.value))
    case 'boolean':
      return values.some((value) => String(value).toLowerCase() === String(test.value) && typeof value !== 'number')
    case 'null':
      return values.length === 0
    case 'exists':
      return (subject.kind === 'message' || Object.hasOwn(event, subject.name)) === test.present
    case 'order':
      return values.some((value) => {
        const number = typeof value === 'boolean' || value === '' ? NaN : Number(value)
        return {
          lt: number < test.value,
          lte: number <= test.value,
          gt: number > test.value,
          gte: number >= test.value,
        }[test.operator]
      })
    case 'cidr':
      return values.some((value) => inNetwork(value, test.network))
    case 'regex':
      return values.some((value) => new RegExp(test.source, test.flags.ignoreCase ? 'iu' : 'u').test(textOf(value)))
    case 'field':
      return values.some((value) =>
        valuesOf(event, test.other).some((other) => {
          const [a, b] = [value, other].map((one) => (test.cased ? textOf(one) : textOf(one).toLowerCase()))
          if (a === undefined || b === undefined) return false
          return {
            equals: a === b,
            startswith: a.startsWith(b),
            endswith: a.endsWith(b),
            contains: a.includes(b),
          }[test.relation]
        }),
      )
    case 'time-part':
      throw new TypeError('not asked of the judge')
  }
}

/** JavaScript's `iu` compares by Unicode simple folding, and `u` takes a code point for one character. */
function source(pattern: Pattern): string {
  const parts = pattern.map((part) =>
    part.kind === 'any' ? '.*' : part.kind === 'one' ? '.' : part.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  )
  return `^${parts.join('')}$`
}

/** IPv4 only. */
function inNetwork(value: Plain, network: string): boolean {
  const [base = '', bits] = network.split('/')
  if (!/^(\d{1,3}\.){3}\d{1,3}$/.test(String(value))) return false
  if (
    String(value)
      .split('.')
      .some((part) => Number(part) > 255)
  )
    return false
  const binary = (text: string): string =>
    text
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('')
  return binary(String(value)).slice(0, Number(bits)) === binary(base).slice(0, Number(bits))
}
