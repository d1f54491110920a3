import { error } from '../../diagnostic/diagnostic.ts'
import type { MapReader } from '../../diagnostic/map-reader.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { pattern, text, type Pattern } from '../../ir/pattern.ts'
import type { ValueTest } from '../../ir/predicate.ts'
import { parseTextValue } from '../../ir/written-pattern.ts'
import { decodeRegex } from './decode-regex.ts'
import { placedPattern, writtenPattern, type Detection, type Item, type Value } from './detection.ts'
import type { Diagnostics, ProcessingItem, Transformation, TransformationDecoder } from './pipeline.ts'
import type { ProcessedRule } from './processed-rule.ts'
import { plainOf, plainText, testOf } from './plain-value.ts'

/** Transformations of values. Where modifiers made several forms of a value, each form is changed. */
export const VALUE_TRANSFORMATIONS: Readonly<Record<string, TransformationDecoder>> = {
  replace_string(reader, diagnostics) {
    reader.require('replacement')
    const expression = decodeRegex(reader, 'regex', diagnostics)
    const replacement = reader.text('replacement') ?? ''
    const skipSpecial = reader.boolean('skip_special') ?? false
    const interpretSpecial = reader.boolean('interpret_special') ?? false
    if (expression === undefined) return undefined
    const replace = (of: string): string => expression.substitute(replacement, of)
    return onTexts((of) => {
      if (!skipSpecial) return [parseTextValue(replace(plainText(of)).replace(/\\(?![*?])/g, '\\\\'))]
      const parts = of.flatMap((part) => {
        if (part.kind !== 'text') return [part]
        const replaced = replace(part.text)
        return interpretSpecial ? parseTextValue(replaced) : [text(replaced)]
      })
      return [pattern(...parts)]
    }, 'numbers too')
  },
  map_string(reader) {
    reader.require('mapping')
    const mapping = new Map<string, readonly string[]>()
    for (const { key, value } of reader.map('mapping')?.entries ?? []) {
      const nodes = value.kind === 'list' ? value.items : [value]
      const texts = nodes.map((node) => (node.kind === 'scalar' && node.value !== null ? node.text : undefined))
      if (texts.every((each) => each !== undefined)) mapping.set(key.text, texts)
      else reader.wrong(value, key.text, 'a text or a list of texts')
    }
    return onTexts((of) => mapping.get(plainText(of))?.map(parseTextValue))
  },
  case(reader, diagnostics) {
    const changes = {
      lower: (of: string) => of.toLowerCase(),
      upper: (of: string) => of.toUpperCase(),
      snake_case: (of: string) => of.replace(/(?!^)(?=[A-Z])/g, '_').toLowerCase(),
    } as const
    const method = choice(reader, 'method', 'lower', ['lower', 'upper', 'snake_case'], diagnostics)
    const change = changes[method]
    return onTexts((of) => [of.map((part) => (part.kind === 'text' ? text(change(part.text)) : part))])
  },
  regex(reader, diagnostics) {
    const methods = ['plain', 'ignore_case_flag', 'ignore_case_brackets'] as const
    const method = choice(reader, 'method', 'ignore_case_brackets', methods, diagnostics)
    // The text is compared as it was: without regard to case it already is, and each language has its own form for it.
    return onValues((test) => (method === 'plain' && test.is === 'text' ? [{ ...test, cased: true }] : undefined))
  },
  set_value(reader, diagnostics) {
    const node = reader.node('value')
    const forced = reader.text('force_type')
    const value = plainOf(node) ?? null
    if (forced !== undefined && forced !== 'str' && forced !== 'num')
      diagnostics.push(error('mapping/wrong-type', '"force_type" must be str or num', reader.node('force_type')?.span))
    const number = Number(value)
    if (forced === 'num' && (value === null || typeof value === 'boolean' || !Number.isFinite(number)))
      diagnostics.push(error('mapping/wrong-type', '"value" is no number', node?.span))
    const set = forced === 'str' ? String(value) : forced === 'num' ? number : value
    return onValues((_test, item) => [
      testOf(item.field === null && set !== null ? String(set) : set, (of) => placedPattern(item.field, of)),
    ])
  },
  convert_type(reader, diagnostics) {
    reader.require('target_type')
    const target = choice(reader, 'target_type', 'str', ['str', 'num'], diagnostics)
    return onValues((test, item, at, rule) => {
      if (target === 'str')
        return test.is === 'number' ? [{ is: 'text', pattern: [text(String(test.value))], cased: false }] : undefined
      if (test.is !== 'text') return undefined
      const written = plainText(writtenPattern(item, test.pattern)).trim()
      if (/^[+-]?\d+$/.test(written)) return [{ is: 'number', value: Number(written) }]
      const notes = [{ message: 'the pipeline wants a number here', span: at.span }]
      rule.diagnostics.push(error('mapping/pipeline-failure', `"${written}" is no whole number`, item.span, { notes }))
      return undefined
    })
  },
}

type Change = (test: ValueTest, item: Item, at: ProcessingItem, rule: ProcessedRule) => readonly ValueTest[] | undefined

/** Undefined from `change`: the value stays. */
function onValues(change: Change): Transformation {
  return {
    kind: 'items',
    change(item, at, rule): Detection | undefined {
      const made = item.values.map(({ tests }) => tests.map((test) => change(test, item, at, rule)))
      if (made.every((tests) => tests.every((each) => each === undefined))) return undefined
      const values = item.values.map((value, place): Value => {
        return { ...value, tests: value.tests.flatMap((test, form) => made[place]?.[form] ?? [test]) }
      })
      return { ...item, values }
    },
  }
}

function onTexts(change: (of: Pattern) => readonly Pattern[] | undefined, numbers?: 'numbers too'): Transformation {
  return onValues((test, item) => {
    if (test.is === 'number' && numbers) return asTexts(change([text(String(test.value))]), item, false)
    return test.is === 'text' ? asTexts(change(writtenPattern(item, test.pattern)), item, test.cased) : undefined
  })
}

function asTexts(made: readonly Pattern[] | undefined, item: Item, cased: boolean): readonly ValueTest[] | undefined {
  return made?.map((of) => ({ is: 'text', pattern: placedPattern(item.field, of), cased }))
}

function choice<T extends string>(
  reader: MapReader,
  key: string,
  otherwise: T,
  known: readonly T[],
  diagnostics: Diagnostics,
): T {
  const written = reader.text(key)
  const chosen = known.find((each) => each === written)
  if (written === undefined || chosen !== undefined) return chosen ?? otherwise
  const hint = didYouMean(written, known)
  diagnostics.push(error('mapping/wrong-type', `"${written}" is no ${key}`, reader.node(key)?.span, { hint }))
  return otherwise
}
