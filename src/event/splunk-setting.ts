import { schemaFields } from './schema.ts'
import { emitCalculatedFields } from './splunk-cim.ts'

/** The sourcetype of events by the HTTP Event Collector, and of files read by a forwarder. */
export const SOURCETYPE = 'detpack:event'
export const FILE_SOURCETYPE = 'detpack:event:file'

/** The fields as a table: what a rule may name, and how Splunk extracts it before the aliases of `props.conf`. */
export function emitFieldList(): string {
  const rows = schemaFields.map(({ name, type, multi, required, meaning }) => [
    name,
    multi ? `${name}{}` : name,
    type,
    String(multi),
    String(required),
    meaning,
  ])
  return [['field', 'extracted', 'type', 'multivalue', 'required', 'meaning'], ...rows]
    .map((row) => `${row.map(csvCell).join(',')}\n`)
    .join('')
}

/**
 * Settings for both sourcetypes. A list is extracted as `name{}`; an alias gives it the name that rules use
 * (`ASNEW`, from Splunk 7.2.4: a field that is there under that name already stays).
 */
export function emitProps(): string {
  const aliases = schemaFields
    .filter(({ multi }) => multi)
    .map(({ name }) => `"${name}{}" ASNEW "${name}"`)
    .join(' ')
  const calculated = emitCalculatedFields()
  return `# Generated from the event schema: run scripts/generate-mappings.mjs after a change of src/event.
#
# An event has more fields and more characters than Splunk extracts by itself. In limits.conf, [kv]: limit = 400,
# maxchars = 1048576.

# HTTP Event Collector, endpoint /services/collector/event: the time comes with the envelope.
[${SOURCETYPE}]
KV_MODE = json
SHOULD_LINEMERGE = 0
LINE_BREAKER = ([\\r\\n]+)
# A cut event is no JSON and would lose all its fields.
TRUNCATE = 1048576
FIELDALIAS-detpack_lists = ${aliases}
# Names of Splunk's data models (CIM); eventtypes.conf and tags.conf say which events belong to them.
${calculated}
# Files read by a forwarder; these settings belong on the forwarder too. Never with KV_MODE = json: fields would double.
[${FILE_SOURCETYPE}]
INDEXED_EXTRACTIONS = JSON
KV_MODE = none
TIMESTAMP_FIELDS = @timestamp
TIME_FORMAT = %Y-%m-%dT%H:%M:%S.%6N%Z
TZ = UTC
SHOULD_LINEMERGE = 0
LINE_BREAKER = ([\\r\\n]+)
TRUNCATE = 1048576
FIELDALIAS-detpack_lists = ${aliases}
${calculated}`
}

function csvCell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
