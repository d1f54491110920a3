import type { Bounds, Count } from '../../ir/rule.ts'
import { emitBounds } from './bounds.ts'
import { idOf, orderOf, timeOf } from './item.ts'
import { FAR, NUL } from './literal.ts'
import type { Flow, Stage, StageForm } from './stage.ts'
import { countedRoles, inWindow, windowPairs } from './window.ts'

/** A number of items in a window that slides: at each item, those of its group in the time before it, itself included. */
export function formCount(stage: Stage, body: Count): StageForm {
  const enough = leastOf(body.bounds)
  const { timespan } = stage.of
  const ranked = enough !== undefined && enough <= MOST_RANKED
  return {
    roles: countedRoles(stage, body.of),
    columns: [],
    lives: false,
    cost: ranked ? 'items' : 'pairs',
    lines: (flow) => (ranked ? ranks(enough, timespan, flow) : windows(body.bounds, timespan, flow)),
  }
}

/** The number that `gte` alone asks for. */
export function leastOf(bounds: Bounds): number | undefined {
  const [only] = bounds
  return bounds.length === 1 && only?.operator === 'gte' ? Math.max(1, Math.ceil(only.value)) : undefined
}

/** Positions in a list are integers. */
const MOST_RANKED = 1_000_000_000

/**
 * At least N within the time: the N-th item, counted back from one, is not older than that. The items of a group in order
 * are put beside themselves, N - 1 places on, which costs no more than sorting them. Items between which nothing decides
 * see one another, so what holds for the last of them holds for all.
 */
function ranks(enough: number, timespan: number, flow: Flow): readonly string[] {
  return [
    `EVAL order = ${flow.worked(orderOf('event'))}, id = ${flow.worked(idOf('event'))}`,
    `STATS id = VALUES(id)${flow.by('order')}`,
    `EVAL peers = MV_CONCAT(MV_SORT(id), ${NUL})`,
    'MV_EXPAND id',
    'EVAL event = CONCAT(order, id)',
    `STATS start = VALUES(event), closing = VALUES(CONCAT(event, ${NUL}, peers))${flow.by()}`,
    `EVAL pair = MV_ZIP(MV_SORT(start), MV_SLICE(MV_SORT(closing), ${enough - 1}, ${FAR}), ${NUL})`,
    flow.keep('pair'),
    'MV_EXPAND pair',
    `EVAL part = SPLIT(pair, ${NUL})`,
    `EVAL start = MV_SLICE(part, 0), order = ${orderOf('MV_SLICE(part, 1)')}, id = MV_SLICE(part, 2, ${FAR})`,
    flow.where(`${timeOf('order')} - ${timeOf('start')} <= ${timespan}`),
    `STATS start = MAX(start), id = VALUES(id)${flow.by('order')}`,
    'MV_EXPAND id',
    'EVAL closing = CONCAT(order, id)',
  ]
}

function windows(bounds: Bounds, timespan: number, flow: Flow): readonly string[] {
  return [
    ...windowPairs(timespan, 'event', flow),
    flow.where(inWindow('entry', timespan)),
    `STATS total = COUNT(*), start = MIN(entry)${flow.by('closing')}`,
    flow.where(emitBounds('total', bounds).text),
  ]
}
