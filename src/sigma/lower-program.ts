import { error, hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { all } from '../ir/predicate.ts'
import type { Program, Rule, RuleHeader, RuleId } from '../ir/rule.ts'
import type { DecodedDocument } from './decode-document.ts'
import { orderByDependency } from './dependency.ts'
import type { SigmaCorrelation, SigmaRule, Word } from './document.ts'
import { Filters } from './filter.ts'
import { noGovernance } from './governance.ts'
import { lowerCorrelation } from './lower-correlation.ts'
import { lowerDetection } from './lower-detection.ts'
import { Registry, type Registered } from './registry.ts'
import { lowerTask } from './task-condition.ts'
import type { Placeholders } from './transform.ts'

/**
 * A program closed under reference, what is named before what names it. A correlation that needs a rule which was
 * left out is left out too, and says so where it names it (`sigma/rule-left-out`): of a circle that is said once.
 */
export function lowerProgram(
  documents: readonly DecodedDocument[],
  placeholders: Placeholders,
  diagnostics: Diagnostic[],
): Program {
  const registry = new Registry(documents, diagnostics)
  const filters = new Filters(registry, placeholders, diagnostics)
  const { ordered, circular } = orderByDependency(registry, diagnostics)
  const hidden = rulesOnlyNamed(registry)
  const rules = new Map<RuleId, Rule>()
  for (const one of ordered) {
    const { document, identity } = one
    if (document === undefined || document.kind === 'filter') continue
    const own: Diagnostic[] = []
    const header = lowerHeader(one, document)
    const alone = !hidden.has(one)
    if (document.kind === 'rule') {
      const where = lowerDetection(document.detection, placeholders, own)
      if (where && !hasErrors(own)) {
        const guarded = all(where, lowerTask(document.attribute?.task ?? null))
        const { logsource } = document
        rules.set(identity, {
          ...header,
          kind: 'event',
          logsource,
          where: filters.apply(one, document, guarded),
          alone,
        })
      }
    } else {
      const circle = circular.has(one) ? circular : undefined
      const resolved = resolveAll(one, registry, rules, circle, own)
      const lowered = resolved && lowerCorrelation(document, resolved, own)
      if (lowered)
        rules.set(identity, { ...header, kind: 'correlation', ...lowered, timespan: document.timespan, alone })
    }
    diagnostics.push(...own)
  }
  return { rules }
}

/** Rules that correlations name and none of these wants to hear of by themselves; broken correlations count too. */
function rulesOnlyNamed(registry: Registry): ReadonlySet<Registered> {
  const hidden = new Set<Registered>()
  const generated = new Set<Registered>()
  for (const one of registry.all) {
    for (const reference of one.names) {
      const target = registry.find(reference.text)
      if (target) (one.generate ? generated : hidden).add(target)
    }
  }
  for (const each of generated) hidden.delete(each)
  return hidden
}

/** Resolves every reference of a correlation, or says which cannot be; what the circle it stands on explains is told. */
function resolveAll(
  one: Registered,
  registry: Registry,
  rules: ReadonlyMap<RuleId, Rule>,
  circle: ReadonlySet<Registered> | undefined,
  diagnostics: Diagnostic[],
): ((reference: Word) => Registered) | undefined {
  const seen = new Set<string>()
  for (const reference of one.names) {
    if (seen.has(reference.text)) continue
    seen.add(reference.text)
    const target = registry.find(reference.text)
    if (target === undefined) {
      diagnostics.push(registry.unknown(reference))
    } else if (target.document?.kind === 'filter') {
      const hint = 'name a rule or a correlation'
      diagnostics.push(error('sigma/unknown-rule', `"${reference.text}" is a filter`, reference.span, { hint }))
    } else if (!rules.has(target.identity) && circle?.has(target) !== true) {
      const notes = [{ message: 'this rule has an error', span: target.places.firstKey }]
      const message = `"${reference.text}" was left out, so this correlation is too`
      diagnostics.push(
        error('sigma/rule-left-out', message, reference.span, { hint: 'correct that rule first', notes }),
      )
    }
  }
  if (circle || diagnostics.length > 0) return undefined
  return (reference) => {
    const target = registry.find(reference.text)
    if (target === undefined) throw new Error(`"${reference.text}" was not resolved`)
    return target
  }
}

function lowerHeader(
  { identity }: Registered,
  { metadata, attribute, span }: SigmaRule | SigmaCorrelation,
): RuleHeader {
  return {
    id: identity,
    name: metadata.name?.text ?? null,
    title: metadata.title,
    description: metadata.description,
    status: metadata.status,
    level: metadata.level,
    author: metadata.author,
    date: metadata.date,
    modified: metadata.modified,
    tags: metadata.tags,
    references: metadata.references,
    falsepositives: metadata.falsepositives,
    fields: metadata.fields,
    governance: attribute?.governance ?? noGovernance,
    span,
  }
}
