/** What a modifier does; the order among them is checked where they are applied. */
export type ModifierKind =
  /** Says what becomes of several values or of the outcome: may stand anywhere. */
  | 'all'
  | 'neq'
  | 'cased'
  /** Changes texts into texts. */
  | 'affix'
  | 'windash'
  | 'utf16'
  | 'base64'
  | 'expand'
  /** Says what the value is; at most one of them. */
  | 're'
  | 'cidr'
  | 'exists'
  | 'order'
  | 'fieldref'
  | 'time-part'
  /** Belongs behind `re`. */
  | 're-flag'

/** All modifiers of the specification's appendix (2.1.0). */
export const MODIFIERS: ReadonlyMap<string, ModifierKind> = new Map<string, ModifierKind>([
  ['all', 'all'],
  ['neq', 'neq'],
  ['cased', 'cased'],
  ['contains', 'affix'],
  ['startswith', 'affix'],
  ['endswith', 'affix'],
  ['windash', 'windash'],
  ['wide', 'utf16'],
  ['utf16', 'utf16'],
  ['utf16le', 'utf16'],
  ['utf16be', 'utf16'],
  ['base64', 'base64'],
  ['base64offset', 'base64'],
  ['expand', 'expand'],
  ['re', 're'],
  ['i', 're-flag'],
  ['m', 're-flag'],
  ['s', 're-flag'],
  ['cidr', 'cidr'],
  ['exists', 'exists'],
  ['lt', 'order'],
  ['lte', 'order'],
  ['gt', 'order'],
  ['gte', 'order'],
  ['fieldref', 'fieldref'],
  ['minute', 'time-part'],
  ['hour', 'time-part'],
  ['day', 'time-part'],
  ['week', 'time-part'],
  ['month', 'time-part'],
  ['year', 'time-part'],
])
