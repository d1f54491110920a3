import type { Readable } from 'node:stream'
import { LineFeed, type Sink, type Source } from './source.ts'

/** Standard input, or another stream: it waits while the spool is full, and where it was cannot be remembered. */
export function streamSource(stream: Readable, name: string): Source {
  return {
    name,
    waits: true,
    remembers: false,
    run: async (sink: Sink) => {
      const feed = new LineFeed(name, sink)
      try {
        for await (const chunk of stream) await feed.push(chunk as Uint8Array)
      } catch (thrown) {
        // Destroyed from outside: it was stopped.
        if (!stream.destroyed) throw thrown
      }
      await feed.end()
    },
    stop: () => void stream.destroy(),
  }
}
