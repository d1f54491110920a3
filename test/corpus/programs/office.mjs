#!/usr/bin/node
// office.mjs JOB ...: an agent on Node at several jobs.
//
// summary DOCUMENT SECONDS: a thread of its own reads the document and hands over its sections; each goes to the service by itself ·
// translation DOCUMENT HOST:PORT: what comes back is written to a new file while the document is still being sent · answer MAIL...: one
// session for all, the answers kept as sent · packages COUNT: logs in at the registry and fetches all at once
import { createSocket } from 'node:dgram'
import { createReadStream, createWriteStream, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as passed } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'

const HOME = '/home/agent'

/** Both addresses of a name (RFC 1035) are asked for by one socket; resolves when both answers are there. */
function asked(name) {
  const link = createSocket('udp4')
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]))
  return new Promise((resolve) => {
    let answers = 0
    link.on('message', () => ++answers === 2 && link.close(resolve))
    for (const kind of [1, 28]) {
      link.send(Buffer.concat([Buffer.from([4, kind, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, kind, 0, 1])]), 53, '192.0.2.53')
    }
  })
}

/** Sends these parts by one connection, with pauses, and resolves to what was answered when the peer has read all and closed. */
function told(port, host, parts, seconds = 0) {
  return new Promise((resolve) => {
    let said = ''
    const peer = connect(port, host, async () => {
      for (const part of parts) {
        peer.write(part)
        await passed(seconds * 1000)
      }
      peer.end()
    })
    peer.on('data', (part) => (said += part))
    peer.on('error', () => process.exit(9))
    peer.on('close', () => (said === '' ? process.exit(9) : resolve(said)))
  })
}

async function summary(document, seconds) {
  await asked('api.example.com')
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: document })
  const sections = await new Promise((resolve) => worker.once('message', resolve))
  const token = readFileSync(`${HOME}/.config/notes-agent/token`)
  const said = await told(443, '198.51.100.10', [`POST /login\n${token}`, ...sections], Number(seconds))
  writeFileSync(`/tmp/summary-${sections.length}.txt`, said)
}

async function translation(document, service) {
  const [host, port] = service.split(':')
  const peer = connect({ host, port: Number(port), allowHalfOpen: true })
  const left = pipeline(peer, createWriteStream(`${document}.pt`, { flags: 'wx' }))
  await Promise.all([pipeline(createReadStream(document, { highWaterMark: 2048 }), peer, { end: false }).then(() => peer.end()), left])
}

async function answer(...mails) {
  const answers = mails.map((mail) => `Subject: Re: yours\r\n\r\nNo.\r\n${readFileSync(mail, 'utf8').replace(/^/gm, '> ')}`)
  await asked('mail.example.com')
  const session = answers.flatMap((text) => ['MAIL FROM:<agent@example.com>\r\nRCPT TO:<somebody@example.com>\r\nDATA\r\n', `${text}\r\n.\r\n`])
  await told(587, '198.51.100.25', ['EHLO web-1.example.com\r\n', ...session, 'QUIT\r\n'], 0.2)
  for (const part of ['tmp', 'cur']) mkdirSync(`${HOME}/Maildir/.Sent/${part}`, { recursive: true })
  answers.forEach((text, at) => {
    const name = `1767600000.M${at}P7.web-1:2,S`
    writeFileSync(`${HOME}/Maildir/.Sent/tmp/${name}`, text, { flag: 'wx' })
    renameSync(`${HOME}/Maildir/.Sent/tmp/${name}`, `${HOME}/Maildir/.Sent/cur/${name}`)
  })
}

async function packages(count) {
  const login = readFileSync(`${HOME}/.npmrc`, 'utf8').trim().split('=')[1]
  await asked('registry.example.com')
  const names = Array.from({ length: Number(count) }, (_, at) => `part-${at}`)
  const got = await Promise.all(names.map((name) => told(443, '198.51.100.20', [`GET /${name}\nAuthorization: Bearer ${login}\n\n`])))
  names.forEach((name, at) => {
    mkdirSync(`${HOME}/project/node_modules/${name}`, { recursive: true })
    writeFileSync(`${HOME}/project/node_modules/${name}/index.js`, `module.exports = ${JSON.stringify(got[at])}\n`)
  })
  writeFileSync(`${HOME}/project/package-lock.json`, JSON.stringify({ lockfileVersion: 3, packages: names }))
}

if (isMainThread) {
  const [job, ...values] = process.argv.slice(2)
  await { summary, translation, answer, packages }[job](...values)
} else {
  parentPort.postMessage(readFileSync(workerData, 'utf8').match(/(?:.*\n){1,3}/g))
}
