import { once } from 'node:events'
import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { constants } from 'node:os'

/** Longest path of a socket on Linux, in bytes (`sun_path` with its end); a longer one would be cut off in silence. */
const LONGEST_PATH = 107

/**
 * Listens on a UNIX socket. One that an earlier life left behind is replaced; one that somebody listens on is not, and
 * anything else in its place stays: then it rejects with the system's error.
 *
 * @param mode who may use it, such as 0o600
 */
export async function listenOn(server: Server, path: string, mode: number): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    const message = `the path of a socket may have ${LONGEST_PATH} bytes at most`
    throw Object.assign(new Error(message), { code: 'ENAMETOOLONG', errno: -constants.errno.ENAMETOOLONG })
  }
  await clearWay(path)
  server.listen(path)
  await once(server, 'listening')
  try {
    chmodSync(path, mode)
  } catch (thrown) {
    server.close()
    throw thrown
  }
}

/** Removes a socket that nobody listens on. */
async function clearWay(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => resolve(true))
    probe.on('error', () => resolve(false))
    probe.on('connect', () => probe.destroy())
  })
  if (!alive) rmSync(path, { force: true })
}
