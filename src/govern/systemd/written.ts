import type { Span } from '../../diagnostic/source.ts'
import type { FilterList } from './filter-list.ts'
import type { LinuxCapability } from './linux-capability.ts'
import type { Namespace, ServiceSettings, Switch } from './setting.ts'

/** What the lines of a unit and its drop-ins have said so far; `imply` makes settings of it. */
export interface Written {
  defaultDependencies: boolean
  user: string | null
  supplementaryGroups: string[]
  readonly switches: Record<Switch, boolean>
  choices: ServiceSettings['choices']
  boundingSet: ReadonlySet<LinuxCapability>
  ambientSet: ReadonlySet<LinuxCapability>
  systemCalls: FilterList | null
  architectures: Set<string>
  addressFamilies: FilterList | null
  /** Null: not said, which is all of them; lists of later lines then start from their own. */
  namespaces: ReadonlySet<Namespace> | null
  umask: number
  delegate: boolean
  deviceAllow: string[]
  ipAddressAllow: string[]
  ipAddressDeny: string[]
  readonly ipFilters: Set<string>
  rootDirectory: string
  rootImage: string
  readonly places: Map<string, Span>
}
