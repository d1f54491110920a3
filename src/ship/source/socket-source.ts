import { createServer, type Socket } from 'node:net'
import { listenOn } from '../unix-socket.ts'
import { LineFeed, type Sink, type Source } from './source.ts'

/** A sensor has one; more come with a change of sensors. */
const MOST_CONNECTIONS = 16

/**
 * A UNIX socket that sensors write to. They are never made to wait: what finds no room in the spool is dropped by the
 * rules of the lanes. A socket that an earlier life left behind is replaced; one that somebody listens on is not.
 */
export function socketSource(path: string): Source {
  const connections = new Set<Socket>()
  const feeds = new Set<Promise<void>>()
  const server = createServer()
  return {
    name: `unix:${path}`,
    waits: false,
    remembers: false,
    run: async (sink) => {
      server.maxConnections = MOST_CONNECTIONS
      await new Promise<void>((resolve, reject) => {
        server.on('connection', (socket) => {
          connections.add(socket)
          const fed = feedFrom(socket, path, sink).finally(() => {
            connections.delete(socket)
            feeds.delete(fed)
          })
          feeds.add(fed)
          fed.catch(reject)
        })
        server.on('error', reject)
        server.on('close', resolve)
        listenOn(server, path, 0o600).catch(reject)
      })
      await Promise.all(feeds)
    },
    stop: () => {
      for (const socket of connections) socket.destroy()
      server.close()
    },
  }
}

async function feedFrom(socket: Socket, path: string, sink: Sink): Promise<void> {
  const feed = new LineFeed(`unix:${path}`, sink)
  socket.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => {
    socket.on('data', (bytes) => void feed.push(bytes).catch(reject))
    socket.on('close', () => resolve())
  })
  await feed.end()
}
