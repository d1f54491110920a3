import { all, type Predicate } from '../../ir/predicate.ts'
import { exactly } from '../log-source.ts'
import type { SourceTable } from '../source-table.ts'
import { POWERSHELL_EVENTS, SYSMON_EVENTS, WINDOWS_CHANNELS } from '../windows-channel.ts'
import { sameName } from './tag.ts'

/** The names that Splunk's add-on for Windows gives a channel: rendered as XML, and as text. */
function channel(service: string): Predicate {
  const names = WINDOWS_CHANNELS[service] ?? []
  return exactly('source', ...names.flatMap((name) => [`XmlWinEventLog:${name}`, `WinEventLog:${name}`]))
}

const fields: SourceTable['fields'] = { EventID: 'EventCode', Provider_Name: 'SourceName', Computer: 'ComputerName' }

/** Categories of Sysmon and PowerShell for which there is no data model, or only one without their fields. */
const categories = (): readonly (readonly [category: string, service: string, codes: readonly number[]])[] => [
  ...Object.entries(SYSMON_EVENTS).map(([category, codes]) => [category, 'sysmon', codes] as const),
  ...Object.entries(POWERSHELL_EVENTS).map(([category, [service, code]]) => [category, service, [code]] as const),
]

/** @param modelled categories that a data model answers; with the service named, it is the channel that is meant */
export function windowsSources(modelled: ReadonlySet<string>): readonly SourceTable[] {
  return [
    ...categories().map(([category, service, codes]) => ({
      sources: [
        ...(modelled.has(category) ? [] : [{ product: 'windows', category }]),
        { product: 'windows', category, service },
      ],
      where: all(channel(service), exactly('EventCode', ...codes.map(String))),
      fields,
      rest: sameName,
      message: null,
    })),
    ...Object.keys(WINDOWS_CHANNELS).map((service) => ({
      sources: [{ product: 'windows', service }],
      where: channel(service),
      fields,
      rest: sameName,
      message: null,
    })),
  ]
}
