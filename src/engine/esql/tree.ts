import type { Span } from '../../diagnostic/source.ts'
import type { DataType } from './data-type.ts'
import type { TimeSpan, Value } from './value.ts'

/** What stands where a value may stand. */
export type Expression = ExpressionNode & { readonly span: Span }

type ExpressionNode =
  | { readonly kind: 'literal'; readonly type: DataType; readonly value: Value }
  | { readonly kind: 'time-span'; readonly length: TimeSpan }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  /** Negation of a number. */
  | { readonly kind: 'minus'; readonly of: Expression }
  | {
      readonly kind: 'arithmetic'
      readonly operator: Arithmetic
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'comparison'
      readonly operator: Comparison
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'null-test'; readonly of: Expression; readonly isNull: boolean }
  | { readonly kind: 'in'; readonly of: Expression; readonly among: readonly Expression[] }
  /** `LIKE` knows `*` and `?`, `RLIKE` the regular expressions of Lucene; any of several patterns will do. */
  | {
      readonly kind: 'pattern'
      readonly language: 'like' | 'rlike'
      readonly of: Expression
      readonly patterns: readonly string[]
    }
  | { readonly kind: 'cast'; readonly of: Expression; readonly to: string }

export type Arithmetic = '+' | '-' | '*' | '/' | '%'
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

/** `name = expression`; without a name it is the text of the expression. */
export interface NamedExpression {
  readonly name: string
  readonly of: Expression
}

/** One measure of `STATS`, with the rows it is asked of. */
export interface Aggregation extends NamedExpression {
  readonly where: Expression | undefined
}

/** A name in `KEEP` or `DROP`. */
export interface NamePattern {
  readonly text: string
  /** Matches whole names; undefined where the text is one name. */
  readonly expression: RegExp | undefined
  readonly span: Span
}

export interface NamePlace {
  readonly name: string
  readonly span: Span
}

export interface SortKey {
  readonly of: Expression
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export type Command = CommandNode & { readonly span: Span }

type CommandNode =
  | { readonly kind: 'from'; readonly metadata: readonly NamePlace[] }
  | { readonly kind: 'row' | 'eval'; readonly fields: readonly NamedExpression[] }
  | { readonly kind: 'where'; readonly condition: Expression }
  | {
      readonly kind: 'stats'
      readonly aggregations: readonly Aggregation[]
      readonly by: readonly NamedExpression[]
    }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly kind: 'limit'; readonly count: number }
  | { readonly kind: 'keep' | 'drop'; readonly patterns: readonly NamePattern[] }
  | { readonly kind: 'rename'; readonly renames: readonly { readonly from: NamePlace; readonly to: NamePlace }[] }
  | { readonly kind: 'mv-expand'; readonly column: NamePlace }
  | { readonly kind: 'dissect'; readonly of: Expression; readonly pattern: string; readonly separator: string }

/** The expressions that stand right inside one. */
export function partsOf(of: Expression): readonly Expression[] {
  switch (of.kind) {
    case 'call':
      return of.args
    case 'and':
    case 'or':
      return of.of
    case 'arithmetic':
    case 'comparison':
      return [of.left, of.right]
    case 'in':
      return [of.of, ...of.among]
    case 'minus':
    case 'not':
    case 'null-test':
    case 'pattern':
    case 'cast':
      return [of.of]
    case 'literal':
    case 'time-span':
    case 'column':
      return []
  }
}

/** The expressions of a command. */
export function expressionsOf(command: Command): readonly Expression[] {
  switch (command.kind) {
    case 'where':
      return [command.condition]
    case 'row':
    case 'eval':
      return command.fields.map(({ of }) => of)
    case 'stats':
      return [
        ...command.aggregations.flatMap(({ of, where }) => (where ? [of, where] : [of])),
        ...command.by.map(({ of }) => of),
      ]
    case 'sort':
      return command.keys.map(({ of }) => of)
    case 'dissect':
      return [command.of]
    case 'from':
    case 'limit':
    case 'keep':
    case 'drop':
    case 'rename':
    case 'mv-expand':
      return []
  }
}
