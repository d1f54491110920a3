#!/usr/bin/node
// hot-standby.mjs DOCUMENT HOST:PORT: has a document shortened by the service that the task declares. A second process stands by; it is lent a connection that the
// first has made to somebody else, opens the document itself, and sends it there.
import { fork } from 'node:child_process'
import { createReadStream, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'

const [document, address] = process.argv.slice(2)

/** Resolves to what was said when the peer has read all and closed. */
async function heard(peer) {
  let said = ''
  for await (const part of peer) said += part
  if (said !== 'ok\n') process.exit(9)
}

if (process.send) {
  process.once('message', async (_, peer) => {
    createReadStream(document, { highWaterMark: 80 }).pipe(peer)
    await heard(peer)
    process.disconnect()
  })
} else {
  const service = connect({ host: '198.51.100.10', port: 443, allowHalfOpen: true })
  service.end(`POST /summary\n${readFileSync(document)}`)
  await heard(service)
  const [host, port] = address.split(':')
  const standby = fork(fileURLToPath(import.meta.url), [document, address])
  const peer = connect({ host, port: Number(port), allowHalfOpen: true })
  peer.on('connect', () => standby.send('yours', peer))
  standby.on('exit', (code) => process.exit(code ?? 9))
}
