import { emitEventtypes, emitTags } from '../../event/splunk-cim.ts'
import { emitProps, FILE_SOURCETYPE, SOURCETYPE } from '../../event/splunk-setting.ts'
import { renderConf } from './conf.ts'
import type { Access } from './rest-search.ts'
import { administratorSetup } from './setup.ts'

export interface AppDescription {
  /** The name of its folder. */
  readonly id: string
  readonly pack: string
  /** `1.2.3`. */
  readonly version: string
  readonly access: Access
  /** Where events are to lie; null when the token says it. */
  readonly index: string | null
}

/**
 * The files of a Splunk app that holds a pack: path below the app's folder → text. Besides the given files for `default`
 * and `lookups` it has what events need to be read and to be found by data models: extractions, aliases, event types and
 * tags. No inputs and no indexes: those are the administrator's, and the README says how.
 */
export function appFiles(
  app: AppDescription,
  defaults: ReadonlyMap<string, string>,
  tables: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const { id, pack, version, access } = app
  const description = `Detections of the pack ${pack}, made by detpack`
  return new Map([
    ...[...defaults].map(([name, text]) => [`default/${name}`, text] as const),
    ...[...tables].map(([name, text]) => [`lookups/${name}`, text] as const),
    [
      'default/app.conf',
      renderConf([
        { name: 'install', settings: { is_configured: '0', build: '1' } },
        { name: 'ui', settings: { is_visible: '0', label: `detpack: ${pack}` } },
        { name: 'launcher', settings: { author: 'detpack', description, version } },
        { name: 'package', settings: { id, check_for_updates: '0' } },
        { name: 'id', settings: { name: id, version } },
      ]),
    ],
    ['default/props.conf', emitProps()],
    ['default/eventtypes.conf', emitEventtypes([SOURCETYPE, FILE_SOURCETYPE])],
    ['default/tags.conf', emitTags()],
    ['metadata/default.meta', metadata(access)],
    ['README/savedsearches.conf.spec', SPECIFICATION],
    ['README.md', `# ${description}\n\n${administratorSetup({ app: id, index: app.index })}`],
  ])
}

function metadata({ sharing, read, write }: Access): string {
  const access = `access = read : [ ${read.join(', ')} ], write : [ ${write.join(', ')} ]`
  return `[]\n${access}\nexport = ${sharing === 'global' ? 'system' : 'none'}\n`
}

/** The settings of Enterprise Security that plain Splunk does not know. */
const SPECIFICATION = `# Settings of Splunk Enterprise Security that the searches of this app use.

[<stanza name>]
action.correlationsearch.enabled = <boolean>
* Whether the search is a correlation search.

action.correlationsearch.label = <string>
* Its name.

action.correlationsearch.detection_type = <string>
* ebd: based on events.

action.correlationsearch.metadata = <JSON>
* The id and the version of the detection.

action.correlationsearch.annotations = <JSON>
* Frameworks such as ATT&CK, and under "detpack" what detpack wrote.

action.notable = <boolean>
* Whether each result becomes a notable event.

action.notable.param.<name> = <string>
* What the notable event says.

action.risk = <boolean>
* Whether each result puts a risk score on its entities.

action.risk.param.<name> = <string>
* On which entities, how much, and why.
`
