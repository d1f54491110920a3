import type { ImportOptions } from '../recording/importer.ts'
import { ToolLogImporter } from '../tool/log-importer.ts'
import { MCP_REACH } from './reach.ts'
import { McpReader } from './reader.ts'

/**
 * Makes events of the JSON-RPC messages between an MCP client and its servers (specification 2025-11-25 and before):
 * each `tools/call`, and each `resources/read`, with its result.
 *
 * A line may be a message, a message in an envelope that says when, the line of a client's log (`2026-… [files] [info]
 * Message from client: {…}`), or an exchange over HTTP with its bodies, such as an entry of a HAR file. A line without
 * a time has that of the line before it.
 *
 * What is broken is told (`event/mcp-json`, `-time`, `-long-line`); a call without a result has no outcome.
 */
export class McpImporter extends ToolLogImporter {
  constructor(options: ImportOptions) {
    super(MCP_REACH, options, (session, teller) => new McpReader(session, teller))
  }
}
