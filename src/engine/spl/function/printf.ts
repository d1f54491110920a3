import { numberOf, textOf, type Value } from '../value.ts'

const DIRECTIVE = /%([-+ #0']*)(\*|\d+)?(?:(\.)(\*|\d+)?)?([a-zA-Z%])|%/g

/** Makes a text of values. Those that are no numbers count as 0 where one is wanted. */
export type Format = (values: readonly Value[]) => string

type Part = (take: () => Value) => string

/** Reads the pattern of `printf`; the first directive that is not known. */
export function readFormat(pattern: string): Format | { readonly unknown: string } {
  const parts: (Part | string)[] = []
  let done = 0
  for (const found of pattern.matchAll(DIRECTIVE)) {
    const [whole, flags = '', width, point, precision, letter = ''] = found
    parts.push(pattern.slice(done, found.index))
    done = found.index + whole.length
    if (whole === '%%') parts.push('%')
    else if (!LETTERS.includes(letter) || letter === '') return { unknown: whole }
    else parts.push(part(flags, width, point === undefined ? undefined : (precision ?? '0'), letter))
  }
  parts.push(pattern.slice(done))
  return (values) => {
    let next = 0
    const take = (): Value => values[next++] ?? null
    let text = ''
    for (const each of parts) text += typeof each === 'string' ? each : each(take)
    return text
  }
}

const LETTERS = 'szcdiuoxXpfFeEgG'
const WIDEST = 1000

function part(flags: string, width: string | undefined, precision: string | undefined, letter: string): Part {
  const size = (given: string | undefined, take: () => Value): number | undefined =>
    given === '*' ? (numberOf(take()) ?? 0) : given === undefined ? undefined : Number(given)
  return (take) => {
    const wide = size(width, take) ?? 0
    const digits = size(precision, take)
    return padded(directive(letter, flags, digits, take()), flags, Math.min(wide, WIDEST), letter)
  }
}

function directive(letter: string, flags: string, precision: number | undefined, value: Value): string {
  const number = numberOf(value) ?? 0
  const digits = precision === undefined ? undefined : Math.min(precision, 99)
  switch (letter) {
    case 's':
    case 'z':
      return (textOf(value) ?? '').slice(0, digits)
    case 'c':
      return String.fromCodePoint(Math.min(Math.max(0, Math.trunc(number)), 0x10ffff))
    case 'd':
    case 'i':
    case 'u':
      return signed(grouped(String(Math.abs(Math.trunc(number))).padStart(digits ?? 1, '0'), flags), number < 0, flags)
    case 'o':
      return (flags.includes('#') ? '0' : '') + Math.trunc(number).toString(8)
    case 'x':
    case 'X':
    case 'p': {
      const hex = Math.trunc(number).toString(16)
      const text = (flags.includes('#') || letter === 'p' ? '0x' : '') + hex.padStart(digits ?? 1, '0')
      return letter === 'X' ? text.toUpperCase() : text
    }
    case 'f':
    case 'F': {
      const [whole = '', fraction] = Math.abs(number)
        .toFixed(digits ?? 6)
        .split('.')
      const text = grouped(whole, flags) + (fraction === undefined ? '' : `.${fraction}`)
      return signed(text, number < 0, flags)
    }
    case 'e':
    case 'E': {
      const text = Math.abs(number)
        .toExponential(digits ?? 6)
        .replace(/e([+-])(\d)$/, 'e$10$2')
      return signed(letter === 'E' ? text.toUpperCase() : text, number < 0, flags)
    }
    case 'g':
    case 'G': {
      const text = general(Math.abs(number), digits ?? 6)
      return signed(letter === 'G' ? text.toUpperCase() : text, number < 0, flags)
    }
    default:
      throw new Error(`no directive ${letter}`)
  }
}

function general(number: number, digits: number): string {
  const precision = Math.max(1, digits)
  if (number === 0) return '0'
  const exponent = Math.floor(Math.log10(number))
  if (exponent < -4 || exponent >= precision)
    return number
      .toExponential(precision - 1)
      .replace(/\.?0+e/, 'e')
      .replace(/e([+-])(\d)$/, 'e$10$2')
  const fixed = number.toFixed(Math.min(99, Math.max(0, precision - 1 - exponent)))
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed
}

function grouped(digits: string, flags: string): string {
  return flags.includes("'") ? digits.replace(/\B(?=(?:\d{3})+$)/g, ',') : digits
}

function signed(text: string, negative: boolean, flags: string): string {
  return (negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') + text
}

function padded(text: string, flags: string, width: number, letter: string): string {
  if (flags.includes('-')) return text.padEnd(width)
  if (!flags.includes('0') || letter === 's' || letter === 'c') return text.padStart(width)
  const sign = /^[-+ ]?(?:0[xX])?/.exec(text)?.[0] ?? ''
  return sign + text.slice(sign.length).padStart(width - sign.length, '0')
}
