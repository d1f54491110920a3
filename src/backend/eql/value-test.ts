import type { Span } from '../../diagnostic/source.ts'
import { literal, type Pattern } from '../../ir/pattern.ts'
import type { FieldName, Order, Test, ValueTest } from '../../ir/predicate.ts'
import type { FieldInfo } from '../../mapping/mapping.ts'
import { emitLuceneRegex } from '../regex/lucene.ts'
import { parseRegex } from '../../ir/regex/parse.ts'
import { refused } from '../refusal.ts'
import { emitAddressText, emitNetwork } from './address-test.ts'
import { no, or, term } from '../condition-tree.ts'
import { compare, type Expression } from './expression.ts'
import type { Scope } from './scope.ts'
import { eqlNumber, eqlText } from './syntax.ts'
import { textTest } from './text-test.ts'

/**
 * One test of a rule as an EQL condition. EQL's truth is two-valued as Sigma's is: a test on an absent field is false
 * and `not` turns it round; a test on a list is true when it is true of any value. So each test is said as it stands,
 * by the type that the field has in the index. What is refused goes to the scope, and gives `false`.
 */
export function emitTest(of: Test, scope: Scope): Expression {
  const { subject, test, span } = of
  if (subject.kind === 'message')
    return refuse(scope, 'keywords over the whole message', span, 'name the field that holds the text')
  const name = subject.name
  const info = scope.info(name)
  if (info?.analyzed === true && test.is !== 'null' && test.is !== 'exists')
    return refuse(
      scope,
      `the text of ${name}, of which the index holds only the words`,
      span,
      'compile this rule to ES|QL, which reads the text itself',
    )
  switch (test.is) {
    case 'text':
      return emitText(name, info, test.pattern, test.cased, span, scope)
    case 'number':
      return emitNumber(name, info, test.value, span, scope)
    case 'boolean':
      return emitBoolean(name, info, test.value, span, scope)
    case 'null':
    case 'exists':
      return emitExistence(name, info, test, span, scope)
    case 'order':
      return emitOrder(name, info, test.operator, test.value, span, scope)
    case 'cidr':
      return emitNetwork(name, info, test.network, span, scope)
    case 'regex': {
      if (info && info.type !== 'keyword')
        return refuse(scope, `a regular expression on ${name}, a field of type ${info.type}`, span)
      const parsed = parseRegex(test.source, test.flags)
      const emitted = 'node' in parsed ? emitLuceneRegex(parsed.node) : parsed
      if ('text' in emitted) return compare(scope.field(name), 'regex', eqlText(emitted.text))
      return refuse(scope, emitted.unsupported, span, 'write it with contains, startswith or endswith')
    }
    case 'field':
      return refuse(scope, `a comparison of the field ${name} with the field ${test.other}`, span)
    case 'time-part':
      return refuse(scope, `the ${test.part} of a time`, span)
  }
}

function refuse(scope: Scope, what: string, span: Span | undefined, hint?: string): Expression {
  scope.refuse(refused('eql', what, span, hint))
  return no
}

/** A test that depends on how a field is stored, on a field of which nothing is known. */
function refuseUnknown(scope: Scope, what: string, name: FieldName, span: Span | undefined): Expression {
  const hint = 'compile with a mapping that knows the field, or test it as text'
  return refuse(scope, `${what} on ${name}, a field whose type the mapping does not know`, span, hint)
}

function emitText(
  name: FieldName,
  info: FieldInfo | undefined,
  pattern: Pattern,
  cased: boolean,
  span: Span | undefined,
  scope: Scope,
): Expression {
  const field = scope.field(name)
  const type = info?.type ?? 'keyword'
  if (type === 'keyword') {
    const said = textTest(field, pattern, cased)
    return 'kind' in said ? said : refuse(scope, said.unsaid, span)
  }
  if (pattern.length === 1 && pattern[0]?.kind === 'any') return term(`${field} != null`)
  const whole = literal(pattern)
  switch (type) {
    case 'boolean':
      return or(
        [true, false].filter((value) => spells(pattern, String(value), cased)).map((value) => is(field, String(value))),
      )
    case 'long':
    case 'double': {
      if (whole === undefined)
        return refuse(
          scope,
          `wildcards on ${name}, a field of type ${type}`,
          span,
          'compare numbers with lt, lte, gt, gte',
        )
      const value = Number(whole)
      // Numbers are tested by their JSON text: "05" is no number's text.
      if (String(value) !== whole || (type === 'long' && !Number.isInteger(value))) return no
      return emitNumber(name, info, value, span, scope)
    }
    case 'ip':
      return emitAddressText(name, pattern, span, scope)
    case 'date':
      return refuse(scope, `the text of a time: ${name} has type date`, span)
  }
}

