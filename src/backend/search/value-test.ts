import type { Order, Test, ValueTest } from '../../ir/predicate.ts'
import { emitLuceneRegex } from '../regex/lucene.ts'
import { parseRegex } from '../../ir/regex/parse.ts'
import { negate, no, term } from '../condition-tree.ts'
import { match, type Condition } from './condition.ts'
import { emitKeyword } from './keyword.ts'
import { emitMessage } from './message.ts'
import { emitCidr } from './network.ts'
import { decimal, emitText } from './text.ts'
import type { Scope } from './scope.ts'
import { refuseAnalyzed, refuseUnknown, type TestedField } from './tested-field.ts'

/**
 * One test of a rule. A search string has Sigma's two-valued truth: a test on an absent field is false and `not` turns
 * it round; a test on a list is true when it is true of any value. So each test is said as it stands, by the type that
 * the field has in the index.
 */
export function emitTest({ subject, test, span }: Test, scope: Scope): Condition {
  if (subject.kind === 'message') return emitMessage(test, span, scope)
  const { name } = subject
  const written = scope.dialect.field(name)
  if (written === undefined) return scope.refuse(`the field name "${name}"`, span, 'map it to another name')
  const field: TestedField = { name, written, info: scope.info(name), span }
  switch (test.is) {
    case 'text':
      return emitText(field, test.pattern, test.cased, scope)
    case 'number':
      return emitNumber(field, test.value, scope)
    case 'boolean':
      return emitBoolean(field, test.value, scope)
    case 'null':
      return negate(term(scope.dialect.exists(written)))
    case 'exists': {
      const there = term(scope.dialect.exists(written))
      return test.present ? there : negate(there)
    }
    case 'order':
      return emitOrder(field, test.operator, test.value, scope)
    case 'cidr':
      return emitCidr(field, test.network, scope)
    case 'regex':
      return emitRegex(field, test, scope)
    case 'field':
      return scope.refuse(`a comparison of the field ${name} with the field ${test.other}`, span)
    case 'time-part':
      return scope.refuse(`the ${test.part} of a time`, span)
  }
}

/** The stored text of a keyword is the number's JSON, and of a number field the term is the number. */
function emitNumber(field: TestedField, value: number, scope: Scope): Condition {
  const type = field.info?.type
  switch (type) {
    case undefined:
    case 'keyword':
      return emitKeyword(field, [{ kind: 'text', text: JSON.stringify(value) }], true, scope)
    case 'long':
    case 'double': {
      if (type === 'long' && !Number.isInteger(value)) return no
      const text = decimal(value)
      if (text === undefined) return scope.refuse(`the number ${value} exactly`, field.span)
      return match(field.written, scope.dialect.exactly(text))
    }
    case 'boolean':
    case 'ip':
      return no
    case 'date':
      return scope.refuse(`a number on ${field.name}, a field of type date`, field.span)
  }
}

function emitBoolean(field: TestedField, value: boolean, scope: Scope): Condition {
  switch (field.info?.type) {
    case undefined:
      return refuseUnknown(field, 'a boolean', scope)
    case 'boolean':
      return match(field.written, String(value))
    case 'keyword':
      return emitKeyword(field, [{ kind: 'text', text: String(value) }], false, scope)
    case 'long':
    case 'double':
    case 'ip':
    case 'date':
      return no
  }
}

function emitOrder(field: TestedField, operator: Order, value: number, scope: Scope): Condition {
  const { info, name, span } = field
  if (info === undefined) return refuseUnknown(field, 'a numeric order', scope)
  if (info.type !== 'long' && info.type !== 'double') {
    const hint = 'map the field as long or double'
    return scope.refuse(`a numeric order on ${name}, a field of type ${info.type}`, span, hint)
  }
  const [sign, bound] = info.type === 'long' ? wholeBound(operator, value) : ([operator, value] as const)
  const text = decimal(bound)
  if (text === undefined) return scope.refuse(`the number ${value} exactly`, span)
  return term(scope.dialect.order(field.written, sign, text))
}

/** The same bound for whole numbers: more than 5.5 is at least 6. */
function wholeBound(operator: Order, value: number): readonly [Order, number] {
  if (Number.isInteger(value)) return [operator, value]
  return operator === 'gt' || operator === 'gte' ? ['gte', Math.ceil(value)] : ['lte', Math.floor(value)]
}

function emitRegex(field: TestedField, test: Extract<ValueTest, { is: 'regex' }>, scope: Scope): Condition {
  const { info, name, span } = field
  if (info !== undefined && info.type !== 'keyword')
    return scope.refuse(`a regular expression on ${name}, a field of type ${info.type}`, span)
  if (info?.analyzed === true) return refuseAnalyzed(field, scope)
  const parsed = parseRegex(test.source, test.flags)
  const emitted = 'node' in parsed ? emitLuceneRegex(parsed.node) : parsed
  if (!('text' in emitted))
    return scope.refuse(emitted.unsupported, span, 'write it with contains, startswith or endswith')
  const said = scope.dialect.regex(emitted.text)
  return said.value === undefined ? scope.refuse(said.unsaid, span, said.hint) : match(field.written, said.value)
}
