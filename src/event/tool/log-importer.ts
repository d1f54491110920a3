import type { Reach } from '../reach.ts'
import type { ImportOptions } from '../recording/importer.ts'
import { LineImporter, type LineReader } from '../recording/line-importer.ts'
import type { Session } from '../recording/session.ts'
import { CallTeller } from './teller.ts'

/** Longest line that is read, in UTF-16 units: a message holds the file that a tool read, an export hundreds of spans. */
const LONGEST = 1 << 24

/**
 * Imports the log of an agent. The run that somebody names is not that of the events: it is what the agent is believed
 * to be, and stands in `detpack.tool.run`, where `detpack join` looks for it.
 */
export class ToolLogImporter extends LineImporter {
  constructor(reach: Reach, options: ImportOptions, read: (session: Session, teller: CallTeller) => LineReader) {
    const { task, ...others } = options
    const own =
      task === undefined
        ? options
        : { ...others, task: { name: task.name, ...(task.id !== undefined && { id: task.id }) } }
    super(reach, own, (session) => read(session, new CallTeller(session, options)), LONGEST)
  }
}
