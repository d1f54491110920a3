/** A word or sign of a query; offsets count UTF-16 units of its text. */
export type Token =
  /** `name`: an identifier; `quoted`: one in backticks; `tilde`: a function's name with `~` behind it. */
  | (Place & { readonly kind: 'name' | 'quoted' | 'tilde'; readonly value: string })
  | (Place & { readonly kind: 'keyword'; readonly value: Keyword })
  | (Place & { readonly kind: 'text'; readonly value: string })
  | (Place & { readonly kind: 'integer' | 'decimal'; readonly value: number })
  | (Place & { readonly kind: 'sign'; readonly value: Sign })
  | (Place & { readonly kind: 'end' })

export interface Place {
  readonly start: number
  readonly end: number
}

/** Words that are no names; all in lower case. */
export const keywords = [
  'and',
  'any',
  'by',
  'false',
  'in',
  'in~',
  'join',
  'like',
  'like~',
  'maxspan',
  'not',
  'null',
  'of',
  'or',
  'regex',
  'regex~',
  'runs',
  'sample',
  'sequence',
  'true',
  'until',
  'where',
  'with',
] as const
export type Keyword = (typeof keywords)[number]

/** Longer signs before their own beginnings. */
export const signs = [
  '![',
  '!=',
  '==',
  '<=',
  '>=',
  '=',
  '<',
  '>',
  ':',
  '+',
  '-',
  '*',
  '/',
  '%',
  '.',
  ',',
  '[',
  ']',
  '(',
  ')',
  '|',
  '?',
] as const
export type Sign = (typeof signs)[number]
