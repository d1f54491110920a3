import { spawnSync } from 'node:child_process'
import os from 'node:os'

/**
 * Who acts: as they say, else as git knows them, else as the system does. A name is not proved by this; signatures are
 * to show whose it is.
 */
export function actor(named: string | undefined): string {
  if (named !== undefined) return named
  const git = (key: string): string => spawnSync('git', ['config', '--get', key], { encoding: 'utf8' }).stdout.trim()
  return git('user.email') || git('user.name') || os.userInfo().username
}
