#!/usr/bin/node
// broker.mjs take SOCKET HOST:PORT | broker.mjs give FILE SOCKET: two programs that meet at a UNIX socket. One packs a file and writes it
// there; the other passes on what it got, once, when it has waited for more.
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { setTimeout as passed } from 'node:timers/promises'
import { brotliCompressSync } from 'node:zlib'

const [how, first, second] = process.argv.slice(2)
if (how === 'take') {
  const [host, port] = second.split(':')
  const door = createServer((link) => {
    const parts = []
    link.on('data', (part) => parts.push(part))
    link.on('end', async () => {
      door.close()
      await passed(700)
      let said = ''
      const peer = connect(Number(port), host, () => peer.end(Buffer.concat(parts)))
      peer.on('data', (part) => (said += part))
      peer.on('error', () => process.exit(9))
      peer.on('close', () => process.exit(said === '' ? 9 : 0))
    })
  })
  door.listen(first)
} else {
  const packed = brotliCompressSync(readFileSync(first))
  const link = connect(second, () => link.end(packed))
  link.on('error', () => process.exit(4))
}
