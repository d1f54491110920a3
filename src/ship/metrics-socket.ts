import { createServer } from 'node:http'
import { listenOn } from './unix-socket.ts'

/**
 * Answers `GET /metrics` on a UNIX socket that its owner and group may use.
 *
 * @returns what ends it
 */
export async function serveMetrics(path: string, text: () => string): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const found = request.method === 'GET' && request.url === '/metrics'
    response.writeHead(found ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(found ? text() : 'GET /metrics\n')
  })
  await listenOn(server, path, 0o660)
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
