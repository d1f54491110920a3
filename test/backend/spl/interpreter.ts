import { evaluate, type Row, type Value } from './expression.ts'

/** What the search looks at, as `addinfo` tells it: seconds since 1970. Rows outside of it are not left out. */
export interface Span {
  readonly earliest: string
  readonly latest: string
}

const WHOLE: Span = { earliest: '0.000', latest: '+Infinity' }

/**
 * A stand-in for Splunk, which runs nowhere near these tests: exactly the commands and functions that detpack emits, by
 * Splunk's documentation. Anything else throws. It rests on documentation alone that
 *
 * - `search` compares without case, `where` and `by` with it; a comparison with null is not true, and `if` takes its
 *   last part then;
 * - numeric texts compare as numbers, other texts by their characters, in `where`, `min` and `max` alike;
 * - `dedup` keeps the first row in the present order and drops rows that lack a field; `mvexpand` copies the rest;
 * - `streamstats` with `window` and `global=f` counts the rows of each group, rows without a value among them, and
 *   drops no row; its sums of whole numbers are exact; with `current=f` the first row of a group gets no value;
 * - `sort 0` and `reverse` lose no row;
 * - `_bkt` and `_cd` together name an event, `sha256` gives lower-case hex, and `split` keeps empty parts.
 */
export function runSpl(text: string, input: readonly Row[], span: Span = WHOLE): readonly Row[] {
  const [base = '', ...commands] = text.split('\n| ')
  let rows: readonly Row[] = input.map((row) => new Map(row)).filter((row) => isSearched(base, row))
  for (const command of commands) rows = run(command, rows, span)
  return rows
}

/** The terms of the base search after index and sourcetype: `(field="text" OR …)`, compared without case. */
function isSearched(base: string, row: Row): boolean {
  const terms = / \((.*)\)$/.exec(base)?.[1]
  if (terms === undefined) return true
  return terms.split(' OR ').some((term) => {
    const [, field = '', value = ''] = /^([\w.]+)="(\w+)"$/.exec(term) ?? []
    if (field === '') throw new Error(`no term ${term}`)
    const held = row.get(field) ?? null
    return held !== null && String(held).toLowerCase() === value.toLowerCase()
  })
}

function run(command: string, rows: readonly Row[], span: Span): readonly Row[] {
  const [, name = '', rest = ''] = /^(\w+) ?(.*)$/s.exec(command) ?? []
  switch (name) {
    case 'eval':
      for (const row of rows)
        for (const each of topLevel(rest)) {
          const [, field = '', expression = ''] = /^(\w+)=(.*)$/s.exec(each) ?? []
          row.set(field, evaluate(expression, row))
        }
      return rows
    case 'where':
      return rows.filter((row) => evaluate(rest, row) === true)
    case 'dedup': {
      const seen = new Set<string>()
      const fields = rest.split(' ')
      return rows.filter((row) => {
        const values = fields.map((field) => row.get(field) ?? null)
        const key = JSON.stringify(values)
        if (values.includes(null) || seen.has(key)) return false
        seen.add(key)
        return true
      })
    }
    case 'mvexpand':
      return rows.flatMap((row) => {
        const value = row.get(rest) ?? null
        return Array.isArray(value) ? value.map((one: string) => new Map([...row, [rest, one]])) : [row]
      })
    case 'reverse':
      return [...rows].reverse()
    case 'sort':
      return sorted(rows, rest)
    case 'streamstats':
      streamstats(rows, rest)
      return rows
    case 'addinfo':
      for (const row of rows) row.set('info_min_time', span.earliest).set('info_max_time', span.latest)
      return rows
    case 'fields':
      for (const row of rows) for (const field of [...row.keys()]) if (field.startsWith('dp_')) row.delete(field)
      return rows
    default:
      throw new Error(`no command ${command}`)
  }
}

/** Splits at commas outside parentheses and quotes. */
function topLevel(text: string): readonly string[] {
  const parts = ['']
  let depth = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|[^"']/gs)) {
    if (token === '(') depth++
    if (token === ')') depth--
    if (token === ',' && depth === 0) parts.push('')
    else parts.push((parts.pop() ?? '') + token)
  }
  return parts.map((part) => part.trim())
}

function sorted(rows: readonly Row[], rest: string): readonly Row[] {
  const [limit, ...fields] = rest.split(' ')
  if (limit !== '0') throw new Error('sort without 0 loses rows')
  return [...rows].sort((a, b) => {
    for (const field of fields) {
      const order = compareBy(field.slice(1), a, b)
      if (order !== 0) return field.startsWith('-') ? -order : order
    }
    return 0
  })
}

/** `str(field)` by characters, a bare field by size; what sort does with other values by itself must not matter. */
function compareBy(field: string, a: Row, b: Row): number {
  const [, name] = /^str\((\w+)\)$/.exec(field) ?? []
  if (name !== undefined) {
    const [one, two] = [String(a.get(name)), String(b.get(name))]
    return one < two ? -1 : Number(one > two)
  }
  const order = Number(a.get(field)) - Number(b.get(field))
  if (Number.isNaN(order)) throw new Error(`not a number: ${field}`)
  return order
}

function streamstats(rows: readonly Row[], rest: string): void {
  const [what = '', keys = ''] = rest.split(' by ')
  const window = Number(/window=(\d+)/.exec(what)?.[1] ?? Infinity)
  const earlier = what.includes('current=f')
  const outputs = [...what.matchAll(/(?:(min|max|sum)\((\w+)\)|(count)) AS (\w+)/g)]
  const seen = new Map<string, Row[]>()
  for (const row of rows) {
    const by = keys === '' ? [] : keys.split(' ').map((field) => row.get(field) ?? null)
    // What becomes of a row without a group is not documented, so it must not come.
    if (by.includes(null) || by.some(Array.isArray)) throw new Error(`no single group in ${rest}`)
    const key = JSON.stringify(by)
    const before = seen.get(key) ?? []
    seen.set(key, before)
    const over = (earlier ? before : [...before, row]).slice(-window)
    const results = outputs.map(([, kind, field = '', count, as = '']) => {
      if (count !== undefined) return [as, over.length] as const
      const values = over.map((each) => each.get(field) ?? null)
      return [as, kind === 'sum' ? total(values) : extreme(values, kind === 'max')] as const
    })
    before.push(new Map(row))
    for (const [as, value] of results) row.set(as, value)
  }
}

function total(values: readonly Value[]): Value {
  const numbers = values.filter((value) => value !== null).map(Number)
  if (!numbers.every(Number.isSafeInteger)) throw new Error(`a sum of more than whole numbers: ${values.join()}`)
  return numbers.length === 0 ? null : numbers.reduce((sum, each) => sum + each, 0)
}

/** Texts by their characters, numbers by size; a digits-only text would be taken for a number, so it must not come. */
function extreme(values: readonly Value[], greatest: boolean): Value {
  let best: Value = null
  for (const value of values) {
    if (value === null) continue
    if (typeof value === 'string' && /^[\d.]+$/.test(value))
      throw new Error(`a text that Splunk takes for a number: ${value}`)
    if (best === null || (greatest ? value > best : value < best)) best = value
  }
  return best
}
