import { hash } from 'node:crypto'
import { EvaluationFailure, folded, Misuse, single, type Bound } from '../bound.ts'
import { checked, scalar, whole, type FunctionSpec } from '../function-spec.ts'
import { javaRegex } from '../java-regex.ts'
import { Refusal, typeRefusal } from '../refusal.ts'
import { cell, hasAstral, type Value } from '../value.ts'

/** Positions and lengths count code points. */
function characters(text: string): readonly string[] | string {
  return hasAstral(text) ? Array.from(text) : text
}

function slice(text: string, start: number, end: number): string {
  const all = characters(text)
  return typeof all === 'string' ? all.slice(start, end) : all.slice(start, end).join('')
}

function lengthOf(text: string): number {
  return characters(text).length
}

/** Starts count from 1; 0 is the same as 1, a negative one counts from the end. */
function substring(text: string, start: number, length?: number): string {
  if (length !== undefined && length < 0) throw new Misuse('a length cannot be negative')
  const all = lengthOf(text)
  const from = Math.min(Math.max(0, start > 0 ? start - 1 : start < 0 ? all + start : 0), all)
  return slice(text, from, length === undefined ? all : Math.min(all, from + length))
}

/** From 1; 0 where it is not found. A negative start counts from the end. */
function locate(text: string, part: string, start = 0): number {
  const first = start < 0 ? Math.max(0, lengthOf(text) + start) : Math.max(0, start - 1)
  const from = slice(text, 0, first).length
  const at = text.indexOf(part, from)
  return at === -1 ? 0 : lengthOf(text.slice(0, at)) + 1
}

function concat(...texts: readonly string[]): string {
  const text = texts.join('')
  if (Buffer.byteLength(text) > LONGEST_TEXT) throw new EvaluationFailure('the text is longer than 1 MiB')
  return text
}

/** Bytes that CONCAT and REPEAT make at most. */
const LONGEST_TEXT = 1024 * 1024

/** A text literal is compiled once; REPLACE puts the groups of a match where `$1` stands. */
const replace: FunctionSpec = {
  least: 3,
  most: 3,
  bind(call) {
    const args = checked(call, ['string'])
    const [, expression] = args
    const fixed = typeof expression?.constant?.value === 'string' ? javaRegex(expression.constant.value) : undefined
    if (fixed && 'unsupported' in fixed)
      throw new Refusal('esql/regex', fixed.unsupported, expression?.span ?? call.span)
    const evaluate: Bound['evaluate'] = single(args, call.span, call.failures, (...values) => {
      const [text = '', source = '', by = ''] = values as string[]
      const compiled = fixed ?? javaRegex(source)
      if ('unsupported' in compiled) throw new EvaluationFailure(compiled.unsupported)
      return compiled.replaceAll(text, by)
    })
    return folded({ type: 'keyword', span: call.span, evaluate }, args)
  },
}

const concatenation: FunctionSpec = {
  ...scalar(['string', 'string'], 'keyword', concat),
  least: 1,
  most: Infinity,
}

