import { createSocket } from 'node:dgram'
import { createConnection, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { connect as connectTls } from 'node:tls'
import type { Attempt } from '../pace.ts'
import { NOTICE_PACE, type Notice, type Receiver } from './notice.ts'

export type SyslogTransport = 'udp' | 'tcp' | 'tls'

export interface SyslogOptions {
  readonly transport: SyslogTransport
  readonly host: string
  readonly port: number
  /** PEM of certificates to trust instead of the system's. */
  readonly ca?: string
}

/** Facility "log audit" (RFC 5424 §6.2.1). */
const FACILITY = 13
const SEVERITY: Readonly<Record<Notice['level'], number>> = {
  critical: 2,
  high: 3,
  medium: 4,
  low: 5,
  informational: 6,
}
/** One datagram on any network (RFC 5426 §3.2); longer ones may be cut on the way. */
const LONGEST_DATAGRAM = 65_000

/**
 * Sends each alert as a message of RFC 5424, the alert as JSON in its text; over TCP and TLS with the length before it
 * (RFC 6587 §3.4.1, RFC 5425). Syslog answers nothing: over TCP a message counts as taken when the system took it.
 */
export function syslog(options: SyslogOptions): Receiver {
  const { transport, host, port } = options
  const stream = transport === 'udp' ? undefined : new SyslogStream(options)
  return {
    name: `syslog at ${transport}://${host}:${port}`,
    hand: (notice) => {
      const message = Buffer.from(syslogMessage(notice, new Date()), 'utf8')
      return stream === undefined ? datagram(message, host, port) : stream.write(message)
    },
    close: () => stream?.close(),
  }
}

/** `<PRI>1 TIME HOST detpack PID alert - JSON` */
export function syslogMessage(notice: Notice, now: Date): string {
  const priority = FACILITY * 8 + SEVERITY[notice.level]
  const host = hostname().replace(/[^\x21-\x7e]/g, '') || '-'
  return `<${priority}>1 ${now.toISOString()} ${host} detpack ${process.pid} alert - ${notice.json}`
}

function datagram(message: Buffer, host: string, port: number): Promise<Attempt<string | null>> {
  if (message.length > LONGEST_DATAGRAM)
    return Promise.resolve({ value: 'it is too long for a datagram: use tcp', passing: false })
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    const end = (problem: Error | null): void => {
      socket.close()
      resolve({ value: problem === null ? null : reasonOf(problem), passing: problem !== null })
    }
    socket.once('error', end)
    socket.send(message, port, host, end)
  })
}

/** One connection, made anew when it is lost. */
class SyslogStream {
  readonly #options: SyslogOptions
  #socket: Socket | undefined

  constructor(options: SyslogOptions) {
    this.#options = options
  }

  async write(message: Buffer): Promise<Attempt<string | null>> {
    try {
      const socket = await this.#connected()
      const framed = Buffer.concat([Buffer.from(`${message.length} `), message])
      await new Promise<void>((resolve, reject) =>
        socket.write(framed, (problem) => (problem ? reject(problem) : resolve())),
      )
      return { value: null, passing: false }
    } catch (problem) {
      this.close()
      return { value: reasonOf(problem), passing: true }
    }
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #connected(): Promise<Socket> {
    const there = this.#socket
    if (there !== undefined && !there.destroyed && there.writable) return Promise.resolve(there)
    const { transport, host, port, ca } = this.#options
    return new Promise((resolve, reject) => {
      const socket =
        transport === 'tls'
          ? connectTls({ host, port, servername: host, ...(ca !== undefined && { ca }) })
          : createConnection({ host, port })
      socket.setTimeout(NOTICE_PACE.timeout, () => socket.destroy(new Error('no answer in time')))
      socket.once('error', reject)
      socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
        socket.setTimeout(0)
        // Later errors show at the next write.
        socket.on('error', () => undefined)
        // Nothing is read; a connection that the other side ends must not be written to.
        socket.on('end', () => socket.destroy()).resume()
        this.#socket = socket
        resolve(socket)
      })
    })
  }
}

function reasonOf(problem: unknown): string {
  const { code, message } = problem as NodeJS.ErrnoException
  return code ?? message
}
