import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { Source, type Span } from '../../diagnostic/source.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import type { Program, Rule, RuleId } from '../../ir/rule.ts'
import { canonicalJson, contentDigest } from '../../event/canonical.ts'
import { leftOut, localExceptions, withoutCovered, type LocalException } from './local-exception.ts'
import { rebuild } from './rebuild.ts'
import { meaningShape, type Meaning } from './meaning-shape.ts'

/** A rule as the local store has it: a `LocalRule` with its id and the switch as it is now. */
export interface KeptRule {
  readonly rule: string
  readonly enabled: boolean
  readonly content: JsonObject
}

export interface StoredProgram {
  readonly program: Program
  /**
   * The rules that alert, each with a text that is another one when the rule means something else. Exceptions come and go
   * within one version, so that no chain is lost that is under way then: it is judged as when it began, or as it is seen
   * when it closes where an exception has ended.
   */
  readonly versions: ReadonlyMap<string, string>
  /** Of rules with exceptions that hold now, a text of those; an empty one where there are none. */
  readonly sights: ReadonlyMap<string, string>
  /** The correlations of which an exception ends next, as they will be then; nothing where there are none. */
  readonly later?: { readonly program: Program; readonly sights: ReadonlyMap<string, string> }
  /** The exceptions that hold now, by the id of the rule whose alerts are the events that one leaves out. */
  readonly exceptions: ReadonlyMap<string, HeldException>
  readonly diagnostics: readonly Diagnostic[]
}

/** An exception that holds, and the rule that it is about. */
export interface HeldException {
  readonly id: string
  readonly until: number
  /** The title of the rule. */
  readonly rule: string
  /** Of all that it says. */
  readonly digest: string
}

/**
 * The rules of the local store that are switched on, as one program, made from their meaning alone. What two of them
 * stand on may have the same id and not mean the same, as when only one was deployed anew: then each keeps its own. One
 * whose meaning cannot be read, since it was made by a newer detpack or changed by hand, is left out and told
 * (`artifact/unreadable-meaning`). What their exceptions cover they do not see, as long as those hold.
 *
 * @param store names it in messages @param now ms since 1970
 */
export function storedProgram(kept: readonly KeptRule[], store: string, now: number): StoredProgram {
  const stored = programAt(kept, store, now)
  const end = Math.min(...[...stored.exceptions.values()].map(({ until }) => until))
  // Only a chain has steps on both sides of an end.
  const ending = kept.filter(
    (each) =>
      stored.program.rules.get(each.rule as RuleId)?.kind === 'correlation' &&
      stored.sights.has(each.rule) &&
      exceptionsOf(each).some(({ until }) => until === end),
  )
  if (ending.length === 0) return stored
  const { program, sights } = programAt(ending, store, end + 1)
  const all = new Map(ending.map(({ rule }) => [rule, sights.get(rule) ?? '']))
  // What is left out is told of the rules as they are.
  const rules = new Map([...program.rules].filter(([id, rule]) => !rule.alone || all.has(id)))
  return { ...stored, later: { program: { rules }, sights: all } }
}

function programAt(kept: readonly KeptRule[], store: string, now: number): StoredProgram {
  const diagnostics: Diagnostic[] = []
  const readable = kept.flatMap((each) => {
    if (!each.enabled) return []
    const whole = meaningIn(each)
    if (typeof whole !== 'string') {
      const exceptions = exceptionsOf(each).filter(({ until }) => now <= until)
      return [{ kept: each, meaning: withoutCovered(whole, exceptions), exceptions, whole }]
    }
    const hint = 'deploy it again'
    const message = `rule "${each.rule}" in ${store} cannot be run: ${whole}`
    diagnostics.push(error('artifact/unreadable-meaning', message, undefined, { hint }))
    return []
  })
  const known = new Map<string, string>()
  for (const { kept: one, meaning } of readable) known.set(one.rule, textOf(meaning.at(-1)))
  const rules = new Map<RuleId, Rule>()
  const versions = new Map<string, string>()
  const sights = new Map<string, string>()
  const held = new Map<string, HeldException>()
  for (const { kept: one, meaning, exceptions, whole } of readable) {
    const source = new Source(`${store}:${one.rule}`, textIn(one.content, 'source'))
    const span: Span = { source, start: 0, end: source.text.length }
    const names = new Map<string, RuleId>()
    for (const part of meaning) {
      const id = freeId(part, one.rule, known)
      names.set(part.id, id)
      if (rules.get(id) === undefined)
        rules.set(
          id,
          rebuild(part, id, (name) => names.get(name) ?? (name as RuleId), span),
        )
    }
    versions.set(one.rule, contentDigest(whole as unknown as Json))
    if (exceptions.length > 0) sights.set(one.rule, contentDigest(exceptions))
    for (const each of exceptions) {
      const part = leftOut(whole, each)
      if (part === undefined) continue
      const id = `${one.rule} without ${each.id}` as RuleId
      rules.set(id, { ...rebuild(part, id, (name) => name as RuleId, span), alone: true })
      held.set(id, { id: each.id, until: each.until, rule: textIn(one.content, 'title'), digest: contentDigest(each) })
    }
  }
  for (const id of versions.keys()) {
    const rule = rules.get(id as RuleId)
    if (rule !== undefined) rules.set(rule.id, { ...rule, alone: true })
  }
  return { program: { rules }, versions, sights, exceptions: held, diagnostics }
}

/** Its own id, unless that is another rule's here; the same id for the same meaning. */
function freeId(part: Meaning, of: string, known: Map<string, string>): RuleId {
  const text = textOf(part)
  const claimed = known.get(part.id)
  const id = claimed === undefined || claimed === text ? part.id : `${part.id} of ${of}`
  known.set(id, text)
  return id as RuleId
}

function textOf(part: Meaning | undefined): string {
  return canonicalJson({ ...part, alone: false } as unknown as Json)
}

/** The rule and those that it stands on, itself last; or what is wrong with them. */
function meaningIn({ rule, content }: KeptRule): readonly Meaning[] | string {
  const meaning = content['meaning']
  const wrong = meaningShape(meaning, 'meaning') ?? localExceptions(content['exceptions'], 'exceptions')
  if (wrong !== undefined) return wrong
  const parts = meaning as unknown as readonly Meaning[]
  if (parts.at(-1)?.id !== rule) return 'its meaning is that of another rule'
  const before = new Set<string>()
  for (const part of parts) {
    const missing = part.kind === 'event' ? undefined : named(part).find((name) => !before.has(name))
    if (missing !== undefined) return `it stands on "${missing}", which is not there`
    before.add(part.id)
  }
  return parts
}

function exceptionsOf({ content }: KeptRule): readonly LocalException[] {
  return (content['exceptions'] ?? []) as unknown as readonly LocalException[]
}

/** The ids that a correlation names. */
function named({ body }: Extract<Meaning, { readonly kind: 'correlation' }>): readonly string[] {
  if (body.type !== 'ordered') return body.of.map((use) => use.rule)
  return [...body.steps, ...body.unless, ...(body.until === null ? [] : [body.until])].map((use) => use.rule)
}

function textIn(content: JsonObject, name: string): string {
  const value = content[name]
  return typeof value === 'string' ? value : ''
}
