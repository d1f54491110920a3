/** A text as an ES|QL string: the language knows these five escapes and no others. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"\n\r\t]/g, (character) => ESCAPES[character] ?? character)}"`
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A field or column name, in backquotes where a part of it is no plain identifier. */
export function column(name: string): string {
  if (PLAIN.test(name) && !name.split('.').some((part) => RESERVED.has(part.toLowerCase()))) return name
  return `\`${name.replaceAll('`', '``')}\``
}

const PLAIN = /^[A-Za-z_@][A-Za-z0-9_]*(\.[A-Za-z_@][A-Za-z0-9_]*)*$/

/** Words that the grammar reads as something else where a name may stand. */
const RESERVED: ReadonlySet<string> = new Set([
  'and',
  'as',
  'asc',
  'by',
  'desc',
  'false',
  'first',
  'in',
  'is',
  'last',
  'like',
  'limit',
  'not',
  'null',
  'nulls',
  'on',
  'or',
  'rlike',
  'true',
  'where',
  'with',
])

/** A number as ES|QL reads it; one outside the range of a long becomes a double. */
export function number(value: number): string {
  return Number.isSafeInteger(value) || /[.e]/.test(String(value)) ? String(value) : value.toExponential()
}

/** The character U+0000, which no id and no key has; a string cannot hold it otherwise. */
export const NUL = 'FROM_BASE64("AA==")'

/** Behind the end of every list; the server adds to it, so it is not the greatest integer. */
export const FAR = '1000000000'
