import type { JsonObject } from './field.ts'
import { emitIndexTemplate } from './index-template.ts'
import { emitJsonSchema } from './json-schema.ts'
import { shipperSettings } from './shipper-setting.ts'
import { emitEventtypes, emitTags } from './splunk-cim.ts'
import { emitToolSchema, TOOL_SCHEMA_FILE } from './tool/tool-schema.ts'
import { emitFieldList, emitProps, FILE_SOURCETYPE, SOURCETYPE } from './splunk-setting.ts'

/** The files that are generated from the schema: path in the repository → text. */
export function mappingFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['mappings/event.schema.json', jsonText(emitJsonSchema())],
    [TOOL_SCHEMA_FILE, jsonText(emitToolSchema())],
    ['mappings/elastic/index-template.json', jsonText(emitIndexTemplate())],
    ['mappings/splunk/fields.csv', emitFieldList()],
    ['mappings/splunk/props.conf', emitProps()],
    ...Array.from(shipperSettings(), ([name, text]) => [`mappings/${name}`, text] as const),
    ['mappings/splunk/eventtypes.conf', emitEventtypes([SOURCETYPE, FILE_SOURCETYPE])],
    ['mappings/splunk/tags.conf', emitTags()],
  ])
}

function jsonText(value: JsonObject): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
