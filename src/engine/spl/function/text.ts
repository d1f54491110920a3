import { replacementOf } from '../regex.ts'
import { numberOf, textOf, type Value } from '../value.ts'
import { readFormat } from './printf.ts'
import { regexFunction } from './regex-argument.ts'
import { constantText, eachText, ofText, plain, required, type EvalFunctions } from './spec.ts'

const BLANKS = ' \t'

export const textFunctions: EvalFunctions = {
  len: ofText((text) => Array.from(text).length),
  lower: ofText((text) => text.toLowerCase()),
  upper: ofText((text) => text.toUpperCase()),
  trim: plain(1, 2, (value = null, set = BLANKS) => trimmed(value, set, true, true)),
  ltrim: plain(1, 2, (value = null, set = BLANKS) => trimmed(value, set, true, false)),
  rtrim: plain(1, 2, (value = null, set = BLANKS) => trimmed(value, set, false, true)),
  substr: plain(2, 3, (value = null, start = null, length?: Value) => {
    const from = numberOf(start)
    const count = length === undefined ? Infinity : numberOf(length)
    if (from === undefined || count === undefined) return null
    return eachText(value, (text) => part(text, from, count))
  }),
  replace: {
    ...regexFunction(3, 'value', (regex, value, by) => {
      const written = textOf(by)
      if (written === null) return null
      const replacement = replacementOf(written)
      return eachText(value, (text) => regex.matcher(text).replaceAll(replacement))
    }),
  },
  urldecode: ofText(urlDecode),
  printf: {
    least: 1,
    most: Infinity,
    gives: 'value',
    prepare: (of, compiler) => {
      const [first, ...parts] = of.map((each) => compiler.compile(each))
      const constant = constantText(of[0])
      const fixed = constant === undefined ? undefined : readFormat(constant)
      if (fixed && 'unknown' in fixed)
        return compiler.fail(required(of, 0), { message: `"printf" does not know "${fixed.unknown}"` })
      return (fields, run) => {
        const values = parts.map((each) => each(fields, run))
        if (fixed) return fixed(values)
        const pattern = textOf(first?.(fields, run) ?? null)
        const format = pattern === null ? undefined : readFormat(pattern)
        return format === undefined || 'unknown' in format ? null : format(values)
      }
    },
  },
  tostring: plain(1, 2, (value = null, form?: Value) => toText(value, form === undefined ? null : textOf(form))),
  tonumber: plain(1, 2, (value = null, base = 10) => {
    if (typeof value === 'number') return value
    if (typeof value !== 'string') return null
    return base === 10 ? (numberOf(value) ?? null) : readNumber(value, numberOf(base) ?? 0)
  }),
  ipmask: plain(2, 2, (mask = null, address = null) => masked(textOf(mask), textOf(address))),
}

function trimmed(value: Value, set: Value, left: boolean, right: boolean): Value {
  const characters = new Set(textOf(set) ?? '')
  return eachText(value, (text) => {
    let [start, end] = [0, text.length]
    while (left && start < end && characters.has(text[start] ?? '')) start++
    while (right && end > start && characters.has(text[end - 1] ?? '')) end--
    return text.slice(start, end)
  })
}

/** From 1; negative places count from the end. */
function part(text: string, from: number, count: number): string {
  const characters = /[\ud800-\udfff]/.test(text) ? Array.from(text) : text
  const start = from > 0 ? from - 1 : Math.max(0, from === 0 ? 0 : characters.length + from)
  const taken = characters.slice(start, count === Infinity ? undefined : start + Math.max(0, count))
  return typeof taken === 'string' ? taken : taken.join('')
}

/** Bytes that are no UTF-8 become `�`, and a `%` without two digits stays. */
function urlDecode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
}

function toText(value: Value, form: string | null): Value {
  if (value === null) return null
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (form === null) return textOf(value)
  const number = numberOf(value)
  if (number === undefined) return textOf(value)
  switch (form) {
    case 'hex':
      return `0x${Math.trunc(number).toString(16).toUpperCase()}`
    case 'commas':
      return withCommas(number)
    case 'duration':
      return duration(number)
    case 'binary':
      return Math.trunc(number).toString(2)
    default:
      return null
  }
}

function withCommas(number: number): string {
  const [whole = '', fraction] = (Number.isInteger(number) ? String(number) : number.toFixed(2)).split('.')
  return whole.replace(/\B(?=(?:\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`)
}

/** `[D+]HH:MM:SS`, with six digits behind the point where there is a fraction. */
export function duration(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds))
  const days = Math.floor(whole / 86_400)
  const clock = [Math.floor((whole % 86_400) / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const fraction = Math.abs(seconds) - whole
  const sign = seconds < 0 ? '-' : ''
  const text = clock.map((each) => String(each).padStart(2, '0')).join(':')
  return `${sign}${days > 0 ? `${days}+` : ''}${text}${fraction > 0 ? fraction.toFixed(6).slice(1) : ''}`
}

function readNumber(text: string, base: number): number | null {
  if (!Number.isInteger(base) || base < 2 || base > 36) return null
  const digits = base === 16 ? text.trim().replace(/^0x/i, '') : text.trim()
  const known = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, base)
  if (digits === '' || !Array.from(digits.toLowerCase()).every((digit) => known.includes(digit))) return null
  return parseInt(digits, base)
}

function masked(mask: string | null, address: string | null): string | null {
  const numbers = (text: string | null): readonly number[] | undefined =>
    text !== null && /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) ? text.split('.').map(Number) : undefined
  const [left, right] = [numbers(mask), numbers(address)]
  if (!left || !right || [...left, ...right].some((each) => each > 255)) return null
  return left.map((each, at) => each & (right[at] ?? 0)).join('.')
}
