#!/usr/bin/node
// shorten.mjs DOCUMENT: an agent on Node that logs in and has a document shortened: read as a stream, and by one connection
// throughout. What comes back is kept in a folder of its own.
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { basename } from 'node:path'

const document = process.argv[2]
const peer = connect(443, '198.51.100.10')
let said = ''
peer.on('data', (part) => (said += part))
peer.on('error', () => process.exit(9))
peer.on('close', () => {
  if (said === '') process.exit(9)
  mkdirSync('/home/agent/summaries', { recursive: true })
  writeFileSync(`/home/agent/summaries/${basename(document)}`, said)
})
peer.on('connect', () => {
  peer.write(`POST /login\nAuthorization: ${readFileSync('/home/agent/.config/notes-agent/token', 'utf8')}\n`)
  setTimeout(() => createReadStream(document, { highWaterMark: 4096 }).pipe(peer), 300)
})
