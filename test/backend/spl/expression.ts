import { createHash } from 'node:crypto'

/** A value of a Splunk field: text or number, several texts, or none. */
export type Value = string | number | readonly string[] | null | boolean
export type Row = Map<string, Value>

/** Evaluates the `eval` expressions that detpack emits, by the Splunk reference; anything else throws. */
export function evaluate(expression: string, row: Row): Value {
  const reader = new Reader(tokens(expression), row)
  const value = reader.either()
  reader.end()
  return value
}

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*")|('[^']*')|(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(==|!=|<=|>=|[<>().,+*/-]))/y

function tokens(text: string): readonly string[] {
  const found: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) throw new Error(`no token at ${text.slice(at)}`)
    found.push(match[0].trim())
  }
  return found
}

function numeric(value: Value): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : null
}

function textOf(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new Error(`no text: ${String(value)}`)
}

class Reader {
  readonly #tokens: readonly string[]
  readonly #row: Row
  #at = 0

  constructor(all: readonly string[], row: Row) {
    this.#tokens = all
    this.#row = row
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Error(`left over: ${this.#tokens.slice(this.#at).join(' ')}`)
  }

  either(): Value {
    let value = this.#both()
    while (this.#take('OR')) {
      const right = this.#both()
      value = value === true || right === true ? true : value === null || right === null ? null : false
    }
    return value
  }

