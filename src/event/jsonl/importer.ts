import type { ImportOptions } from '../recording/importer.ts'
import { ToolLogImporter } from '../tool/log-importer.ts'
import { JSONL_REACH } from './reach.ts'
import { JsonlReader } from './reader.ts'

/**
 * Makes events of an agent's log in JSON, a call a line, by what a file of tools says of its fields (`log:`). A line
 * that says one call but neither its time nor its tool is skipped and told (`event/jsonl-time`, `-tool`).
 */
export class JsonlImporter extends ToolLogImporter {
  constructor(options: ImportOptions) {
    super(JSONL_REACH, options, (session, teller) => new JsonlReader(session, teller))
  }
}
