import { importWhole, type Imported, type ImportOptions } from '../recording/importer.ts'
import { LineImporter } from '../recording/line-importer.ts'
import { STRACE_REACH } from './reach.ts'
import { StraceReader } from './reader.ts'

/**
 * Makes events of a recording by `strace -f -yy -ttt`, fed in chunks that may end anywhere. `-T`, `-o FILE`, `[pid N]`
 * and a missing `-f` or `-yy` are understood; without `-ttt` there is no time, and the lines are refused.
 *
 * Takes the text as it is: a line that cannot be read is skipped and told (`event/strace-line`, `-time`, `-call`,
 * `-long-line`, `-resumed`), and the reading goes on. Each use is one event; uses are not folded.
 *
 * - `@timestamp` is the end of the call where `-T` or the second half of a divided call tells it. Else it is the
 *   beginning, and `@timestamp` stands in `detpack.unknown`.
 * - A path is all that strace tells of a file's identity: `detpack.object.identity` is `candidate` where the kernel
 *   named the path (-yy), `string` where only the program did.
 * - A descriptor without a history in the recording has the origin `unseen`.
 * - Host and boot are stand-ins unless given, and so listed in `detpack.unknown` of each event.
 */
export class StraceImporter extends LineImporter {
  constructor(options: ImportOptions) {
    super(STRACE_REACH, options, (session) => new StraceReader(session))
  }
}

/** Reads a whole recording. */
export function importStrace(text: string | Uint8Array, options: ImportOptions): Imported {
  return importWhole(new StraceImporter(options), text)
}
