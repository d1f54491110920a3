import { ownedSearch, readSearchMark, ruleOf, signSearch, TUNABLE_SETTINGS } from '../../artifact/splunk/mark.ts'
import { titleOf } from '../../artifact/splunk/saved-search.ts'
import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import { fieldsOf, valueOf } from '../difference.ts'
import { textOf, type KindPolicy } from '../object.ts'
import { overlapOf } from './search-window.ts'

const TUNABLE: readonly string[] = TUNABLE_SETTINGS.flat()

/**
 * A saved search, in REST's names. A person may tune the switch, the schedule and for how long an alert is not repeated;
 * actions that others turned on and every setting that detpack never writes are kept. A kept schedule that is too short
 * for the rule's chains is `target/short-lookback` (warning).
 */
export const searchPolicy: KindPolicy = {
  owned: ownedSearch,
  tunable: TUNABLE_SETTINGS,
  loose: (content) => ({ ...fieldsOf(content, TUNABLE), actions: actionsOf(content).join(',') }),
  compose: (desired, live, tuned, overwritten) => {
    if (live === null) return { ...desired, ...tuned }
    const owned = ownedSearch(live)
    const others = Object.entries(live).filter(
      ([name]) =>
        !Object.hasOwn(owned, name) && !TUNABLE.includes(name) && name !== 'actions' && !overwritten.has(name),
    )
    const actions = [...actionsOf(desired), ...(overwritten.has('actions') ? [] : actionsOf(live))]
    return { ...Object.fromEntries(others), ...desired, ...tuned, actions: [...new Set(actions)].sort().join(',') }
  },
  theirs: (live, desired) => {
    const actions = actionsOf(live).filter((each) => !actionsOf(desired).includes(each))
    return actions.length === 0 ? [] : [{ field: 'actions', live: actions }]
  },
  markOf: (content) => {
    const mark = readSearchMark(content)
    if (mark === undefined) return null
    const { pack, version, digest, applied } = mark
    return { pack, version, digest, applied: applied === null ? null : { ...applied } }
  },
  sign: (content, { pack, version, digest, applied }) => {
    const rule = ruleOf(content)
    if (rule === undefined) throw new Error('a saved search of no rule')
    const texts =
      applied === null ? null : Object.entries(applied).map(([name, value]) => [name, textOf(value)] as const)
    return signSearch(content, { pack, rule, version, digest, applied: texts && Object.fromEntries(texts) })
  },
  idIn: ruleOf,
  // A search is known by its name: another title is another search, which takes the place of the old one.
  replaces: (live, desired) => valueOf(live, 'name') !== valueOf(desired, 'name'),
  check: shortLookback,
  isOn: (content) => valueOf(content, 'disabled') !== '1',
}

/** Chains that cross the boundary of two runs are lost when a run looks back less than period and chain. */
function shortLookback(desired: JsonObject, content: JsonObject): readonly Diagnostic[] {
  const needed = overlapOf(desired)
  if (!(overlapOf(content) < needed)) return []
  const title = titleOf(textOf(valueOf(desired, 'name')))
  const message = `"${title}" looks back too little for its chains with the schedule that was set by hand`
  return [
    warning('target/short-lookback', message, undefined, {
      hint: `let it look back ${needed} min more than its period, or take the schedule back with --overwrite cron_schedule`,
    }),
  ]
}

function actionsOf(content: JsonObject): readonly string[] {
  const value = valueOf(content, 'actions')
  return typeof value === 'string' ? value.split(/[,\s]+/).filter((each) => each !== '') : []
}
