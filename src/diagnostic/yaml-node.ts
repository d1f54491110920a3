import type { Span } from './source.ts'

/** A YAML tree in which each node, down to the last value, knows its place. */
export type Node = MapNode | ListNode | ScalarNode

export interface MapNode {
  readonly kind: 'map'
  readonly span: Span
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly key: ScalarNode
  readonly value: Node
}

export interface ListNode {
  readonly kind: 'list'
  readonly span: Span
  readonly items: readonly Node[]
}

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly span: Span
  /** The value by YAML 1.2's core schema; a number too large for a double stays its text. */
  readonly value: string | number | boolean | null
  /** The text as written, without quotes; tells `010` from `10` and `1.0` from `1`. */
  readonly text: string
  readonly quoted: boolean
}
