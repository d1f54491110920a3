import { Problem } from '../problem.ts'
import { fold } from '../value/text.ts'
import type { Value } from '../value/value.ts'
import type { Call, EqlFunction, Parameter, Run } from './function.ts'

const source: Parameter = { name: 'source', type: 'text' }
const whole = (name: string): Parameter => ({ name, type: 'whole' })

/** Functions of texts. Positions count UTF-16 units, from 0. */
export const textFunctions: readonly EqlFunction[] = [
  {
    name: 'between',
    folds: true,
    parameters: [
      source,
      { name: 'left', type: 'text' },
      { name: 'right', type: 'text' },
      { name: 'greedy', type: 'truth', optional: true },
    ],
    result: 'keyword',
    prepare: (call) => {
      const cased = casing(call)
      return ([text, left, right, greedy]) => between(String(text), String(left), String(right), greedy === true, cased)
    },
  },
  {
    name: 'concat',
    folds: false,
    parameters: [{ name: 'value', type: 'any' }],
    many: true,
    result: 'keyword',
    prepare: () => (args) => args.join(''),
  },
  pairTest('endsWith', (text, end) => text.endsWith(end)),
  {
    name: 'indexOf',
    folds: true,
    parameters: [source, { name: 'substring', type: 'text' }, { ...whole('start'), optional: true }],
    result: 'long',
    prepare: (call) => {
      const cased = casing(call)
      return ([text, part, start]) => {
        const found = cased(String(text)).indexOf(cased(String(part)), Number(start ?? 0))
        return found === -1 ? null : found
      }
    },
  },
  {
    name: 'length',
    folds: false,
    parameters: [source],
    result: 'long',
    prepare:
      () =>
      ([text]) =>
        String(text).length,
  },
  pairTest('startsWith', (text, start) => text.startsWith(start)),
  {
    name: 'string',
    folds: false,
    parameters: [{ name: 'value', type: 'any' }],
    result: 'keyword',
    prepare:
      () =>
      ([text]) =>
        text ?? null,
  },
  pairTest('stringContains', (text, part) => text !== '' && part !== '' && text.includes(part)),
  {
    name: 'substring',
    folds: false,
    parameters: [source, whole('start'), { ...whole('end'), optional: true }],
    result: 'keyword',
    prepare:
      () =>
      ([text, start, end]) =>
        String(text).slice(Number(start), end === null || end === undefined ? undefined : Number(end)),
  },
  {
    name: 'number',
    folds: false,
    parameters: [source, { ...whole('base'), optional: true }],
    result: 'number',
    prepare:
      (call) =>
      ([text, base]) =>
        numberOf(String(text), base ?? null, call),
  },
]

function pairTest(name: string, test: (text: string, other: string) => boolean): EqlFunction {
  return {
    name,
    folds: true,
    parameters: [source, { name: 'other', type: 'text' }],
    result: 'boolean',
    prepare: (call): Run => {
      const cased = casing(call)
      const [, known] = call.constants
      const other = typeof known === 'string' ? cased(known) : undefined
      return (args) => test(cased(String(args[0])), other ?? cased(String(args[1])))
    },
  }
}

function casing({ folding }: Call): (text: string) => string {
  return folding === null ? (text) => text : (text) => fold(text, folding)
}

/** What stands between the first `left` and the next `right`, or with `greedy` the last one; empty when one is not there. */
function between(text: string, left: string, right: string, greedy: boolean, cased: (text: string) => string): string {
  if (text === '' || left === '' || right === '') return text
  const searched = cased(text)
  const found = searched.indexOf(cased(left))
  if (found === -1) return ''
  const start = found + left.length
  const end = greedy ? searched.lastIndexOf(cased(right)) : searched.indexOf(cased(right), start)
  return end < start ? '' : text.slice(start, end)
}

/** `0x` is read with base 16, and without a base. */
function numberOf(text: string, base: Value | null, call: Call): number {
  const hex = text.startsWith('0x')
  const radix = base === null ? (hex ? 16 : 10) : Number(base)
  const digits = hex && radix === 16 ? text.slice(2) : text
  const number = radix === 10 ? decimal(digits) : inBase(digits, radix)
  if (number !== undefined) return number
  throw new Problem(
    'eql/number',
    `${JSON.stringify(text.slice(0, 80))} is no number of base ${radix}, and Elasticsearch stops the search there`,
    call.span,
  )
}

function decimal(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)([Ee][+-]?\d+)?$/.test(text) ? Number(text) : undefined
}

function inBase(text: string, radix: number): number | undefined {
  if (radix < 2 || radix > 36) return undefined
  const digits = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, radix)
  return new RegExp(`^[+-]?[${digits}]+$`, 'i').test(text) ? Number.parseInt(text, radix) : undefined
}
