import { any, literal, type Pattern } from '../../ir/pattern.ts'
import type { FieldInfo } from '../../mapping/mapping.ts'
import { INTRICATE, isPatternDeterminable } from '../regex/pattern-tree.ts'
import { comparison, equality, no, or, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column, number, quote } from './literal.ts'
import { anyText, several, type TestedField } from './tested-field.ts'
import { anyOfJoinedRegex, hasCase, JOINED, joinedValues, patternRegex } from './text-pattern.ts'

/** Elasticsearch refuses longer ones (`index.max_regex_length`, 1,000 by default) where it can use its index. */
export const LONGEST_REGEX = 1000
/** Lucene's reader of expressions calls itself for each character. */
const LONGEST_COMPUTED = 30_000

/** The whole value as text: of a number or a boolean, its JSON. */
export function emitText(field: TestedField, pattern: Pattern, cased: boolean, emission: Emission): Condition {
  const { info } = field
  const whole = literal(pattern)
  switch (info.type) {
    case 'keyword':
      return emitKeyword(field, pattern, cased, emission)
    case 'long': {
      if (info.multi || whole === undefined) return emitForm(asText(field), pattern, cased, field, emission)
      const exact = /^(0|-?[1-9]\d*)$/.test(whole) && Number.isSafeInteger(Number(whole))
      return exact ? equality(column(field.name), whole) : no
    }
    case 'double': {
      const value = whole === undefined ? Number.NaN : Number(whole)
      if (whole !== undefined && JSON.stringify(value) !== whole) return no
      if (whole !== undefined)
        return several(field, emission) ? no : comparison(`${column(field.name)} == ${number(value)}`)
      emission.refuse('a wildcard in a number with decimals', field.span)
      return no
    }
    case 'boolean':
      if (info.multi) return emitForm(asText(field), pattern, cased, field, emission)
      return or(
        [true, false]
          .filter((value) => matchesWord(pattern, cased, String(value)))
          .map((value) => comparison(`${column(field.name)} == ${value}`)),
      )
    case 'ip':
      if (!info.multi && whole !== undefined && /^\d{1,3}(\.\d{1,3}){3}$/.test(whole))
        return comparison(`${asText(field)} == ${quote(whole)}`)
      return emitForm(asText(field), pattern, cased, field, emission)
    case 'date':
      emission.refuse(`the text of the time "${field.name}"`, field.span, 'compare a part of the time, such as |hour')
      return no
  }
}

export function emitKeyword(field: TestedField, pattern: Pattern, cased: boolean, emission: Emission): Condition {
  const name = column(field.name)
  if (pattern.length === 1 && pattern[0]?.kind === 'any') return comparison(`${name} IS NOT NULL`, true)
  const whole = literal(pattern)
  const spelt = whole === undefined ? undefined : speltOneWay(whole, pattern, cased, field.info)
  if (spelt !== undefined) return equals(field, spelt)
  return emitForm(name, pattern, cased, field, emission)
}

/** Whether the text, or any of several, has the form. */
function emitForm(text: string, pattern: Pattern, cased: boolean, field: TestedField, emission: Emission): Condition {
  const { multi } = field.info
  const takes = multi
    ? isPatternDeterminable([any, ...pattern, any], cased, JOINED.states)
    : isPatternDeterminable(pattern, cased)
  if (!takes) emission.refuse(INTRICATE, field.span, SHORTER)
  if (!multi) return regex(text, patternRegex(pattern, cased), field, emission)
  return regex(joinedValues(text), anyOfJoinedRegex(pattern, cased), field, emission)
}

const SHORTER = 'cut it to its telling part'

function asText(field: TestedField): string {
  return `TO_STRING(${column(field.name)})`
}

/** The only way in which the value can be written where it matches; undefined when case makes several. */
function speltOneWay(whole: string, pattern: Pattern, cased: boolean, info: FieldInfo): string | undefined {
  if (cased || !hasCase(pattern)) return whole
  return info.values?.find((value) => value === whole.toLowerCase())
}

/** A set with one more value has the same size only when the value was in it. */
export function equals(field: TestedField, value: string): Condition {
  // A number in digits may be stored as one.
  const name = /^-?\d+$/.test(value) ? anyText(field) : column(field.name)
  if (!field.info.multi)
    return name === column(field.name) ? equality(name, quote(value)) : comparison(`${name} == ${quote(value)}`)
  return comparison(`MV_COUNT(MV_DEDUPE(MV_APPEND(${name}, ${quote(value)}))) == MV_COUNT(MV_DEDUPE(${name}))`)
}

/** A longer expression than the index takes is asked of a text that was computed, which the index does not know. */
function regex(subject: string, source: string, field: TestedField, emission: Emission): Condition {
  if (source.length > LONGEST_COMPUTED)
    emission.refuse(`a pattern of more than ${LONGEST_COMPUTED} characters as an expression`, field.span, SHORTER)
  const indexed = source.length <= LONGEST_REGEX || subject !== column(field.name)
  return comparison(`${indexed ? subject : `CONCAT(${subject}, "")`} RLIKE ${quote(source)}`)
}

/** Whether a pattern is that of a word; only asked of `true` and `false`. */
export function matchesWord(pattern: Pattern, cased: boolean, word: string): boolean {
  const source = pattern.map((part) => {
    if (part.kind === 'any') return '.*'
    return part.kind === 'one' ? '.' : part.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, cased ? 'su' : 'isu').test(word)
}