/** Some algorithms by the names that Java and Node.js both know. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  md5: 'md5',
  'sha-1': 'sha1',
  sha1: 'sha1',
  'sha-256': 'sha256',
  'sha-512': 'sha512',
  'sha-384': 'sha384',
  'sha-224': 'sha224',
}

const digest: FunctionSpec = {
  least: 2,
  most: 2,
  bind(call) {
    const args = checked(call, ['string'])
    const evaluate: Bound['evaluate'] = single(args, call.span, call.failures, (algorithm, text) => {
      const known = ALGORITHMS[(algorithm as string).toLowerCase()]
      if (known === undefined) throw new Misuse(`there is no algorithm "${String(algorithm)}"`)
      return hash(known, text as string)
    })
    return folded({ type: 'keyword', span: call.span, evaluate }, args)
  },
}

function fromBase64(text: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1)
    throw new EvaluationFailure(`"${text}" is no base64`)
  return Buffer.from(text, 'base64').toString('utf8')
}

function trimmed(side: 'start' | 'end' | 'both'): (text: string) => string {
  return (text) => {
    const start = side === 'end' ? text : text.replace(/^[\s\u001c-\u001f]+/u, '')
    return side === 'start' ? start : start.replace(/[\s\u001c-\u001f]+$/u, '')
  }
}

const ONE_BYTE = 'the delimiter of SPLIT is one ASCII character'

function split(text: string, by: string): Value {
  if (Buffer.byteLength(by) !== 1) throw new EvaluationFailure(ONE_BYTE)
  return cell(text.split(by))
}

export const textFunctions: Readonly<Record<string, FunctionSpec>> = {
  concat: concatenation,
  length: scalar(['string'], 'integer', lengthOf),
  byte_length: scalar(['string'], 'integer', (text: string) => Buffer.byteLength(text)),
  bit_length: scalar(['string'], 'integer', (text: string) => 8 * Buffer.byteLength(text)),
  substring: scalar(['string', 'integer', 'integer'], 'keyword', substring, 1),
  left: scalar(['string', 'integer'], 'keyword', (text: string, length: number) => slice(text, 0, Math.max(0, length))),
  right: scalar(['string', 'integer'], 'keyword', (text: string, length: number) =>
    slice(text, Math.max(0, lengthOf(text) - Math.max(0, length)), lengthOf(text)),
  ),
  locate: scalar(['string', 'string', 'integer'], 'integer', locate, 1),
  starts_with: scalar(['string', 'string'], 'boolean', (text: string, part: string) => text.startsWith(part)),
  ends_with: scalar(['string', 'string'], 'boolean', (text: string, part: string) => text.endsWith(part)),
  to_lower: whole(['string'], 'keyword', ([text]) => mapped(text ?? null, (one) => one.toLowerCase())),
  to_upper: whole(['string'], 'keyword', ([text]) => mapped(text ?? null, (one) => one.toUpperCase())),
  trim: scalar(['string'], 'keyword', trimmed('both')),
  ltrim: scalar(['string'], 'keyword', trimmed('start')),
  rtrim: scalar(['string'], 'keyword', trimmed('end')),
  reverse: scalar(['string'], 'keyword', (text: string) => Array.from(text).reverse().join('')),
  repeat: scalar(['string', 'integer'], 'keyword', (text: string, count: number) => {
    if (count < 0) throw new EvaluationFailure('a number of repetitions cannot be negative')
    if (Buffer.byteLength(text) * count > LONGEST_TEXT) throw new EvaluationFailure('the text is longer than 1 MiB')
    return text.repeat(count)
  }),
  space: scalar(['integer'], 'keyword', (count: number) => {
    if (count < 0 || count > LONGEST_TEXT) throw new EvaluationFailure('that is no number of spaces')
    return ' '.repeat(count)
  }),
  replace,
  split: {
    least: 2,
    most: 2,
    bind(call) {
      const by = call.args[1]?.constant?.value
      if (typeof by === 'string' && Buffer.byteLength(by) !== 1)
        throw typeRefusal(ONE_BYTE, call.args[1]?.span ?? call.span)
      return scalar(['string', 'string'], 'keyword', split).bind(call)
    },
  },
  hash: digest,
  md5: scalar(['string'], 'keyword', (text: string) => hash('md5', text)),
  sha1: scalar(['string'], 'keyword', (text: string) => hash('sha1', text)),
  sha256: scalar(['string'], 'keyword', (text: string) => hash('sha256', text)),
  to_base64: scalar(['string'], 'keyword', (text: string) => Buffer.from(text).toString('base64')),
  from_base64: scalar(['string'], 'keyword', fromBase64),
}

function mapped(value: Value, map: (text: string) => string): Value {
  if (value === null) return null
  return Array.isArray(value) ? (value as readonly string[]).map(map) : map(value as string)
}
