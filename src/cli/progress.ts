import { statSync } from 'node:fs'
import cliProgress from 'cli-progress'

/** Smaller files are read before anybody would look. */
const WORTH_SHOWING = 8 * 1024 * 1024

/**
 * Shows on a terminal how far a large file has been read.
 *
 * @returns what to call after each chunk, and at the end; both do nothing where there is nothing to show
 */
export function fileProgress(file: string, what: string): { read: (bytes: number) => void; done: () => void } {
  const size = file === '-' ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0)
  if (!process.stderr.isTTY || size < WORTH_SHOWING) return { read: () => undefined, done: () => undefined }
  const bar = new cliProgress.SingleBar({
    format: `${what} {bar} {percentage} % of {megabytes} MB, {eta} s left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  })
  bar.start(size, 0, { megabytes: Math.round(size / 1e6) })
  return { read: (bytes) => bar.update(bytes), done: () => bar.stop() }
}