  #both(): Value {
    let value = this.#negation()
    while (this.#take('AND')) {
      const right = this.#negation()
      value = value === false || right === false ? false : value === null || right === null ? null : true
    }
    return value
  }

  #negation(): Value {
    if (!this.#take('NOT')) return this.#comparison()
    const value = this.#negation()
    return value === null ? null : value !== true
  }

  #comparison(): Value {
    const left = this.#sum()
    const operator = this.#tokens[this.#at] ?? ''
    if (!['==', '!=', '<', '<=', '>', '>='].includes(operator)) return left
    this.#at++
    return compare(left, operator, this.#sum())
  }

  #sum(): Value {
    let value = this.#product()
    for (;;) {
      if (this.#take('.')) {
        const right = this.#product()
        value = value === null || right === null ? null : textOf(value) + textOf(right)
      } else if (this.#take('+')) value = calculate(value, this.#product(), (a, b) => a + b)
      else if (this.#take('-')) value = calculate(value, this.#product(), (a, b) => a - b)
      else return value
    }
  }

  #product(): Value {
    let value = this.#primary()
    for (;;) {
      if (this.#take('*')) value = calculate(value, this.#primary(), (a, b) => a * b)
      else if (this.#take('/')) value = calculate(value, this.#primary(), (a, b) => a / b)
      else return value
    }
  }

  #primary(): Value {
    const token = this.#tokens[this.#at++] ?? ''
    if (token === '-') return calculate(0, this.#primary(), (a, b) => a - b)
    if (token === '(') {
      const value = this.either()
      this.#expect(')')
      return value
    }
    if (token.startsWith('"')) return token.slice(1, -1).replace(/\\([\\"])/g, '$1')
    if (token.startsWith("'")) return this.#row.get(token.slice(1, -1)) ?? null
    if (/^\d/.test(token)) return Number(token)
    if (!this.#take('(')) return this.#row.get(token) ?? null
    const values: Value[] = []
    if (!this.#take(')')) {
      do values.push(this.either())
      while (this.#take(','))
      this.#expect(')')
    }
    return call(token, values)
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at++
    return true
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new Error(`expected ${token}`)
  }
}

/** Numeric texts compare as numbers; with null nothing is known. */
function compare(left: Value, operator: string, right: Value): Value {
  if (left === null || right === null) return null
  const [a, b] = [numeric(left), numeric(right)]
  const order =
    a !== null && b !== null ? a - b : textOf(left) < textOf(right) ? -1 : Number(textOf(left) !== textOf(right))
  if (operator === '==') return order === 0
  if (operator === '!=') return order !== 0
  if (operator.startsWith('<')) return order < 0 || (operator === '<=' && order === 0)
  return order > 0 || (operator === '>=' && order === 0)
}

function calculate(left: Value, right: Value, by: (a: number, b: number) => number): Value {
  const [a, b] = [numeric(left), numeric(right)]
  return a === null || b === null ? null : by(a, b)
}

function list(value: Value): readonly string[] {
  if (value === null) return []
  return Array.isArray(value) ? (value as readonly string[]) : [textOf(value)]
}

function call(name: string, values: readonly Value[]): Value {
  const [first = null, second = null, third = null] = values
  switch (name) {
    case 'null':
      return null
    case 'isnull':
      return first === null
    case 'isnotnull':
      return first !== null
    case 'if':
      return first === true ? second : third
    case 'case': {
      for (let at = 0; at < values.length; at += 2) if (values[at] === true) return values[at + 1] ?? null
      return null
    }
    case 'coalesce':
      return values.find((value) => value !== null) ?? null
    case 'tonumber':
      return numeric(first)
    case 'floor':
      return Math.floor(numeric(first) ?? NaN)
    case 'ceiling':
      return Math.ceil(numeric(first) ?? NaN)
    case 'min':
    case 'max': {
      // What becomes of null beside values is not documented, so it must not come.
      if (values.includes(null)) throw new Error(`null in ${name}`)
      const better = name === 'min' ? '<' : '>'
      return values.reduce((best, value) => (compare(value, better, best) === true ? value : best))
    }
    case 'nullif':
      return compare(first, '==', second) === true ? null : first
    case 'split': {
      if (first === null) return null
      const parts = textOf(first).split(textOf(second))
      return parts.length === 1 ? (parts[0] ?? null) : parts
    }
    case 'mvjoin':
      return first === null ? null : list(first).join(textOf(second))
    case 'mvsort':
      return first === null ? null : [...list(first)].sort(byCodeUnit)
    case 'mvindex': {
      const all = list(first)
      return all.at(Number(second)) ?? null
    }
    case 'urldecode':
      return decodeURIComponent(textOf(first))
    case 'sha256':
      return first === null ? null : createHash('sha256').update(textOf(first)).digest('hex')
    case 'now':
      return 4_000_000_000
    case 'substr':
      return first === null
        ? null
        : textOf(first).slice(Number(second) - 1, third === null ? undefined : Number(second) - 1 + Number(third))
    case 'printf':
      return textOf(first)
        .replaceAll('%015.0f', () => '@')
        .split('@')
        .flatMap((part, at) => (at === 0 ? [part] : [String(values[at]).padStart(15, '0'), part]))
        .join('')
    case 'mvappend': {
      const all = values.flatMap(list)
      return all.length === 0 ? null : all.length === 1 ? (all[0] ?? null) : all
    }
    case 'mvdedup':
      return first === null ? null : [...new Set(list(first))]
    case 'mvfind': {
      const at = list(first).findIndex((value) => pcre(textOf(second)).test(value))
      return at < 0 ? null : at
    }
    default:
      throw new Error(`no function ${name}`)
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** The PCRE that detpack emits, as JavaScript: flags in front, `\z`, and atomic groups by look-ahead. */
export function pcre(source: string): RegExp {
  const flags = /^\(\?([is]+)\)/.exec(source)
  let text = source
    .slice(flags?.[0].length ?? 0)
    .replaceAll('\\z', '$')
    .replaceAll('\\A', '^')
  for (let group = 1, at = text.indexOf('(?>'); at >= 0; group++, at = text.indexOf('(?>', at)) {
    let end = at + 3
    for (let open = 1; open > 0; end++) {
      if (text[end] === '\\') end++
      else if (text[end] === '(') open++
      else if (text[end] === ')') open--
    }
    text = `${text.slice(0, at)}(?=(${text.slice(at + 3, end - 1)}))\\${group}${text.slice(end)}`
  }
  return new RegExp(text, flags?.[1] ?? '')
}
