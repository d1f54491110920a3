import { chmodSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'

/**
 * Answers `GET /metrics` on a UNIX socket that its owner and group may use.
 *
 * @returns what ends it
 */
export async function serveMetrics(path: string, text: () => string): Promise<() => Promise<void>> {
  rmSync(path, { force: true })
  const server = createServer((request, response) => {
    const found = request.method === 'GET' && request.url === '/metrics'
    response.writeHead(found ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(found ? text() : 'GET /metrics\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(path, () => {
      chmodSync(path, 0o660)
      resolve()
    })
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
