import { EXPOSURE_ITEMS, type ExposureItem } from './exposure-item.ts'
import type { ServiceSettings } from './setting.ts'

/**
 * How much a service could do, as `systemd-analyze security` of systemd 252 counts it. 257 counts the same, but for one thing:
 * of a unit that is not running it takes PrivateMounts for set where nothing is said of it, which is 0.2 less.
 */
export interface Exposure {
  /** 0.0 to 10.0, one digit. */
  readonly overall: number
  readonly level: ExposureLevel
  readonly items: readonly ItemExposure[]
}

export type ExposureLevel = 'PERFECT' | 'SAFE' | 'OK' | 'MEDIUM' | 'EXPOSED' | 'UNSAFE' | 'DANGEROUS'

export interface ItemExposure {
  /** `json_field` of `systemd-analyze security --json`. */
  readonly id: string
  /** The directive that decides, such as `ProtectSystem`. */
  readonly directive: string
  /** 0 is good, `range` worst; null: does not apply to this service. */
  readonly badness: number | null
  readonly range: number
  readonly weight: number
  /** What this item adds to the overall figure, 0.0 to 10.0 in its own digits. */
  readonly share: number
}

/** Items that systemd does not rate where a unit has DefaultDependencies=no (seen of systemd 252 and 257). */
const LATE: ReadonlySet<string> = new Set(['RootDirectoryOrRootImage', 'PrivateTmp', 'ProtectSystem', 'ProtectHome'])

/** The exposure of a service, item by item. */
export function exposureOf(settings: ServiceSettings): Exposure {
  const applies = ({ id }: ExposureItem): boolean => settings.defaultDependencies || !LATE.has(id)
  const rated = EXPOSURE_ITEMS.map((item) => ({ item, badness: applies(item) ? item.badness(settings) : null }))
  let sum = 0
  let weights = 0
  for (const { item, badness } of rated) {
    if (badness === null) continue
    sum += Math.ceil((badness * item.weight) / item.range)
    weights += item.weight
  }
  const overall = Math.ceil((100 * sum) / weights) / 10
  const items = rated.map(({ item, badness }) => ({
    id: item.id,
    directive: item.directive,
    badness,
    range: item.range,
    weight: item.weight,
    share: ((badness ?? 0) * item.weight * 10) / (item.range * weights),
  }))
  return { overall, level: levelOf(overall), items }
}

const LEVELS: readonly (readonly [number, ExposureLevel])[] = [
  [10, 'DANGEROUS'],
  [9, 'UNSAFE'],
  [7.5, 'EXPOSED'],
  [5, 'MEDIUM'],
  [1, 'OK'],
  [0.1, 'SAFE'],
]

function levelOf(overall: number): ExposureLevel {
  return LEVELS.find(([from]) => overall >= from)?.[1] ?? 'PERFECT'
}
