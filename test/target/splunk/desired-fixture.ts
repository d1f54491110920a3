import { catalogue, CATALOGUE } from '../../../src/artifact/splunk/catalogue.ts'
import { exceptionMacro } from '../../../src/artifact/splunk/exception-macro.ts'
import { macros, restMacro } from '../../../src/artifact/splunk/macro.ts'
import { DEFAULT_ACCESS, restSearch } from '../../../src/artifact/splunk/rest-search.ts'
import { savedSearch } from '../../../src/artifact/splunk/saved-search.ts'
import { valueCollection } from '../../../src/artifact/splunk/value-lookup.ts'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import type { Correlation, Rule, RuleId } from '../../../src/ir/rule.ts'
import type { Login } from '../../../src/target/destination.ts'
import type { Desired, DesiredObject } from '../../../src/target/object.ts'
import type { SplunkConnection } from '../../../src/target/splunk/connection.ts'
import { openSplunk } from '../../../src/target/splunk/splunk-target.ts'
import type { Target } from '../../../src/target/target.ts'
import { correlation, ordered, programOf, span } from '../../artifact/rule-fixture.ts'
import { context } from '../../backend/context.ts'
import { packOf } from '../deploying.ts'

export const PACE = { timeout: 5000, attempts: 3, pause: 1, longestPause: 2 }
const known = context()

export function ruleOf(id: string, more: Partial<Correlation> = {}): Rule {
  return correlation(ordered(), { id: id as RuleId, name: id, title: `Rule ${id}`, ...more })
}

/** A saved search as the pack wants it. */
export function wanted(id: string, more: Partial<Correlation> = {}, of = 'agents'): DesiredObject {
  const rule = ruleOf(id, more)
  const program = programOf(rule)
  const compiled = splBackend.compile(program, rule.id, known)
  if (compiled.kind === 'refused') throw new Error('refused')
  const options = { pack: of, base: known.store.splunkBase, field: (name: string) => known.mapping.field(name) }
  const made = savedSearch(rule, program, compiled.query, options)
  if (made.kind === 'refused') throw new Error('refused')
  const version = rule.governance.version ?? 1
  return { kind: 'saved-search', id, title: rule.title, version, content: restSearch(made.search, DEFAULT_ACCESS) }
}

/** These searches, and the macros that they call. */
export function pack(...searches: readonly DesiredObject[]): Desired {
  const called = macros(
    known.store.splunkBase,
    searches.map(({ id }) => ruleOf(id)),
  )
  const made = called.map((stanza): DesiredObject => {
    const { name } = stanza
    return { kind: 'macro', id: name, title: name, version: null, content: restMacro(stanza, DEFAULT_ACCESS) }
  })
  return packOf([...made, ...searches])
}

/** An exception of what is done to some paths, after the list that it looks them up in where they are many. */
export function excepted(id: string, ...paths: readonly string[]): readonly DesiredObject[] {
  const who = { reason: 'why', owner: 'o', author: 'a', approver: 'b', ticket: 'T-1' }
  const scope = [{ field: 'file.path', test: 'is' as const, values: paths, span }]
  const all = { id, title: 'The backup', ...who, scope, until: Date.UTC(2027, 0, 1) - 1, span }
  const { stanza, lists } = exceptionMacro(all, known.mapping)
  if (stanza === undefined) throw new Error('refused')
  const name = { kind: 'exception', id: stanza.name, title: all.title, version: null } as const
  return [
    ...lists.map((each): DesiredObject => ({
      ...{ kind: 'collection', id: each.name, title: each.title, version: null },
      content: valueCollection(each),
    })),
    { ...name, content: restMacro(stanza, DEFAULT_ACCESS) },
  ]
}

/** The catalogue of the rules of these ids. */
export function rows(...ids: readonly string[]): DesiredObject {
  const content = catalogue(ids.map((id) => ({ rule: ruleOf(id), search: `Detpack - Rule ${id} - Rule` })))
  return { kind: 'collection', id: CATALOGUE, title: CATALOGUE, version: null, content }
}

export function to(url: string, login: Login, more: Partial<SplunkConnection> = {}): SplunkConnection {
  return { splunkd: { url, login }, app: 'detpack', pace: PACE, ...more }
}

/** The target, or the reasons why there is none as an error. */
export async function opened(connection: SplunkConnection): Promise<Target> {
  const opening = await openSplunk(connection, 'splunk', known.store.splunkBase)
  if (opening.kind === 'failed') throw new Error(opening.diagnostics.map((one) => one.message).join('\n'))
  return opening.target
}
