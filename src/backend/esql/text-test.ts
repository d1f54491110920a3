import { literal, type Pattern } from '../../ir/pattern.ts'
import type { FieldInfo } from '../../mapping/mapping.ts'
import { comparison, no, or, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column, number, quote } from './literal.ts'
import { several, type TestedField } from './tested-field.ts'
import { anyOfJoinedRegex, hasCase, joinedValues, patternRegex } from './text-pattern.ts'

/** Elasticsearch refuses longer ones (`index.max_regex_length`, 1,000 by default). */
const LONGEST_REGEX = 1000
/** After a `*`, each `?` may double the states of the automaton; Elasticsearch gives up at some 13. */
const MOST_SINGLES = 8

/** The whole value as text: of a number or a boolean, its JSON. */
export function emitText(field: TestedField, pattern: Pattern, cased: boolean, emission: Emission): Condition {
  const { info } = field
  const whole = literal(pattern)
  switch (info.type) {
    case 'keyword':
      return emitKeyword(field, pattern, cased, emission)
    case 'long': {
      if (several(field, emission)) return no
      if (whole === undefined)
        return regex(`TO_STRING(${column(field.name)})`, patternRegex(pattern, cased), field, emission)
      const exact = /^(0|-?[1-9]\d*)$/.test(whole) && Number.isSafeInteger(Number(whole))
      return exact ? comparison(`${column(field.name)} == ${whole}`) : no
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
      if (several(field, emission)) return no
      return or(
        [true, false]
          .filter((value) => matches(pattern, cased, String(value)))
          .map((value) => comparison(`${column(field.name)} == ${value}`)),
      )
    case 'ip':
      if (several(field, emission)) return no
      if (whole !== undefined && /^\d{1,3}(\.\d{1,3}){3}$/.test(whole))
        return comparison(`TO_STRING(${column(field.name)}) == ${quote(whole)}`)
      return regex(`TO_STRING(${column(field.name)})`, patternRegex(pattern, cased), field, emission)
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
  if (spelt !== undefined) return equals(name, spelt, field.info)
  if (!field.info.multi) return regex(name, patternRegex(pattern, cased), field, emission, singles(pattern))
  // Where the value begins is open, as if a "*" stood before it.
  const doubling = pattern.filter((part) => part.kind === 'one').length
  return regex(joinedValues(name), anyOfJoinedRegex(pattern, cased), field, emission, doubling)
}

/** The only way in which the value can be written where it matches; undefined when case makes several. */
function speltOneWay(whole: string, pattern: Pattern, cased: boolean, info: FieldInfo): string | undefined {
  if (cased || !hasCase(pattern)) return whole
  return info.values?.find((value) => value === whole.toLowerCase())
}

/** A set with one more value has the same size only when the value was in it. */
export function equals(name: string, value: string, info: FieldInfo): Condition {
  if (!info.multi) return comparison(`${name} == ${quote(value)}`)
  return comparison(`MV_COUNT(MV_DEDUPE(MV_APPEND(${name}, ${quote(value)}))) == MV_COUNT(MV_DEDUPE(${name}))`)
}

/** How many `?` stand behind the first `*`. */
function singles(pattern: Pattern): number {
  const first = pattern.findIndex((part) => part.kind === 'any')
  return first === -1 ? 0 : pattern.slice(first).filter((part) => part.kind === 'one').length
}

function regex(subject: string, source: string, field: TestedField, emission: Emission, doubling = 0): Condition {
  if (source.length > LONGEST_REGEX)
    emission.refuse(
      `so long a text without regard to case (${LONGEST_REGEX} characters as a regular expression)`,
      field.span,
    )
  if (doubling > MOST_SINGLES) emission.refuse(`more than ${MOST_SINGLES} "?" behind a "*"`, field.span)
  return comparison(`${subject} RLIKE ${quote(source)}`)
}

/** Whether a pattern is that of a word; only asked of `true` and `false`. */
function matches(pattern: Pattern, cased: boolean, word: string): boolean {
  const source = pattern.map((part) => {
    if (part.kind === 'any') return '.*'
    return part.kind === 'one' ? '.' : part.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, cased ? 'su' : 'isu').test(word)
}
