import { RE2JS } from 're2js'
import type { Comparison } from '../expression/tree.ts'
import { inRange, rangeOf } from '../function/condition.ts'
import type { Fields } from '../row.ts'
import type { Run } from '../run.ts'
import { relativeTime } from '../time/modifier.ts'
import { compareSingles, compareTexts, numberOf, singlesOf, textOf, type Single } from '../value.ts'
import { wildcard } from '../wildcard.ts'
import type { FieldSearch, Search } from './tree.ts'

export type Match = (fields: Fields) => boolean

/** Where events lie, which events themselves do not say here; so these terms are true of events without the field. */
const STORE: ReadonlySet<string> = new Set(['index', 'sourcetype', 'source', 'splunk_server', 'eventtype'])

/**
 * Makes a search ready for rows. Values are compared without case, `*` stands for any characters, numbers compare by
 * size; `!=` needs a value, `NOT` does not. Of several values any may make it true.
 *
 * @param subsearches the searches that the subsearches have given, by number
 */
export function matchSearch(search: Search, run: Run, subsearches: (number: number) => Search): Match {
  switch (search.kind) {
    case 'all': {
      const of = search.of.map((each) => matchSearch(each, run, subsearches))
      return (fields) => of.every((each) => each(fields))
    }
    case 'any': {
      const of = search.of.map((each) => matchSearch(each, run, subsearches))
      return (fields) => of.some((each) => each(fields))
    }
    case 'not': {
      const of = matchSearch(search.of, run, subsearches)
      return (fields) => !of(fields)
    }
    case 'term':
      return matchTerm(search.text, search.cased)
    case 'field':
      return matchField(search)
    case 'time': {
      const bound = relativeTime(run.now, search.modifier) ?? run.now
      return (fields) => {
        const time = numberOf(fields.get('_time'))
        if (time === undefined) return false
        return search.of === 'earliest' ? time >= bound : time < bound
      }
    }
    case 'subsearch':
      return matchSearch(subsearches(search.number), run, subsearches)
  }
}

/** A phrase in the raw text, between marks or the ends of it: words are not cut. A star stays within blanks. */
function matchTerm(text: string, cased: boolean): Match {
  const parts = text.split(/\*+/)
  const edge = '[^\\p{L}\\p{N}]'
  const before = text.startsWith('*') ? '' : `(?:^|${edge})`
  const after = text.endsWith('*') ? '' : `(?:$|${edge})`
  const body = parts.map((part) => RE2JS.quote(part)).join('\\S*?')
  const form = RE2JS.compile(before + body + after, cased ? 0 : RE2JS.CASE_INSENSITIVE)
  // Most texts are told by the longest part alone.
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '')
  const wanted = cased ? longest : longest.toLowerCase()
  return (fields) => {
    const raw = textOf(fields.get('_raw'))
    return raw !== null && (cased ? raw : raw.toLowerCase()).includes(wanted) && form.test(raw)
  }
}

function matchField({ name, operator, values, cased }: FieldSearch): Match {
  const tests = values.map((value) => singleTest(operator, value, cased))
  const absent = STORE.has(name) && operator === '=='
  return (fields) => {
    const held = fields.get(name)
    if (held === null) return absent
    return singlesOf(held).some((each) => tests.some((test) => test(each)))
  }
}

function singleTest(operator: Comparison, value: string, cased: boolean): (held: Single) => boolean {
  if (operator === '!=') {
    const equal = singleTest('==', value, cased)
    return (held) => !equal(held)
  }
  if (operator === '==') {
    const form = wildcard(value, !cased)
    if (form) return (held) => form(String(held))
    const number = numberOf(value)
    const range = value.includes('/') ? rangeOf(value) : undefined
    const wanted = cased ? value : value.toLowerCase()
    return (held) => {
      if ((cased ? String(held) : String(held).toLowerCase()) === wanted) return true
      if (number !== undefined) return numberOf(held) === number
      return range !== undefined && inRange(String(held), range)
    }
  }
  const bound: Single = numberOf(value) ?? value
  return (held) => {
    const order =
      typeof bound === 'number' && numberOf(held) === undefined
        ? compareTexts(String(held), value)
        : compareSingles(held, bound)
    if (operator === '<') return order < 0
    if (operator === '<=') return order <= 0
    return operator === '>' ? order > 0 : order >= 0
  }
}
