import type { JsonObject } from './field.ts'
import { schemaFields } from './schema.ts'
import { FILE_SOURCETYPE } from './splunk-setting.ts'

/**
 * Settings for those who run a shipper already, in place of `detpack ship`. What they all say is here: which file is
 * read, where the events go, under which id. None of them keeps the lanes apart, knows what a rule needs, or finds again
 * what a roll-over hid: that is what `detpack ship` is for.
 */
const FILE = '/var/log/detpack/events.ndjson'
const STREAM = { type: 'logs', dataset: 'detpack.use', namespace: 'default' } as const
const STREAM_NAME = `${STREAM.type}-${STREAM.dataset}-${STREAM.namespace}`
const PIPELINE = 'detpack-use'
const INDEX = 'detpack'

const GENERATED = '# Generated from the event schema: run scripts/generate-mappings.mjs after a change of src/event.\n'

/** Path below `mappings/` → text. */
export function shipperSettings(): ReadonlyMap<string, string> {
  return new Map([
    ['elastic/shipper-role.json', jsonText(emitShipperRole())],
    ['elastic/ingest-pipeline.json', jsonText(emitIngestPipeline())],
    ['filebeat/filebeat.yml', FILEBEAT],
    ['filebeat/elastic-agent.yml', ELASTIC_AGENT],
    ['vector/vector.yaml', VECTOR],
    ['opentelemetry/collector.yaml', COLLECTOR],
    ['splunk/inputs.conf', INPUTS],
  ])
}

/** What an API key may do that ships (body of `POST _security/api_key`): no more than to add events, and to look them up. */
export function emitShipperRole(): JsonObject {
  return {
    name: 'detpack-ship',
    role_descriptors: {
      detpack_ship: {
        cluster: [],
        indices: [
          {
            names: [`${STREAM.type}-${STREAM.dataset}-*`],
            privileges: ['create_doc', 'auto_configure', 'view_index_metadata', 'read'],
          },
        ],
      },
    },
  }
}

/**
 * The ingest pipeline for shippers other than detpack's: an event is known by its own id, whatever they call it, and
 * carries nothing that they add. What is not of the schema is removed; `event.ingested` says when it came.
 */
export function emitIngestPipeline(): JsonObject {
  const roots = [...new Set(schemaFields.map(({ name }) => name.split('.')[0] ?? name))]
  return {
    description: 'Events of detpack by way of another shipper',
    processors: [
      {
        drop: { description: 'a watermark is no event', if: 'ctx.event?.id == null && ctx.detpack?.watermark != null' },
      },
      { set: { field: '_id', copy_from: 'event.id', ignore_empty_value: true } },
      { remove: { keep: roots, ignore_missing: true } },
      { set: { field: 'event.ingested', value: '{{{_ingest.timestamp}}}' } },
    ],
  }
}

/** Makes the event's id the document's, in the script processor of Beats. */
const TAKE_ID = 'function process(event) { event.Put("@metadata._id", event.Get("event.id")); }'

const FILEBEAT = `${GENERATED}#
# Filebeat: filebeat.yml. The events' ids become document ids, so what is sent twice is there once (within one backing
# index). Times keep their milliseconds only. Set up before: "detpack deploy -t elastic", for the index template.
filebeat.inputs:
  - type: filestream
    id: detpack
    paths: [${FILE}]
    # Only whole lines, also of files that were renamed meanwhile.
    prospector.scanner.symlinks: false
    close.on_state_change.inactive: 5m
    parsers:
      - ndjson:
          target: ""
          overwrite_keys: true
          add_error_key: true
    processors:
      - drop_event.when.not.has_fields: [event.id]
      # Not copy_fields: Filebeat 7 makes an ordinary field of it.
      - script: { lang: javascript, source: '${TAKE_ID}' }
      - drop_fields: { fields: [log, input, message], ignore_missing: true }

setup.template.enabled: false
setup.ilm.enabled: false

output.elasticsearch:
  hosts: ["\${ELASTICSEARCH_URL}"]
  # Of the form id:key.
  api_key: "\${ELASTIC_API_KEY}"
  index: ${STREAM_NAME}
  compression_level: 1
  bulk_max_size: 2000
`

const ELASTIC_AGENT = `${GENERATED}#
# Elastic Agent, standalone: elastic-agent.yml. In a fleet, the same as an integration "Custom Logs (Filestream)" with the
# parsers, the processors and the pipeline below.
outputs:
  default:
    type: elasticsearch
    hosts: ["\${ELASTICSEARCH_URL}"]
    # Of the form id:key.
    api_key: "\${ELASTIC_API_KEY}"
    preset: throughput

inputs:
  - type: filestream
    id: detpack
    use_output: default
    data_stream.namespace: ${STREAM.namespace}
    streams:
      - id: detpack-use
        data_stream: { type: ${STREAM.type}, dataset: ${STREAM.dataset} }
        paths: [${FILE}]
        pipeline: ${PIPELINE}
        parsers:
          - ndjson: { target: "", overwrite_keys: true, add_error_key: true }
        processors:
          - drop_event.when.not.has_fields: [event.id]
          - script: { lang: javascript, source: '${TAKE_ID}' }
`