function is(field: string, value: string): Expression {
  return compare(field, '==', value)
}

/** Whether a pattern is true of one short word. */
function spells(pattern: Pattern, word: string, cased: boolean): boolean {
  const source = pattern
    .map((part) =>
      part.kind === 'text' ? part.text.replace(/[^A-Za-z0-9]/g, '\\$&') : part.kind === 'any' ? '.*' : '.',
    )
    .join('')
  return new RegExp(`^(?:${source})$`, cased ? 's' : 'is').test(word)
}

function emitNumber(
  name: FieldName,
  info: FieldInfo | undefined,
  value: number,
  span: Span | undefined,
  scope: Scope,
): Expression {
  const field = scope.field(name)
  if (!info) {
    // Right whether the index has it as a number or as a keyword. Not in a list, whose types would have to agree.
    const text = eqlNumber(value)
    return text === undefined ? refuse(scope, `the number ${value} exactly`, span) : term(`${field} == ${text}`)
  }
  switch (info.type) {
    case 'keyword':
      return is(field, eqlText(String(value)))
    case 'long':
    case 'double': {
      if (info.type === 'long' && !Number.isInteger(value)) return no
      const text = eqlNumber(value)
      return text === undefined ? refuse(scope, `the number ${value} exactly`, span) : is(field, text)
    }
    case 'boolean':
    case 'ip':
      return no
    case 'date':
      return refuse(scope, `a number on ${name}, a field of type date`, span)
  }
}

function emitBoolean(
  name: FieldName,
  info: FieldInfo | undefined,
  value: boolean,
  span: Span | undefined,
  scope: Scope,
): Expression {
  if (!info) return refuseUnknown(scope, 'a boolean', name, span)
  const field = scope.field(name)
  switch (info.type) {
    case 'boolean':
      return is(field, String(value))
    case 'keyword':
      return compare(field, ':', eqlText(String(value)))
    case 'long':
    case 'double':
    case 'ip':
    case 'date':
      return no
  }
}

/**
 * That a field is there is asked only of one with a type: of another one EQL cannot tell null from nothing, which events
 * of others may hold.
 */
function emitExistence(
  name: FieldName,
  info: FieldInfo | undefined,
  test: Extract<ValueTest, { is: 'null' | 'exists' }>,
  span: Span | undefined,
  scope: Scope,
): Expression {
  if (!info && test.is === 'exists') return refuseUnknown(scope, 'a test for presence', name, span)
  const present = test.is === 'exists' && test.present
  return term(`${scope.field(name)} ${present ? '!=' : '=='} null`)
}

const ORDER: Readonly<Record<Order, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' }

function emitOrder(
  name: FieldName,
  info: FieldInfo | undefined,
  operator: Order,
  value: number,
  span: Span | undefined,
  scope: Scope,
): Expression {
  if (!info) return refuseUnknown(scope, 'a numeric order', name, span)
  if (info.type !== 'long' && info.type !== 'double')
    return refuse(
      scope,
      `a numeric order on ${name}, a field of type ${info.type}`,
      span,
      'map the field as long or double',
    )
  const [sign, bound] = info.type === 'long' ? wholeBound(operator, value) : [operator, value]
  const text = eqlNumber(bound)
  if (text === undefined) return refuse(scope, `the number ${value} exactly`, span)
  return term(`${scope.field(name)} ${ORDER[sign]} ${text}`)
}

/** The same bound for whole numbers: more than 5.5 is at least 6. */
function wholeBound(operator: Order, value: number): [Order, number] {
  if (Number.isInteger(value)) return [operator, value]
  return operator === 'gt' || operator === 'gte' ? ['gte', Math.ceil(value)] : ['lte', Math.floor(value)]
}
