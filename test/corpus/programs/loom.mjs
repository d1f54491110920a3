#!/usr/bin/node
// loom.mjs ADDRESS:PORT SECONDS: a service for translations by HTTP/2, in clear, which after three requests of its first connection takes no more by it; not recorded. It ends when who
// called last has gone.
import { writeFileSync } from 'node:fs'
import { constants, createServer } from 'node:http2'
import { argv, exit } from 'node:process'

const [host, port] = argv[2].split(':')
let connections = 0
let told = false
const server = createServer()
server.on('session', (session) => {
  const first = connections++ === 0
  let taken = 0
  session.on('stream', (stream) => {
    stream.on('error', () => {})
    let text = ''
    if (first && ++taken > 3) {
      if (!told) session.goaway(constants.NGHTTP2_NO_ERROR, stream.id - 2)
      told = true
      return stream.close(constants.NGHTTP2_REFUSED_STREAM)
    }
    stream.on('data', (part) => (text += part))
    stream.on('end', () =>
      setTimeout(() => {
        stream.respond({ ':status': 200 })
        stream.end(text.toUpperCase())
      }, Number(argv[3]) * 100 * (1 + (taken % 3))))
  })
  session.on('close', () => (!first || !told) && exit(0))
})
server.listen({ host, port: Number(port) }, () => writeFileSync('/run/loom.mjs', ''))