const VECTOR = `${GENERATED}#
# Vector: vector.yaml, with one of the two sinks. What is sent twice is there once in Elasticsearch (within one backing
# index); in Splunk the searches take each event.id once.
data_dir: /var/lib/vector

sources:
  detpack:
    type: file
    include: [${FILE}]
    # Events may be long; by default Vector drops what is over 100 KiB.
    max_line_bytes: 1048576
    ignore_checkpoints: false

transforms:
  detpack_use:
    type: remap
    inputs: [detpack]
    drop_on_error: true
    source: |
      . = object!(parse_json!(string!(.message)))
      # A watermark is no event.
      if !exists(.event.id) { abort }
      .document_id = .event.id

sinks:
  elastic:
    type: elasticsearch
    inputs: [detpack_use]
    endpoints: ["\${ELASTICSEARCH_URL}"]
    mode: data_stream
    bulk: { action: create }
    data_stream: { type: ${STREAM.type}, dataset: ${STREAM.dataset}, namespace: ${STREAM.namespace}, auto_routing: false, sync_fields: false }
    id_key: document_id
    pipeline: ${PIPELINE}
    compression: gzip
    buffer: { type: disk, max_size: 536870912, when_full: block }
    request:
      headers: { Authorization: "ApiKey \${ELASTIC_API_KEY}" }

  splunk:
    type: splunk_hec_logs
    inputs: [detpack_use]
    endpoint: "\${SPLUNK_HEC_URL}"
    default_token: "\${SPLUNK_HEC_TOKEN}"
    index: ${INDEX}
    sourcetype: detpack:event
    source: detpack
    timestamp_key: "@timestamp"
    compression: gzip
    encoding: { codec: json, except_fields: [document_id] }
    acknowledgements: { enabled: true }
    buffer: { type: disk, max_size: 536870912, when_full: block }
`

const COLLECTOR = `${GENERATED}#
# OpenTelemetry Collector (contrib): collector.yaml, with one of the two exporters. The positions in the file outlive a
# restart, and so does the queue.
extensions:
  file_storage:
    directory: /var/lib/otelcol

receivers:
  filelog/detpack:
    include: [${FILE}]
    start_at: beginning
    max_log_size: 1MiB
    storage: file_storage
    retry_on_failure: { enabled: true }
    operators:
      - type: json_parser
        parse_from: body
        parse_to: body
        on_error: send_quiet
        timestamp:
          parse_from: body["@timestamp"]
          layout_type: gotime
          layout: "2006-01-02T15:04:05.999999Z"
      # A watermark is no event.
      - type: filter
        expr: 'body.event?.id == nil'
      - type: copy
        from: body.event.id
        to: attributes["elasticsearch.document_id"]

exporters:
  elasticsearch:
    endpoint: \${env:ELASTICSEARCH_URL}
    headers: { Authorization: "ApiKey \${env:ELASTIC_API_KEY}" }
    logs_index: ${STREAM_NAME}
    logs_dynamic_id: { enabled: true }
    pipeline: ${PIPELINE}
    # The body is the event, as it is.
    mapping: { mode: bodymap }
    sending_queue: { enabled: true, storage: file_storage }
    retry: { enabled: true, max_retries: 1000 }

  splunk_hec:
    endpoint: \${env:SPLUNK_HEC_URL}
    token: \${env:SPLUNK_HEC_TOKEN}
    index: ${INDEX}
    source: detpack
    sourcetype: detpack:event
    sending_queue: { enabled: true, storage: file_storage }
    retry_on_failure: { enabled: true, max_elapsed_time: 0 }

service:
  extensions: [file_storage]
  pipelines:
    logs/detpack:
      receivers: [filelog/detpack]
      exporters: [elasticsearch]
`

const INPUTS = `${GENERATED}#
# Universal Forwarder: inputs.conf, beside the stanza [${FILE_SOURCETYPE}] of props.conf, which belongs on the forwarder
# too. In outputs.conf, useACK = true lets the forwarder keep what an indexer has not stored.
[monitor://${FILE}]
sourcetype = ${FILE_SOURCETYPE}
index = ${INDEX}
disabled = 0
# Events begin alike: the place in the file alone does not tell two files apart.
initCrcLength = 1024
`

function jsonText(value: JsonObject): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
