import { evaluate, type Row, type Value } from './expression.ts'

/** Runs the commands that detpack emits after the base search; input is newest first, as Splunk gives it. */
export function runSpl(text: string, input: readonly Row[]): readonly Row[] {
  const [, ...commands] = text.split('\n| ')
  let rows: readonly Row[] = input.map((row) => new Map(row))
  for (const command of commands) rows = run(command, rows)
  return rows
}

function run(command: string, rows: readonly Row[]): readonly Row[] {
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
    case 'sort':
      return sorted(rows, rest)
    case 'streamstats':
      streamstats(rows, rest)
      return rows
    case 'addinfo':
      for (const row of rows) row.set('info_max_time', '+Infinity')
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
      const order = Number(a.get(field.slice(1))) - Number(b.get(field.slice(1)))
      if (Number.isNaN(order)) throw new Error(`not a number: ${field}`)
      if (order !== 0) return field.startsWith('-') ? -order : order
    }
    return 0
  })
}

function streamstats(rows: readonly Row[], rest: string): void {
  const [what = '', keys = ''] = rest.split(' by ')
  const window = Number(/window=(\d+)/.exec(what)?.[1] ?? Infinity)
  const earlier = what.includes('current=f')
  const outputs = [...what.matchAll(/(?:(min|max)\((\w+)\)|(count)) AS (\w+)/g)]
  const seen = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(keys === '' ? [] : keys.split(' ').map((field) => row.get(field)))
    const before = seen.get(key) ?? []
    seen.set(key, before)
    const over = (earlier ? before : [...before, row]).slice(-window)
    const results = outputs.map(([, kind, field = '', count, as = '']) => {
      if (count !== undefined) return [as, over.length] as const
      return [
        as,
        extreme(
          over.map((each) => each.get(field) ?? null),
          kind === 'max',
        ),
      ] as const
    })
    before.push(new Map(row))
    for (const [as, value] of results) row.set(as, value)
  }
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
