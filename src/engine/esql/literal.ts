import { suggest } from '../../diagnostic/suggest.ts'
import type { DataType } from './data-type.ts'
import { commonType } from './data-type.ts'
import { Refusal, typeRefusal } from './refusal.ts'
import type { Scanner, Token } from './scanner.ts'
import type { Expression } from './tree.ts'
import { cell, type Scalar, type TimeSpan } from './value.ts'

type Literal = Extract<Expression, { kind: 'literal' }>

/** A number, text, `true`, `false`, `null` or a list of values of one type. @param sign of a number that follows */
export function parseLiteral(scanner: Scanner, start: number, sign: '' | '-' = ''): Literal {
  if (!scanner.isSymbol('[')) return single(scanner, start, sign)
  scanner.take()
  const items: Literal[] = []
  do {
    const from = scanner.peek().start
    const negative = scanner.takeSymbol('-')
    if (!negative) scanner.takeSymbol('+')
    items.push(single(scanner, from, negative ? '-' : ''))
  } while (scanner.takeSymbol(','))
  scanner.expectSymbol(']')
  const type = items.map((item) => item.type).reduce((a, b) => listType(a, b, scanner, start))
  const values = items.flatMap((item) => (item.value === null ? [] : [converted(item.value as Scalar, type)]))
  return { kind: 'literal', type, value: cell(values), span: scanner.spanFrom(start) }
}

function listType(a: DataType, b: DataType, scanner: Scanner, start: number): DataType {
  const type = commonType(a, b)
  if (type === undefined || a === 'null' || b === 'null')
    throw typeRefusal('the values of a list are all numbers, all texts or all booleans', scanner.spanFrom(start))
  return type
}

function converted(value: Scalar, type: DataType): Scalar {
  if (type === 'long') return BigInt(value)
  return type === 'double' ? Number(value) : value
}

function single(scanner: Scanner, start: number, sign: '' | '-'): Literal {
  const token = scanner.peek()
  const [type, value] = read(token, sign) ?? []
  if (type === undefined || value === undefined) {
    if (/\d/.test(token.text))
      throw typeRefusal('this number is beyond what can be kept offline', scanner.spanOf(token))
    throw scanner.unexpected(sign === '' ? 'a value' : 'a number')
  }
  scanner.take()
  return { kind: 'literal', type, value, span: scanner.spanFrom(start) }
}

const MOST_INTEGER = 2n ** 31n
const MOST_LONG = 2n ** 63n

function read({ kind, text }: Token, sign: '' | '-'): readonly [DataType, Scalar | null] | undefined {
  switch (kind) {
    case 'integer': {
      const value = BigInt(`${sign}${text}`)
      if (value >= -MOST_INTEGER && value < MOST_INTEGER) return ['integer', Number(value)]
      if (value >= -MOST_LONG && value < MOST_LONG) return ['long', value]
      return value > 0 && value < 2n * MOST_LONG ? undefined : ['double', Number(value)]
    }
    case 'decimal':
      return Number.isFinite(Number(text)) ? ['double', Number(`${sign}${text}`)] : undefined
    case 'string':
      return sign === '' ? ['keyword', text] : undefined
    case 'name': {
      const word = sign === '' ? text.toLowerCase() : ''
      if (word === 'true' || word === 'false') return ['boolean', word === 'true']
      return word === 'null' ? ['null', null] : undefined
    }
    case 'quoted':
    case 'symbol':
    case 'end':
      return undefined
  }
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const UNITS: ReadonlyMap<string, TimeSpan> = new Map(
  [
    { names: 'millisecond milliseconds ms', months: 0, milliseconds: 1 },
    { names: 'second seconds sec s', months: 0, milliseconds: SECOND },
    { names: 'minute minutes min', months: 0, milliseconds: MINUTE },
    { names: 'hour hours h', months: 0, milliseconds: HOUR },
    { names: 'day days d', months: 0, milliseconds: DAY },
    { names: 'week weeks w', months: 0, milliseconds: 7 * DAY },
    { names: 'month months mo', months: 1, milliseconds: 0 },
    { names: 'quarter quarters q', months: 3, milliseconds: 0 },
    { names: 'year years yr y', months: 12, milliseconds: 0 },
  ].flatMap(({ names, ...length }) => names.split(' ').map((name) => [name, length] as const)),
)

/** The unit after a number. */
export function parseTimeSpan(scanner: Scanner, number: Literal): Expression {
  const unit = scanner.peek()
  const length = UNITS.get(unit.text.toLowerCase())
  if (length === undefined) {
    const near = suggest(unit.text, UNITS.keys())
    const hint = near === undefined ? 'units are such as second, minutes, day' : `did you mean "${near}"?`
    throw new Refusal('esql/syntax', `"${unit.text}" is no unit of time`, scanner.spanOf(unit), hint)
  }
  if (number.type !== 'integer') throw typeRefusal('a length of time takes a whole number', number.span)
  scanner.take()
  const count = Number(number.value)
  return {
    kind: 'time-span',
    length: { months: count * length.months, milliseconds: count * length.milliseconds },
    span: scanner.spanFrom(number.span.start),
  }
}
