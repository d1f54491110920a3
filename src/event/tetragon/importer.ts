import type { ImportOptions } from '../recording/importer.ts'
import { LineImporter } from '../recording/line-importer.ts'
import { TETRAGON_REACH } from './reach.ts'
import { TetragonReader } from './reader.ts'

/**
 * Makes events of the JSON that Tetragon exports: execs and exits, and the functions that its policies watch
 * (kprobes, LSM hooks, system call tracepoints), for the common ones among them; others are counted by name.
 *
 * A line that is no event is skipped and told (`event/tetragon-json`, `-time`, `-kind`, `-long-line`), and the reading
 * goes on. Rate limits and throttling become `sensor_loss`.
 *
 * - The identity of a process is the `exec_id` of its first image.
 * - A probe tells how a call ended only where its policy asks for the return value; else the outcome is `unknown`,
 *   but for functions that are reached on success only (fd_install, commit_creds).
 * - Files are known by the path that the kernel resolved (`candidate`) or that the program gave (`string`).
 * - The arguments of a program are one text, without the name that it was called by.
 */
export class TetragonImporter extends LineImporter {
  constructor(options: ImportOptions) {
    super(TETRAGON_REACH, options, (session) => new TetragonReader(session))
  }
}
