import type { Absence } from '../../ir/rule.ts'
import { LIFE_LENGTH, NOW, ORDER_DIGITS, orderOf, sameLife, timeOf } from './item.ts'
import type { OrderedChain } from './ordered-chain.ts'
import { isRole, type Flow, type Role } from './stage.ts'

/**
 * All pairs of a first and a second item that lie close enough in a group; those in order, within the time and with
 * nothing that breaks them are kept. Time is cut into slices of the farthest look of the rule, and each item is looked for
 * in its own slice and, as its role needs, in the next or the one before.
 *
 * An absence behind the chain holds once its time has passed.
 */
export function pairLines(chain: OrderedChain, flow: Flow): readonly string[] {
  const broken = brokenBy(chain)
  const steps = [chain.start, chain.closing]
  const columns = chain.joins.map((join) => join.name)
  // What breaks a pair has no joins: then the pairs are made first, and their joins compared.
  const packs = columns.length > 0 && broken.length > 0
  const life = chain.lives ? 'life, ' : ''
  const joins = packs ? `TO_STRING(LENGTH(joins) + ${LENGTH_OFFSET}), joins, ` : ''
  const entry = `CONCAT(${orderOf('event')}, ${life}${joins}SUBSTRING(event, ${ORDER_DIGITS + 1}))`
  const values = [...steps, ...broken.map(({ role }) => role)].map(
    (role) => `${columnOf(role, chain)} = VALUES(entry) WHERE ${isRole(role)}`,
  )
  return [
    ...(packs
      ? [
          `EVAL joins = CONCAT(${columns.map((name) => `TO_STRING(LENGTH(${name}) + ${LENGTH_OFFSET}), ${name}`).join(', ')})`,
        ]
      : []),
    `EVAL entry = ${broken.length === 0 ? entry : `CASE(${isRole(...steps)}, ${entry}, ${orderOf('event')})`}`,
    ...sliceLines(chain, flow),
    `STATS ${values.join(', ')}${flow.by('slice', ...(packs ? [] : columns))}`,
    'MV_EXPAND start',
    'MV_EXPAND closing',
    flow.where(conditions(chain, packs).join(' AND ')),
    `EVAL start = ${stripped('start', chain, packs)}, closing = ${stripped('closing', chain, packs)}`,
    ...broken.flatMap((each, at) => withoutBroken(each, broken.slice(at + 1), flow)),
    `STATS start = MAX(start)${flow.by('closing')}`,
    ...chain.absences
      .filter(({ where }) => where === 'after')
      .map((absence) => flow.where(`${endOf(absence, chain)} < ${NOW}`)),
    `STATS closing = MIN(closing)${flow.by('start')}`,
  ]
}

const LENGTH_OFFSET = 1_000_000
const LENGTH_DIGITS = 7
const JOINS_AT = ORDER_DIGITS + 1

function sliceLines(chain: OrderedChain, flow: Flow): readonly string[] {
  const { absences, longest, timespan, until, start } = chain
  const looks = absences.map((absence) => {
    if (absence.where === 'between') return 0
    return (absence.within ?? 0) + (absence.where === 'before' ? longest : 0)
  })
  const reach = Math.max(longest, timespan, ...looks)
  const slice = `${timeOf('event')} / ${reach}`
  const later = absences.filter(({ where }) => where === 'after').map(({ role }) => role)
  const earlier = [
    start,
    ...absences.filter(({ where }) => where !== 'after').map(({ role }) => role),
    ...(until ? [until] : []),
  ]
  const cases = [
    `${isRole(...earlier)}, MV_APPEND(${slice}, ${slice} + 1)`,
    ...(later.length === 0 ? [] : [`${isRole(...later)}, MV_APPEND(${slice} - 1, ${slice})`]),
    slice,
  ]
  return [`EVAL slice = ${flow.worked(`CASE(${cases.join(', ')})`)}`, 'MV_EXPAND slice']
}

/** An item that must not be there, as a condition over `start`, `closing` and its own column. */
interface Breaking {
  readonly role: Role
  readonly breaks: string
}

function brokenBy({ absences, until, timespan }: OrderedChain): readonly Breaking[] {
  return [
    ...absences.map((absence) => ({ role: absence.role, breaks: breaksUnless(absence, absence.role.name, timespan) })),
    ...(until === null
      ? []
      : [{ role: until, breaks: `${until.name} >= ${orderOf('start')} AND ${until.name} < ${orderOf('closing')}` }]),
  ]
}

function breaksUnless(absence: Absence, name: string, timespan: number): string {
  const from = timeOf('start')
  const to = timeOf('closing')
  const at = timeOf(name)
  switch (absence.where) {
    case 'between':
      return `${at} > ${from} AND ${at} < ${to}`
    case 'before': {
      const earliest = absence.within === null ? `${to} - ${timespan}` : `${from} - ${absence.within}`
      return `${at} >= ${earliest} AND ${at} < ${from}`
    }
    case 'after':
      return `${at} > ${to} AND ${at} <= ${latestOf(absence.within, timespan)}`
  }
}

function latestOf(within: number | null, timespan: number): string {
  return within === null ? `${timeOf('start')} + ${timespan}` : `${timeOf('closing')} + ${within}`
}

function endOf(absence: Absence, { timespan }: OrderedChain): string {
  return latestOf(absence.where === 'after' ? absence.within : null, timespan)
}

/** The steps have columns of their own names, whatever stage they are of. */
function columnOf(role: Role, { start, closing }: OrderedChain): string {
  return role === start ? 'start' : role === closing ? 'closing' : role.name
}

function conditions(chain: OrderedChain, joins: boolean): readonly string[] {
  const joinsAt = JOINS_AT + (chain.lives ? LIFE_LENGTH : 0)
  const joinsOf = (entry: string): string =>
    `SUBSTRING(${entry}, ${joinsAt}, ${LENGTH_DIGITS} + ${joinsLength(entry, joinsAt)})`
  return [
    `${orderOf('start')} < ${orderOf('closing')}`,
    `${timeOf('closing')} - ${timeOf('start')} <= ${chain.longest}`,
    ...(chain.lives ? [sameLife('start', 'closing', ORDER_DIGITS + 1)] : []),
    ...(joins ? [`${joinsOf('start')} == ${joinsOf('closing')}`] : []),
  ]
}

function joinsLength(entry: string, at: number): string {
  return `TO_INTEGER(SUBSTRING(${entry}, ${at}, ${LENGTH_DIGITS})) - ${LENGTH_OFFSET}`
}

/** The item in an entry. */
function stripped(entry: string, chain: OrderedChain, joins: boolean): string {
  const at = JOINS_AT + (chain.lives ? LIFE_LENGTH : 0)
  if (!joins) return chain.lives ? `CONCAT(${orderOf(entry)}, SUBSTRING(${entry}, ${at}))` : entry
  return `CONCAT(${orderOf(entry)}, SUBSTRING(${entry}, ${at + LENGTH_DIGITS} + ${joinsLength(entry, at)}))`
}

/** Drops the pairs that an item of this kind breaks; those of the kinds still to come are carried along. */
function withoutBroken(of: Breaking, later: readonly Breaking[], flow: Flow): readonly string[] {
  const { name } = of.role
  const carried = later.map(({ role }) => `, ${role.name} = VALUES(${role.name})`).join('')
  return [
    `MV_EXPAND ${name}`,
    `STATS broken = COUNT(*) WHERE ${of.breaks}${carried}${flow.by('start', 'closing')}`,
    flow.where('broken == 0'),
  ]
}
