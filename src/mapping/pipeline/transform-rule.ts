import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { MapReader } from '../../diagnostic/map-reader.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { MapNode, ScalarNode } from '../../diagnostic/yaml.ts'
import { any, pattern, type Pattern } from '../../ir/pattern.ts'
import type { LogSource } from '../../ir/rule.ts'
import { marked, placedPattern, someItem, type Detection, type Item } from './detection.ts'
import type { Diagnostics, ProcessingItem, Transformation, TransformationDecoder } from './pipeline.ts'
import { plainOf, testOf, type Plain } from './plain-value.ts'
import type { ProcessedRule } from './processed-rule.ts'

/** Transformations of a rule as a whole. */
export const RULE_TRANSFORMATIONS: Readonly<Record<string, TransformationDecoder>> = {
  add_condition(reader, diagnostics) {
    reader.require('conditions')
    const template = reader.boolean('template') ?? false
    const negated = reader.boolean('negated') ?? false
    reader.text('name')
    const conditions = decodeConditions(reader.map('conditions'), diagnostics)
    return {
      kind: 'rule',
      change(rule, at) {
        if (rule.detection === null) return
        const source = template ? rule.logsource : null
        const added = marked({ kind: 'all', of: conditions.map((each) => itemFor(each, source)) }, at.id)
        rule.detection = { kind: 'all', of: [negated ? { kind: 'not', of: added } : added, rule.detection] }
      },
    }
  },
  change_logsource(reader) {
    const source = {
      category: reader.text('category') ?? null,
      product: reader.text('product') ?? null,
      service: reader.text('service') ?? null,
    }
    return onRule((rule) => {
      if (rule.logsource !== null) rule.logsource = { ...rule.logsource, ...source }
    })
  },
  add_field: (reader) => {
    const names = namesIn(reader, 'field')
    return onRule((rule) => (rule.fields = [...rule.fields, ...names]))
  },
  remove_field: (reader) => {
    const names = namesIn(reader, 'field')
    return onRule((rule) => {
      const left = [...rule.fields]
      for (const name of names) if (left.includes(name)) left.splice(left.indexOf(name), 1)
      rule.fields = left
    })
  },
  set_field: (reader) => {
    const names = namesIn(reader, 'fields')
    return onRule((rule) => (rule.fields = names))
  },
  set_state(reader) {
    const [key, value] = assigned(reader, 'key', 'val')
    return onRule(({ memory }) => memory.state.set(key, value))
  },
  set_custom_attribute(reader) {
    const [key, value] = assigned(reader, 'attribute', 'value')
    return onRule(({ attributes }) => attributes.set(key, value))
  },
  rule_failure(reader) {
    reader.require('message')
    const message = reader.text('message') ?? ''
    return onRule((rule, at) => rule.diagnostics.push(failure(message, rule.of.span, at)))
  },
  detection_item_failure(reader) {
    reader.require('message')
    const message = reader.text('message') ?? ''
    return {
      kind: 'items',
      change(item, at, rule) {
        rule.diagnostics.push(failure(message, item.span, at))
        return undefined
      },
    }
  },
  strict_field_mapping_failure: () =>
    onRule((rule, at) => {
      const { mapped } = rule.memory
      if (rule.detection !== null)
        someItem(rule.detection, ({ field, span }) => {
          if (field !== null && !mapped.has(field))
            rule.diagnostics.push(failure(`the field "${field}" is not mapped`, span, at))
          return false
        })
    }),
}

function onRule(change: (rule: ProcessedRule, at: ProcessingItem) => unknown): Transformation {
  return { kind: 'rule', change: (rule, at) => void change(rule, at) }
}

function failure(message: string, span: Span, at: ProcessingItem): Diagnostic {
  const notes = [{ message: 'the pipeline refuses it here', span: at.span }]
  return error('mapping/pipeline-failure', message, span, { notes })
}

function namesIn(reader: MapReader, key: string): readonly string[] {
  reader.require(key)
  return reader.texts(key)?.map((each) => each.text) ?? []
}

function assigned(reader: MapReader, key: string, value: string): readonly [string, Plain] {
  reader.require(key, value)
  const node = reader.node(value)
  // A list is kept as its text: nothing can be asked of it.
  return [reader.text(key) ?? '', plainOf(node) ?? null]
}

/** One field of an added condition. */
interface Added {
  readonly field: string | null
  readonly values: readonly ScalarNode[]
  readonly linked: 'all' | 'any'
  readonly cased: boolean
  readonly place: (pattern: Pattern) => Pattern
  readonly span: Span
}

const AFFIXES: Readonly<Record<string, (pattern: Pattern) => Pattern>> = {
  contains: (of) => pattern(any, ...of, any),
  startswith: (of) => pattern(...of, any),
  endswith: (of) => pattern(any, ...of),
}

function decodeConditions(map: MapNode | undefined, diagnostics: Diagnostics): readonly Added[] {
  return (map?.entries ?? []).flatMap(({ key, value }): readonly Added[] => {
    const nodes = value.kind === 'list' ? value.items : [value]
    const values = nodes.filter((node) => node.kind === 'scalar')
    const [name = '', ...modifiers] = key.text.split('|')
    const unknown = modifiers.find((each) => !Object.hasOwn(AFFIXES, each) && each !== 'all' && each !== 'cased')
    if (values.length < nodes.length || values.length === 0) {
      diagnostics.push(error('mapping/wrong-type', 'a condition takes a value or a list of values', value.span))
      return []
    }
    if (unknown !== undefined) {
      const hint = 'contains, startswith, endswith, all and cased are known here'
      diagnostics.push(error('mapping/unknown-modifier', `"${unknown}" may not stand here`, key.span, { hint }))
      return []
    }
    const affix = modifiers.map((each) => AFFIXES[each]).find((each) => each !== undefined)
    const field = key.value === null || name === '' ? null : name
    return [
      {
        field,
        values,
        linked: modifiers.includes('all') ? 'all' : 'any',
        cased: modifiers.includes('cased'),
        place: (of) => placedPattern(field, affix ? affix(of) : of),
        span: key.span,
      },
    ]
  })
}

function itemFor({ field, values, linked, cased, place, span }: Added, source: LogSource | null): Item & Detection {
  return {
    kind: 'item',
    field,
    linked,
    applied: new Set(),
    span,
    values: values.map((node) => {
      const value = source !== null && typeof node.value === 'string' ? fillIn(node.value, source) : node.value
      const test = testOf(field === null && typeof value === 'number' ? String(value) : value, place)
      return { tests: [test.is === 'text' ? { ...test, cased } : test], span: node.span }
    }),
  }
}

/** `$category`, `$product` and `$service` of the rule; `$$` is a plain `$`. */
function fillIn(template: string, source: LogSource): string {
  return template.replace(/\$(?:(\$)|\{?(category|product|service)\b\}?)/g, (_, dollar?: string, key?: string) =>
    dollar !== undefined ? '$' : (source[key as 'category' | 'product' | 'service'] ?? 'None'),
  )
}
