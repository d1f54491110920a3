import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Order, RegexFlags, Relation, TimePart } from '../ir/predicate.ts'
import type { DetectionItem, Word } from './document.ts'
import { MODIFIERS, type ModifierKind } from './modifier.ts'

/** The modifiers of one item, in the form that lowering needs. */
export interface ModifierChain {
  /** What changes texts, in the order written. */
  readonly transforms: readonly Word[]
  readonly type: ValueType
  readonly all: Word | null
  readonly negated: boolean
  readonly cased: boolean
}

export type ValueType =
  | { readonly is: 'plain' }
  | { readonly is: 're'; readonly flags: RegexFlags }
  | { readonly is: 'cidr' }
  | { readonly is: 'exists' }
  | { readonly is: 'order'; readonly operator: Order }
  | { readonly is: 'field'; readonly relation: Relation }
  | { readonly is: 'time-part'; readonly part: TimePart; readonly operator: Order | null }

const TRANSFORMS: readonly ModifierKind[] = ['affix', 'windash', 'utf16', 'base64', 'expand']

/**
 * Reads the modifiers of an item and checks that they may stand together (`sigma/unknown-modifier`,
 * `sigma/repeated-modifier`, `sigma/modifier-order`, `sigma/modifier-combination`). Undefined when they may not.
 */
export function parseModifiers(item: DetectionItem, diagnostics: Diagnostic[]): ModifierChain | undefined {
  const found = diagnostics.length
  const seen = new Set<string>()
  let type: ValueType = { is: 'plain' }
  const transforms: Word[] = []
  let all: Word | null = null
  let negated = false
  let cased = false
  for (const modifier of item.modifiers) {
    const kind = MODIFIERS.get(modifier.text)
    if (kind === undefined) {
      const hint = modifier.text === '' ? 'remove the "|"' : didYouMean(modifier.text.toLowerCase(), MODIFIERS.keys())
      diagnostics.push(
        error('sigma/unknown-modifier', `there is no modifier "${modifier.text}"`, modifier.span, { hint }),
      )
      continue
    }
    if (seen.has(modifier.text)) {
      diagnostics.push(
        error('sigma/repeated-modifier', `"${modifier.text}" stands here twice`, modifier.span, {
          hint: 'write it once',
        }),
      )
      continue
    }
    seen.add(modifier.text)
    if (kind === 'all') all = modifier
    else if (kind === 'neq') negated = true
    else if (kind === 'cased') cased = true
    else if (TRANSFORMS.includes(kind) && type.is !== 'field') transforms.push(modifier)
    else type = withType(type, kind, modifier, transforms, diagnostics)
  }
  if (diagnostics.length > found) return undefined
  const chain = { transforms, type, all, negated, cased }
  checkTogether(item, chain, diagnostics)
  return diagnostics.length > found ? undefined : chain
}

function withType(
  before: ValueType,
  kind: ModifierKind,
  { text, span }: Word,
  transforms: readonly Word[],
  diagnostics: Diagnostic[],
): ValueType {
  if (kind === 're-flag') {
    if (before.is === 're') return { is: 're', flags: withFlag(before.flags, text) }
    diagnostics.push(error('sigma/modifier-order', `"${text}" is a flag of "re"`, span, { hint: `write "re|${text}"` }))
    return before
  }
  if (before.is === 'field' && kind === 'affix') {
    if (before.relation === 'equals') return { is: 'field', relation: text as Relation }
  } else if (before.is === 'time-part' && kind === 'order' && before.operator === null) {
    return { ...before, operator: text as Order }
  } else if (before.is === 'plain') {
    if (transforms.length === 0 || kind === 're') return newType(kind, text)
    const [first] = transforms
    const hint =
      kind === 'fieldref' && transforms.length === 1
        ? `write "fieldref|${first?.text ?? ''}"`
        : `"${text}" takes a value as it is written`
    diagnostics.push(error('sigma/modifier-order', `"${text}" may not follow "${first?.text ?? ''}"`, span, { hint }))
    return before
  }
  const hint = 'use two selections and join them in the condition'
  diagnostics.push(
    error('sigma/modifier-combination', `"${text}" may not follow the modifiers before it`, span, { hint }),
  )
  return before
}

function newType(kind: ModifierKind, text: string): ValueType {
  switch (kind) {
    case 're':
      return { is: 're', flags: { ignoreCase: false, multiline: false, dotAll: false } }
    case 'cidr':
      return { is: 'cidr' }
    case 'exists':
      return { is: 'exists' }
    case 'order':
      return { is: 'order', operator: text as Order }
    case 'fieldref':
      return { is: 'field', relation: 'equals' }
    case 'time-part':
      return { is: 'time-part', part: text as TimePart, operator: null }
    default:
      throw new Error(`"${kind}" is no type of value`)
  }
}

function withFlag(flags: RegexFlags, flag: string): RegexFlags {
  if (flag === 'i') return { ...flags, ignoreCase: true }
  return flag === 'm' ? { ...flags, multiline: true } : { ...flags, dotAll: true }
}

function checkTogether(item: DetectionItem, chain: ModifierChain, diagnostics: Diagnostic[]): void {
  const { type, transforms, negated, cased, all } = chain
  const refuse = (name: string, message: string, hint: string): void => {
    const at = item.modifiers.find((modifier) => modifier.text === name)?.span ?? item.span
    diagnostics.push(error('sigma/modifier-combination', message, at, { hint }))
  }
  if (type.is !== 'plain' && type.is !== 'field') {
    const [first] = transforms
    if (first && !(type.is === 're' && transforms.every((one) => one.text === 'expand'))) {
      const hint =
        type.is === 're' ? 'an expression is found anywhere; anchor it with ^ or $' : 'leave one of the two out'
      refuse(first.text, `"${first.text}" does not go with "${typeName(type)}"`, hint)
    }
    if (cased) {
      const hint = type.is === 're' ? '"re" minds the case unless it has the flag "i"' : 'leave "cased" out'
      refuse('cased', `"cased" does not go with "${typeName(type)}"`, hint)
    }
  }
  const affixes = transforms.filter((one) => MODIFIERS.get(one.text) === 'affix')
  if (affixes.length > 1) {
    const [, second] = affixes
    refuse(second?.text ?? '', 'only one of contains, startswith and endswith fits a value', 'keep one of them')
  }
  if (negated && all) refuse('neq', '"neq" already holds for every value', 'leave "all" out')
  if (negated && (type.is === 'exists' || type.is === 'order')) {
    const hint = type.is === 'exists' ? 'turn the value round: true or false' : 'use the opposite comparison'
    refuse('neq', `"neq" does not go with "${typeName(type)}"`, hint)
  }
  if (item.field === null && ['exists', 'order', 'field', 'time-part'].includes(type.is)) {
    refuse(typeName(type), `"${typeName(type)}" needs a field`, 'write the field before the first "|"')
  }
}

function typeName(type: ValueType): string {
  switch (type.is) {
    case 'order':
      return type.operator
    case 'field':
      return 'fieldref'
    case 'time-part':
      return type.part
    default:
      return type.is
  }
}
