import type { Predicate } from '../../ir/predicate.ts'
import type { Correlation } from '../../ir/rule.ts'
import type { CompileContext, ResultIdentity } from '../backend.ts'
import { firstColumns, startId } from './first-event.ts'
import { timeOf } from './moment.ts'
import { prefilter } from './prefilter.ts'
import type { Scope } from './scope.ts'
import { keysOf, workedOn, type Stage } from './stage.ts'
import { splText } from './syntax.ts'

/**
 * The base search and what every query begins with. `dp_ms` is the event's time in whole milliseconds: half a
 * microsecond is added before cutting, because `_time` is a binary fraction and may lie just below the digits that were
 * written. HTTP Event Collector delivers at least once, hence `dedup` (event contract §7); an event without an id is
 * known by its place in the index.
 */
export function opening(predicates: readonly Predicate[], context: CompileContext, scope: Scope): readonly string[] {
  return [
    `${context.store.splunkBase}${prefilter(predicates, scope)}`,
    `eval dp_id=coalesce('event.id', _bkt . ":" . _cd), dp_ms=floor(_time*1000+0.0005), dp_seq=coalesce(tonumber('event.sequence'), 0)`,
    'dedup dp_id',
    ...scope.span(),
    ...scope.gathering(),
  ]
}

/** `group_1`, `group_2`, …: one column for each key, in the order of the group. */
function groupColumns(of: Correlation): Readonly<Record<string, string>> {
  return Object.fromEntries(of.group.map((key, at) => [key.name, `group_${at + 1}`]))
}

/** Of ordered and unordered events there is one alert for each start, the earliest. */
function alertsOncePerStart(of: Correlation): boolean {
  return of.body.type === 'ordered' || of.body.type === 'unordered'
}

/**
 * The last commands: identity, times and group as columns, the query's own fields gone, the closing event's kept.
 *
 * @param reach in milliseconds: where older events could change an alert, only those count whose whole reach the search
 *   looks at; null where it does not matter
 */
export function closing(stage: Stage, reach: number | null): readonly string[] {
  const names = stage.of.group.map((_, at) => `dp_k${at + 1}`)
  const columns = names.map((name, at) => `group_${at + 1}=${name}`)
  const times = [`first_time=${timeOf('dp_start')}/1000`, 'last_time=dp_ms/1000']
  return [
    `eval ${[`detpack_rule=${splText(stage.of.id)}`, `first_id=${startId(stage)}`, 'last_id=dp_id', ...times, ...columns, ...firstColumns(stage)].join(', ')}`,
    ...(alertsOncePerStart(stage.of) ? [`dedup ${[...names, 'first_id'].join(' ')}`] : []),
    ...(reach === null ? [] : [`where dp_ms-${reach}>=dp_begin`]),
    'fields - dp_*',
  ]
}

/**
 * Turns the alerts of a stage into events of the next: at the place of their closing event, with the identity of the
 * alert for an id, and the group for fields. `mark` is left in `dp_of`.
 */
export function alerting(stage: Stage, mark: string): readonly string[] {
  const { of } = stage
  const keys = of.group.map((_, at) => `dp_k${at + 1}`)
  const first = 'substr(dp_start, 33)'
  const group = [...of.group.entries()]
    .sort(([, a], [, b]) => (a.name < b.name ? -1 : Number(a.name > b.name)))
    .map(([at, key]) => `${splText(`${JSON.stringify(key.name)}:`)} . ${jsonText(`dp_k${at + 1}`)}`)
  const canonical = [
    splText(`[${JSON.stringify(of.id)},{`),
    ...group.flatMap((each, at) => (at === 0 ? [each] : ['","', each])),
    '"},"',
    jsonText(first),
    '","',
    jsonText('dp_id'),
    '"]"',
  ].join(' . ')
  return [
    ...(alertsOncePerStart(of)
      ? [`eval dp_start=${workedOn(stage, 'dp_start', 'dp_id')}`, `dedup ${[...keysOf(stage), 'dp_start'].join(' ')}`]
      : []),
    `eval dp_of=${workedOn(stage, splText(mark), 'dp_of')}, ${keys
      .map((name, at) => `dp_a${at + 1}=${workedOn(stage, name, `dp_a${at + 1}`)}, `)
      .join('')}dp_id=${workedOn(stage, `sha256(${canonical})`, 'dp_id')}`,
  ]
}

/**
 * A text as JSON writes it: backslash, quote, tab, line feed and carriage return escaped. Other control characters
 * are not looked for: no id or key holds them.
 */
function jsonText(expression: string): string {
  const escapes: readonly (readonly [string, string])[] = [
    [splText('\\'), splText('\\\\')],
    [splText('"'), splText('\\"')],
    ['urldecode("%09")', splText('\\t')],
    ['urldecode("%0A")', splText('\\n')],
    ['urldecode("%0D")', splText('\\r')],
  ]
  const escaped = escapes.reduce((text, [from, to]) => `mvjoin(split(${text}, ${from}), ${to})`, expression)
  return `"\\"" . ${escaped} . "\\""`
}

export function identityOf(of: Correlation): ResultIdentity {
  return { of: 'row', keys: groupColumns(of), first: 'first_id', last: 'last_id' }
}

/** One command a line. */
export function writeSpl(commands: readonly string[]): string {
  return commands.join('\n| ')
}
