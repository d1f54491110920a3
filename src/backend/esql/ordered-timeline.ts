import { LIFE_LENGTH, ORDER_DIGITS, orderOf, sameLife, timeOf } from './item.ts'
import { FAR } from './literal.ts'
import type { OrderedChain } from './ordered-chain.ts'
import { isRole, type Flow } from './stage.ts'

/**
 * The items of a group in one list, sorted, each put beside the next. A start that is followed by a closing item is its
 * newest, and that item its earliest: just those neighbours are alerts, if the time between them is short enough. What
 * must not be there lies between such neighbours if it is there.
 *
 * Items of one time and sequence have no order: a digit behind both puts closing items first, and what kills a chain from
 * its start on last. An absence between the steps counts whole milliseconds, and strictly: it is put before the first
 * start of its millisecond, and behind everything else there.
 *
 * A closing item may not follow a start of another boot or clock epoch of its host. So the list is made for each life
 * that closing items have, with the starts that may go with it.
 */
export function timelineLines(chain: OrderedChain, flow: Flow): readonly string[] {
  const between = chain.absences.map(({ role }) => role)
  const codes = [
    [CLOSING, [chain.closing]],
    [ABSENT, between],
    [START, [chain.start]],
    [UNTIL, chain.until ? [chain.until] : []],
  ] as const
  const code = codes
    .filter(([, roles]) => roles.length > 0)
    .map(([digit, roles]) => `${isRole(...roles)}, "${digit}"`)
    .join(', ')
  const joins = chain.joins.map((join) => join.name)
  const life = chain.lives ? ', life' : ''
  const lane = chain.lives ? ['lane'] : []
  return [
    `EVAL entry = CONCAT(${orderOf('event')}, CASE(${code}), TO_STRING(LENGTH(event) + ${LENGTH_OFFSET})${life}, SUBSTRING(event, ${ORDER_DIGITS + 1}))`,
    ...(chain.lives ? laneLines(joins, flow) : []),
    ...(between.length > 0 ? betweenLines([...lane, ...joins], flow) : []),
    `STATS entry = VALUES(entry)${flow.by(...lane, ...joins)}`,
    'EVAL entry = MV_SORT(entry)',
    `EVAL pair = MV_ZIP(entry, MV_SLICE(entry, 1, ${FAR}), "")`,
    flow.keep('pair'),
    'MV_EXPAND pair',
    `EVAL next = SUBSTRING(pair, TO_INTEGER(SUBSTRING(pair, ${CODE_AT + 1}, ${LENGTH_DIGITS})) - ${LENGTH_OFFSET} + ${CODE_AT + LENGTH_DIGITS - ORDER_DIGITS + 1})`,
    flow.where(
      `${codeOf('pair')} == "${START}" AND ${codeOf('next')} == "${CLOSING}" AND ${timeOf('next')} - ${timeOf('pair')} <= ${chain.longest}`,
    ),
    `EVAL start = ${itemOf('pair')}, closing = ${itemOf('next')}`,
    `STATS closing = MIN(closing)${flow.by('start')}`,
  ]
}

const CLOSING = '0'
const ABSENT = '1'
const START = '2'
const UNTIL = '3'

const CODE_AT = ORDER_DIGITS + 1
const LENGTH_OFFSET = 1_000_000
const LENGTH_DIGITS = 7
const HEAD = CODE_AT + LENGTH_DIGITS

function codeOf(entry: string): string {
  return `SUBSTRING(${entry}, ${CODE_AT}, 1)`
}

/** The item in an entry without a life, whatever stands behind the entry. */
function itemOf(entry: string): string {
  const length = `TO_INTEGER(SUBSTRING(${entry}, ${CODE_AT + 1}, ${LENGTH_DIGITS})) - ${LENGTH_OFFSET + ORDER_DIGITS}`
  return `CONCAT(${orderOf(entry)}, SUBSTRING(${entry}, ${HEAD + 1}, ${length}))`
}

/** A list for each life of closing items; the lives leave the entries. */
function laneLines(joins: readonly string[], flow: Flow): readonly string[] {
  const lifeAt = HEAD + 1
  const closing = `${codeOf('entry')} != "${CLOSING}" OR SUBSTRING(entry, ${lifeAt}, ${LIFE_LENGTH}) == lane`
  const start = `${codeOf('entry')} != "${START}" OR ${sameLife('entry', 'lane', lifeAt, 1)}`
  return [
    `STATS entry = VALUES(entry), lane = VALUES(life) WHERE SUBSTRING(entry, ${CODE_AT}, 1) == "${CLOSING}"${flow.by(...joins)}`,
    'MV_EXPAND lane',
    'MV_EXPAND entry',
    flow.where(`(${closing}) AND (${start})`),
    `EVAL entry = CONCAT(SUBSTRING(entry, 1, ${HEAD}), SUBSTRING(entry, ${lifeAt + LIFE_LENGTH}))`,
  ]
}

function betweenLines(columns: readonly string[], flow: Flow): readonly string[] {
  const last = `CONCAT(SUBSTRING(entry, 1, 17), "${'9'.repeat(19)}")`
  return [
    'EVAL moment = SUBSTRING(entry, 1, 17)',
    `STATS entry = VALUES(entry), leading = MIN(${orderOf('entry')}) WHERE ${codeOf('entry')} == "${START}"${flow.by('moment', ...columns)}`,
    'MV_EXPAND entry',
    `EVAL entry = CASE(${codeOf('entry')} == "${ABSENT}", CONCAT(COALESCE(leading, ${last}), SUBSTRING(entry, ${CODE_AT})), entry)`,
  ]
}
