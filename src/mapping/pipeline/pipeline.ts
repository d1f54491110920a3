import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { MapReader } from '../../diagnostic/map-reader.ts'
import type { Source, Span } from '../../diagnostic/source.ts'
import type { ConditionExpression } from './condition-expression.ts'
import type { Detection, Item } from './detection.ts'
import type { ProcessedRule } from './processed-rule.ts'

/** A processing pipeline in the YAML format of pySigma, read and checked. */
export interface Pipeline {
  readonly name: string | null
  /** Lower ones come first, whatever the order they are given in. */
  readonly priority: number
  readonly vars: ReadonlyMap<string, readonly string[]>
  readonly items: readonly ProcessingItem[]
  readonly source: Source
}

/** One transformation, and what it is applied to. */
export interface ProcessingItem {
  readonly id: string | null
  readonly transformation: Transformation
  readonly rules: Conditions<RuleCondition>
  readonly items: Conditions<ItemCondition>
  readonly fields: Conditions<FieldCondition>
  readonly span: Span
}

export type Transformation =
  /** Gives a field other names; several mean any of them. Undefined: the name stays. */
  | { readonly kind: 'rename'; rename(field: string | null): string | readonly string[] | undefined }
  /** Changes items of selections; undefined: it stays as it is. */
  | { readonly kind: 'items'; change(item: Item, at: ProcessingItem, rule: ProcessedRule): Detection | undefined }
  /** Changes a rule as a whole. */
  | { readonly kind: 'rule'; change(rule: ProcessedRule, at: ProcessingItem): void }
  /** Fills in placeholders, before rules are read. Undefined: it leaves the placeholder to others. */
  | { readonly kind: 'placeholders'; values(name: string, vars: Pipeline['vars']): readonly string[] | undefined }
  | { readonly kind: 'nest'; readonly items: readonly ProcessingItem[] }

/** How several conditions decide together. */
export interface Conditions<C> {
  /** By name, or by place where they stand in a list. */
  readonly of: ReadonlyMap<string, C>
  readonly joined: 'all' | 'any' | ConditionExpression
  readonly negated: boolean
}

export type RuleCondition = (rule: ProcessedRule) => boolean
export type ItemCondition = (item: Item, rule: ProcessedRule) => boolean

export interface FieldCondition {
  /** Whether it holds of a name; null stands for keywords. */
  name(field: string | null, rule: ProcessedRule): boolean
  /** Whether it holds of an item: where that is not asked by the name. */
  item?(item: Item, rule: ProcessedRule): boolean
}

/** Where decoders tell what is wrong. */
export type Diagnostics = Diagnostic[]

/** Reads the keys of one kind of transformation. */
export type TransformationDecoder = (reader: MapReader, diagnostics: Diagnostics) => Transformation | undefined
