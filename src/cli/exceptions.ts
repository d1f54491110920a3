import { unfitScope, type PackException } from '../artifact/exception.ts'
import { exceptionReference, kibanaExceptionList, kibanaExceptions, scopeQuery } from '../artifact/kibana/exception.ts'
import { info, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { JsonObject } from '../event/field.ts'
import { ruleNamed } from '../govern/exception/check.ts'
import type { Exception } from '../govern/exception/exception.ts'
import type { Rule, RuleId } from '../ir/rule.ts'
import type { Configuration } from '../pack/configuration.ts'
import type { BlockedObject, Desired, DesiredObject } from '../target/object.ts'
import { loadExceptions } from './governance.ts'
import type { MappedRules } from './packs.ts'

/** The exceptions of a pack that hold now, each with its rule; one that has ended or has not begun is told of. */
export function exceptionsNow(
  configuration: Configuration,
  rules: readonly Rule[],
  now = Date.now(),
): {
  readonly exceptions: readonly { readonly exception: Exception; readonly rule: Rule }[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const { exceptions, diagnostics } = loadExceptions(configuration)
  const left: Diagnostic[] = []
  const held = exceptions.flatMap((exception) => {
    const rule = ruleNamed(exception.rule, rules)
    if (rule === undefined) return []
    if (exception.from <= now && now <= exception.until) return [{ exception, rule }]
    const when = now > exception.until ? 'has ended' : 'has not begun'
    left.push(info('target/exception-left', `the exception "${exception.id}" ${when} and is left out`, exception.span))
    return []
  })
  return { exceptions: held, diagnostics: [...diagnostics, ...left] }
}

/**
 * What a pack's exceptions want of Kibana: their long lists of values, a list for each rule that has any, their items, and
 * the rules with a reference to their list. One that Kibana cannot say is blocked.
 *
 * @param rules that are deployed
 */
export function withExceptions(
  loaded: MappedRules,
  rules: readonly DesiredObject[],
): { readonly desired: Desired; readonly diagnostics: readonly Diagnostic[] } {
  const { configuration, mapping, selected } = loaded
  const { name: pack } = configuration
  const { exceptions, diagnostics } = exceptionsNow(configuration, selected)
  const deployed = new Set(rules.map((each) => each.id))
  const lists = new Map<string, DesiredObject>()
  const values: DesiredObject[] = []
  const items: DesiredObject[] = []
  const blocked: BlockedObject[] = []
  for (const { exception, rule } of exceptions.filter((each) => deployed.has(each.rule.id))) {
    const made = kibanaExceptions(exception satisfies PackException, pack, rule.id, (name) => mapping.field(name))
    const common = { kind: 'exception', title: exception.title, rule: rule.id } as const
    if (made.diagnostics.length > 0) {
      const reason = made.diagnostics.map((one) => one.message).join('; ')
      blocked.push({ ...common, id: exception.id, reason })
      continue
    }
    const content = kibanaExceptionList(pack, rule.id, rule.title)
    const list = { kind: 'exception-list', id: content.list_id, title: content.name } as const
    lists.set(rule.id, { ...list, version: null, rule: rule.id, content })
    for (const one of made.lists)
      values.push({ kind: 'value-list', id: one.id, title: one.name, version: null, rule: rule.id, content: one })
    for (const item of made.items) items.push({ ...common, id: item.item_id, version: null, content: item })
  }
  const referring = rules.map((rule) =>
    lists.has(rule.id)
      ? { ...rule, content: { ...rule.content, exceptions_list: [exceptionReference(pack, rule.id)] } }
      : rule,
  )
  return { desired: { objects: [...values, ...lists.values(), ...items, ...referring], blocked }, diagnostics }
}

/** The exceptions that hold now, by the id of their rule. */
export type RuleExceptions = ReadonlyMap<RuleId, readonly Exception[]>

export function exceptionsByRule(
  { configuration, selected }: MappedRules,
  now = Date.now(),
): {
  readonly exceptions: RuleExceptions
  readonly diagnostics: readonly Diagnostic[]
} {
  const { exceptions, diagnostics } = exceptionsNow(configuration, selected, now)
  const found = new Map<RuleId, Exception[]>()
  for (const { exception, rule } of exceptions) found.set(rule.id, [...(found.get(rule.id) ?? []), exception])
  return { exceptions: found, diagnostics }
}

/**
 * The same without those that would not mean the same in every store: each is told of and has no effect, so that its rule
 * sees more, not less.
 */
export function fittingExceptions(loaded: MappedRules, now = Date.now()): ReturnType<typeof exceptionsByRule> {
  const { exceptions, diagnostics } = exceptionsByRule(loaded, now)
  const unsaid: Diagnostic[] = []
  const fitting = [...exceptions].map(([rule, all]): readonly [RuleId, readonly Exception[]] => {
    const kept = all.filter((exception) => {
      const unfit = unfitScope(exception, (name) => loaded.mapping.field(name))
      for (const { message, span } of unfit)
        unsaid.push(warning('target/exception-left', `the exception "${exception.id}" has no effect: ${message}`, span))
      return unfit.length === 0
    })
    return [rule, kept]
  })
  return {
    exceptions: new Map(fitting.filter(([, kept]) => kept.length > 0)),
    diagnostics: [...diagnostics, ...unsaid],
  }
}

/** A query for the events that an exception covers, and until when it holds, ms since 1970. */
export function exceptedQuery({ scope, until }: Exception): { readonly query: JsonObject; readonly until: number } {
  return { query: scopeQuery(scope), until }
}
