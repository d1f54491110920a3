import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { Source, type Span } from '../../diagnostic/source.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { reachOf } from '../../ir/reach.ts'
import type { Program, Rule, RuleId } from '../../ir/rule.ts'
import { canonicalJson, contentDigest } from '../../event/canonical.ts'
import { coveredEvents } from '../exception.ts'
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
  /** Correlations of which exceptions end, as they will be after each end that a chain under way may live to see. */
  readonly later: readonly { readonly program: Program; readonly sights: ReadonlyMap<string, string> }[]
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
  const ends = [...new Set([...stored.exceptions.values()].map(({ until }) => until))].sort((a, b) => a - b)
  const [next] = ends
  if (next === undefined) return { ...stored, later: [] }
  // When the next one ends, the rules are made anew; chains that began before may close after the next but one.
  const ending = (end: number): readonly KeptRule[] =>
    kept.filter((each) => {
      const rule = stored.program.rules.get(each.rule as RuleId)
      return (
        rule?.kind === 'correlation' &&
        stored.sights.has(each.rule) &&
        end <= next + reachOf(rule, stored.program) &&
        exceptionsOf(each).some(({ until }) => until === end)
      )
    })
  return { ...stored, later: ends.flatMap((end) => laterProgram(ending(end), store, end + 1)) }
}

/** Rules as they will be at a time; nothing for none. */
function laterProgram(ending: readonly KeptRule[], store: string, then: number): StoredProgram['later'] {
  if (ending.length === 0) return []
  const { program, sights } = programAt(ending, store, then)
  const all = new Map(ending.map(({ rule }) => [rule, sights.get(rule) ?? '']))
  // What is left out is told of the rules as they are.
  const rules = new Map([...program.rules].filter(([id, rule]) => !rule.alone || all.has(id)))
  return [{ program: { rules }, sights: all }]
}

function programAt(kept: readonly KeptRule[], store: string, now: number): Omit<StoredProgram, 'later'> {
  const diagnostics: Diagnostic[] = []
  const readable = kept.flatMap((each) => {
    if (!each.enabled) return []
    const whole = meaningIn(each)
    if (typeof whole !== 'string') {
      const exceptions = exceptionsOf(each)
        .filter(({ until }) => now <= until)
        .map((exception) => ({ exception, covered: coveredEvents(exception.scope) }))
      const covered = exceptions.map((one) => one.covered)
      const sight = exceptions.length > 0 ? contentDigest(exceptions.map(({ exception }) => exception)) : ''
      return [{ kept: each, whole, meaning: withoutCovered(whole, covered), exceptions, sight }]
    }
    const hint = 'deploy it again'
    const message = `rule "${each.rule}" in ${store} cannot be run: ${whole}`
    diagnostics.push(error('artifact/unreadable-meaning', message, undefined, { hint }))
    return []
  })
  const known = new Map<string, string>()
  for (const { kept: one, whole, sight } of readable) known.set(one.rule, textOf(whole.at(-1), sight))
  const rules = new Map<RuleId, Rule>()
  const versions = new Map<string, string>()
  const sights = new Map<string, string>()
  const held = new Map<string, HeldException>()
  for (const { kept: one, meaning, exceptions, whole, sight } of readable) {
    const source = new Source(`${store}:${one.rule}`, textIn(one.content, 'source'))
    const span: Span = { source, start: 0, end: source.text.length }
    const names = new Map<string, RuleId>()
    for (const [at, part] of meaning.entries()) {
      const id = freeId(part.id, textOf(whole[at], sight), one.rule, known)
      names.set(part.id, id)
      if (rules.get(id) === undefined)
        rules.set(
          id,
          rebuild(part, id, (name) => names.get(name) ?? (name as RuleId), span),
        )
    }
    versions.set(one.rule, contentDigest(whole as unknown as Json))
    if (sight !== '') sights.set(one.rule, sight)
    for (const { exception, covered } of exceptions) {
      const { until } = exception
      const part = leftOut(whole, exception.id, covered)
      if (part === undefined) continue
      const id = `${one.rule} without ${exception.id}` as RuleId
      rules.set(id, { ...rebuild(part, id, (name) => name as RuleId, span), alone: true })
      const rule = textIn(one.content, 'title')
      held.set(id, { id: exception.id, until, rule, digest: contentDigest(exception) })
    }
  }
  for (const id of versions.keys()) {
    const rule = rules.get(id as RuleId)
    if (rule !== undefined) rules.set(rule.id, { ...rule, alone: true })
  }
  return { program: { rules }, versions, sights, exceptions: held, diagnostics }
}

/** Its own id, unless that is another rule's here; the same id for the same text of what is meant. */
function freeId(own: string, text: string, of: string, known: Map<string, string>): RuleId {
  const claimed = known.get(own)
  const id = claimed === undefined || claimed === text ? own : `${own} of ${of}`
  known.set(id, text)
  return id as RuleId
}

/** @param sight of the exceptions that hold for it */
function textOf(part: Meaning | undefined, sight: string): string {
  return `${canonicalJson({ ...part, alone: false } as unknown as Json)} ${sight}`
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
