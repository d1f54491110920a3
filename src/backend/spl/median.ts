import type { Bound, Bounds } from '../../ir/rule.ts'
import { decimal } from './bounds.ts'
import { ASK, ENTER, sortMoments } from './moment.ts'
import { by, keysOf, type Stage } from './stage.ts'

/**
 * What a median needs beside the numbers of values under a bound, and not over it: where half of an even number lie
 * under the bound, the two middle values are the greatest one under it and the least one that is not.
 *
 * Time is cut into blocks that are one millisecond longer than the timespan, so that a window lies in two of them at
 * most: in its own block up to where it ends, and from where it begins to the end of the block before. So an extreme in
 * the window is that of two which only grow: one up to a row, and one from the row's begin on, looked at from the end.
 *
 * Gives `dp_g<i>` and `dp_l<i>` in rows that ask, for each bound; leaves the moments sorted.
 */
export function emitMedian(stage: Stage, bounds: Bounds): readonly string[] {
  const { timespan } = stage.of
  const keys = keysOf(stage)
  const length = timespan + 1
  const values = bounds.flatMap(({ value }, at) => {
    const bound = decimal(value) ?? '0'
    return [
      `dp_u${at}=if(dp_moment==${ENTER} AND dp_x<${bound}, dp_x, null())`,
      `dp_v${at}=if(dp_moment==${ENTER} AND dp_x>=${bound}, dp_x, null())`,
    ]
  })
  const extremes = (from: string, to: string): string =>
    bounds.map((_, at) => `max(dp_u${at}) AS dp_${from}${at} min(dp_v${at}) AS dp_${to}${at}`).join(' ')
  const place = `if(dp_moment==${ASK}, dp_ms-${timespan}, dp_ms)`
  const joined = bounds.flatMap((_, at) => [
    `dp_g${at}=if(dp_block==dp_own OR isnull(dp_i${at}), dp_g${at}, max(coalesce(dp_g${at}, dp_i${at}), dp_i${at}))`,
    `dp_l${at}=if(dp_block==dp_own OR isnull(dp_j${at}), dp_l${at}, min(coalesce(dp_l${at}, dp_j${at}), dp_j${at}))`,
  ])
  return [
    `eval ${values.join(', ')}, dp_at=${place}, dp_block=floor(${place}/${length}), dp_own=floor(dp_ms/${length})`,
    'sort 0 -dp_at +dp_moment',
    `streamstats ${extremes('i', 'j')}${by([...keys, 'dp_block'])}`,
    ...sortMoments(timespan),
    `streamstats ${extremes('g', 'l')}${by([...keys, 'dp_own'])}`,
    `eval ${joined.join(', ')}`,
  ]
}

/**
 * The median against a bound: of an odd number as the middle value is. Of an even one, fewer than half of the values
 * under the bound say that both middle values are not, more than half that both are; else their mean decides.
 */
export function medianHolds({ operator, value }: Bound, at: number): string {
  const bound = decimal(value) ?? '0'
  const mean = `dp_g${at}/2+dp_l${at}/2`
  const half = 'floor(dp_n/2)'
  const [under, upTo] = [`dp_b${at}`, `dp_d${at}`]
  // 0: less, 1: equal, 2: greater.
  const odd = `${under}>${half}, 0, ${upTo}>${half}, 1, 1==1, 2`
  const even = `${under}>${half}, 0, ${under}<${half}, if(${upTo}>${half}, 1, 2), ${mean}<${bound}, 0, ${mean}==${bound}, 1, 1==1, 2`
  const order = `if(dp_n%2==1, case(${odd}), case(${even}))`
  switch (operator) {
    case 'gte':
      return `${order}>=1`
    case 'gt':
      return `${order}==2`
    case 'lt':
      return `${order}==0`
    case 'lte':
      return `${order}<=1`
    case 'eq':
      return `${order}==1`
    case 'neq':
      return `${order}!=1`
  }
}
