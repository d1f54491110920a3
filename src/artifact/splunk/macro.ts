import type { Rule } from '../../ir/rule.ts'
import type { Stanza } from './conf.ts'

/** The macro that every search begins with: where the events lie. */
export const EVENTS_MACRO = 'detpack_events'

/** The macro of one rule at the end of its search, where a team puts its exceptions; they live in the app's local folder. */
export function filterMacro(rule: Rule): string {
  const slug = (rule.name ?? rule.id).toLowerCase().replace(/[^a-z0-9]+/g, '_')
  return `detpack_${slug.replace(/^_+|_+$/g, '')}_filter`
}

/**
 * The stanzas of macros.conf: where the events lie, and for each rule a filter that lets everything pass.
 *
 * @param base the base search, such as `index=detpack sourcetype="detpack:event"`
 */
export function macros(base: string, rules: readonly Rule[]): readonly Stanza[] {
  // Names that differ in punctuation only share a filter: a stanza may stand only once.
  const names = new Set(rules.map(filterMacro))
  const filters = [...names].map((name) => ({ name, settings: { definition: 'search *' } }))
  return [{ name: EVENTS_MACRO, settings: { definition: base } }, ...filters]
}
