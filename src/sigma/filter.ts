import { error, hasErrors, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { all, type Predicate } from '../ir/predicate.ts'
import type { LogSource } from '../ir/rule.ts'
import { isPositive } from './condition.ts'
import type { SigmaFilter, SigmaRule } from './document.ts'
import { lowerDetection } from './lower-detection.ts'
import type { Registered, Registry } from './registry.ts'
import type { Placeholders } from './transform.ts'

/** What the filters of a collection add to each rule. */
export class Filters {
  readonly #forRule = new Map<Registered, Predicate[]>()
  readonly #forAny: { readonly logsource: LogSource; readonly where: Predicate }[] = []

  constructor(registry: Registry, placeholders: Placeholders, diagnostics: Diagnostic[]) {
    for (const { document } of registry.all) {
      if (document?.kind !== 'filter') continue
      const own: Diagnostic[] = []
      const where = lowerDetection(document.detection, placeholders, own)
      diagnostics.push(...own)
      if (where === undefined || hasErrors(own)) continue
      warnOfPositive(document, diagnostics)
      if (document.rules === null) this.#forAny.push({ logsource: document.logsource, where })
      else this.#addNamed(document, document.rules, where, registry, diagnostics)
    }
  }

  /** The rule's events that no filter takes away: conditions are joined by `and`, as they are written. */
  apply(rule: Registered, document: SigmaRule, where: Predicate): Predicate {
    const general = this.#forAny.filter((one) => covers(one.logsource, document.logsource)).map((one) => one.where)
    return all(where, ...(this.#forRule.get(rule) ?? []), ...general)
  }

  #addNamed(
    filter: SigmaFilter,
    rules: NonNullable<SigmaFilter['rules']>,
    where: Predicate,
    registry: Registry,
    diagnostics: Diagnostic[],
  ): void {
    for (const reference of new Map(rules.map((rule) => [rule.text, rule])).values()) {
      const target = registry.find(reference.text)
      if (target === undefined) {
        // A filter may name rules that are not among those read; it changes nothing then.
        diagnostics.push({ ...registry.unknown(reference), severity: 'warning' })
        continue
      }
      const { document } = target
      if (document === undefined) continue
      if (document.kind !== 'rule') {
        const hint = 'name the rules that it is made of'
        diagnostics.push(
          error('sigma/filter-target', `a filter cannot apply to a ${document.kind}`, reference.span, { hint }),
        )
      } else if (!covers(filter.logsource, document.logsource)) {
        const notes = [{ message: 'the log source of the rule', span: document.logsource.span }]
        diagnostics.push(
          warning(
            'sigma/filter-logsource',
            'the filter is for another log source and changes nothing',
            reference.span,
            {
              notes,
              hint: 'give both the same log source',
            },
          ),
        )
      } else {
        const added = this.#forRule.get(target)
        if (added) added.push(where)
        else this.#forRule.set(target, [where])
      }
    }
  }
}

/**
 * The specification's first example writes `selection` for what is to be left out, but its reference parser joins the
 * condition as it stands, and filters in the field say `not selection`.
 */
function warnOfPositive({ detection }: SigmaFilter, diagnostics: Diagnostic[]): void {
  for (const condition of detection.conditions) {
    if (!isPositive(condition)) continue
    const message = 'this filter keeps only the events that match it'
    const hint = 'to leave them out write "not" before the selection'
    diagnostics.push(warning('sigma/positive-filter', message, condition.span, { hint }))
  }
}

/** Whatever the filter says of its log source, the rule says too. */
function covers(filter: LogSource, rule: LogSource): boolean {
  return (['category', 'product', 'service'] as const).every(
    (key) => filter[key] === null || filter[key].toLowerCase() === rule[key]?.toLowerCase(),
  )
}
