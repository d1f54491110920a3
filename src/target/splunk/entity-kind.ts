import { contentDigest } from '../../event/canonical.ts'
import { isExceptionMacro } from '../../artifact/splunk/exception-macro.ts'
import { KEPT_MACRO_SETTINGS } from '../../artifact/splunk/macro.ts'
import { isKeptSetting, readSearchMark, unset } from '../../artifact/splunk/mark.ts'
import { roles } from '../../artifact/splunk/rest-search.ts'
import { searchName, titleOf } from '../../artifact/splunk/saved-search.ts'
import { settingText } from '../../artifact/splunk/setting.ts'
import type { JsonObject } from '../../event/field.ts'
import { textOf, type KindPolicy, type LiveObject, type NamedObject } from '../object.ts'
import type { Entity } from './entity.ts'
import { exceptionMacroPolicy, macroPolicy } from './macro-policy.ts'
import { searchPolicy } from './search-policy.ts'

/** A kind of object that Splunk keeps by name in an app, and how it is told from an answer. */
export interface EntityKind {
  readonly kind: 'saved-search' | 'macro' | 'exception'
  readonly path: string
  readonly policy: KindPolicy
  /** The rights that changing one takes, for messages. */
  readonly needs: (app: string) => string
  /** Those of ours, and those that stand where a named one is to stand. */
  readonly live: (entities: readonly Entity[], named: readonly NamedObject[]) => readonly LiveObject[]
}

export const SAVED_SEARCHES: EntityKind = {
  kind: 'saved-search',
  path: 'saved/searches',
  policy: searchPolicy,
  needs: (app) => `write permission to the app "${app}" and the capability schedule_search`,
  live: liveSearches,
}

const macros: EntityKind = {
  kind: 'macro',
  path: 'configs/conf-macros',
  policy: macroPolicy,
  needs: (app) => `write permission to the app "${app}"`,
  live: (entities) => liveMacros(entities, 'macro'),
}

/** An exception is a macro that the search of its rule calls. */
const exceptions: EntityKind = {
  ...macros,
  kind: 'exception',
  policy: exceptionMacroPolicy,
  live: (entities) => liveMacros(entities, 'exception'),
}

/** What others stand on first. */
export const ENTITY_KINDS: readonly EntityKind[] = [macros, exceptions, SAVED_SEARCHES]

/**
 * A search is known by the rule in its mark, so that it is found again under another title. When there are two of one
 * rule, a change of title was cut off: the old one counts, which holds what was tuned. One without a mark is told by its
 * name.
 */
function liveSearches(entities: readonly Entity[], named: readonly NamedObject[]): readonly LiveObject[] {
  const wanted = new Map(named.filter(({ kind }) => kind === 'saved-search').map(({ id, title }) => [id, title]))
  const found = new Map<string, LiveObject>()
  const strangers = new Map<string, JsonObject>()
  for (const entity of entities) {
    const content = searchContent(entity)
    const mark = readSearchMark(content)
    if (mark === undefined) strangers.set(entity.name, content)
    else {
      const before = found.get(mark.rule)
      const isNew = entity.name === searchName(wanted.get(mark.rule) ?? '')
      if (before === undefined || !isNew) found.set(mark.rule, liveObject('saved-search', mark.rule, content))
    }
  }
  for (const [id, title] of wanted) {
    const stranger = strangers.get(searchName(title))
    if (stranger !== undefined && !found.has(id)) found.set(id, liveObject('saved-search', id, stranger))
  }
  return [...found.values()]
}

function searchContent({ name, content, access }: Entity): JsonObject {
  const listed = settingText('actions', content['actions']).split(/[,\s]+/)
  const actions = listed.filter((each) => each !== '')
  return {
    name,
    ...normal(content, (key) => isKeptSetting(key, actions)),
    ...(actions.length > 0 && { actions: roles(actions) }),
    ...access,
  }
}

function liveMacros(entities: readonly Entity[], kind: 'macro' | 'exception'): readonly LiveObject[] {
  return entities
    .filter(({ name }) => isExceptionMacro(name) === (kind === 'exception'))
    .map(({ name, content, access }) =>
      liveObject(kind, name, { name, ...normal(content, (key) => KEPT_MACRO_SETTINGS.has(key)), ...access }),
    )
}

const POLICIES = { macro: macroPolicy, exception: exceptionMacroPolicy, 'saved-search': searchPolicy }

function liveObject(kind: EntityKind['kind'], id: string, content: JsonObject): LiveObject {
  const policy = POLICIES[kind]
  const handle = textOf(content['name'])
  const title = kind === 'saved-search' ? titleOf(handle) : handle
  return { kind, id, title, content, mark: policy.markOf(content), fingerprint: contentDigest(content), handle }
}

/** Settings in their normal form; what nobody set is as if it were not there. */
function normal(content: JsonObject, keeps: (key: string) => boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(content).flatMap(([key, value]) => {
      const text = keeps(key) ? settingText(key, value) : ''
      return text === '' || text === unset(key) ? [] : [[key, text]]
    }),
  )
}
