// What is shipped in the measurements, and the command that ships it.
import { execFileSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
export const detpack = [process.execPath, path.join(root, 'bin/detpack')]

/** So many events of the recordings, each with an id of its own. */
export function writeEvents(file, count) {
  const out = openSync(file, 'w')
  execFileSync(process.execPath, [path.join(root, 'bench/ship-events.mjs'), String(count)], {
    stdio: ['ignore', out, 'inherit'],
  })
  closeSync(out)
}

/** A command that ships with a new spool each time. */
export function shipping(work, events, url, more) {
  let run = 0
  return () => {
    const spool = path.join(work, `ship-spool-${process.hrtime.bigint()}-${run++}`)
    return [...detpack, 'ship', '-t', 'elastic', '--elasticsearch', url, '--spool', spool, '--once', ...more, events]
  }
}
