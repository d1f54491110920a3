import type { ImportOptions } from '../recording/importer.ts'
import { ToolLogImporter } from '../tool/log-importer.ts'
import { OTEL_REACH } from './reach.ts'
import { OtelReader } from './reader.ts'

/**
 * Makes events of GenAI spans in OTLP JSON, an export a line, as the file exporter of the collector writes them: each
 * span whose `gen_ai.operation.name` is `execute_tool`, and each `tools/call` of MCP (semantic conventions 1.36 to 1.41,
 * all still in development). What is told twice is one call: a span of MCP within one of the agent, and that of the
 * server within that of the client.
 *
 * The arguments of a call are in a span only where the instrumentation was asked for them (`gen_ai.tool.call.arguments`);
 * without them a use is told without its object.
 */
export class OtelImporter extends ToolLogImporter {
  constructor(options: ImportOptions) {
    super(OTEL_REACH, options, (session, teller) => new OtelReader(session, teller))
  }
}
