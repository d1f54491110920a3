#!/usr/bin/node
// hands.mjs SECONDS MAIL...: answers mails by two workers (threads), each of which takes the next one that nobody has. One waits to be greeted, which this server does not do, and is told to
// give up; another takes its place, who speaks first. Answers are kept among what was sent, mails marked as answered, and it is written down anew who was.
import { mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync, closeSync } from 'node:fs'
import { once } from 'node:events'
import { connect } from 'node:net'
import { basename, dirname } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'

const { HOME } = process.env

async function answer({ next, mails, seconds, waits, hand }) {
  const counter = new Int32Array(next)
  const server = connect(587, '198.51.100.25')
  await once(server, 'connect')
  if (!waits) server.write('EHLO web-1\r\n')
  await once(server, 'data')
  for (let at; (at = Atomics.add(counter, 0, 1)) < mails.length; ) {
    const [heads, ...text] = readFileSync(mails[at], 'utf8').split('\n\n')
    const from = /^From: (.*)$/m.exec(heads)[1]
    const subject = /^Subject: (.*)$/m.exec(heads)[1]
    const lines = ['From: agent@example.com', `To: ${from}`, `Subject: Re: ${subject}`, '', ...text.join('\n').trim().split('\n').map((line) => `> ${line}`), 'It is at the door, made up.']
    server.write([`MAIL FROM:<agent@example.com>`, `RCPT TO:<${from}>`, 'DATA', ...lines, '.', ''].join('\r\n'))
    await passed(seconds * 200)
    parentPort.postMessage({ mail: mails[at], from, text: lines.join('\n'), hand })
  }
  server.end('QUIT\r\n')
  await once(server.resume(), 'end')
}

function keep({ mail, text }, at) {
  const box = `${HOME}/Maildir/.Sent`
  for (const folder of ['tmp', 'cur']) mkdirSync(`${box}/${folder}`, { recursive: true })
  const file = openSync(`${box}/tmp/${at}.hands`, 'wx')
  writeSync(file, text)
  closeSync(file)
  renameSync(`${box}/tmp/${at}.hands`, `${box}/cur/${at}.hands:2,S`)
  renameSync(mail, `${dirname(dirname(mail))}/cur/${basename(mail)}:2,RS`)
}

async function main([seconds, ...mails]) {
  const next = new SharedArrayBuffer(4)
  const answered = []
  const hand = (number, waits) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { next, mails, seconds: Number(seconds), waits, hand: number } })
    worker.on('message', (done) => keep(done, answered.push(done)))
    return [worker, once(worker, 'exit')]
  }
  const [silent, gone] = hand(0, true)
  const [, first] = hand(1, false)
  await passed(400)
  await silent.terminate()
  const [, second] = hand(2, false)
  await Promise.all([gone, first, second])
  const state = `${HOME}/.local/state/mail-agent`
  mkdirSync(state, { recursive: true })
  writeFileSync(`${state}/answered.json.new`, JSON.stringify(answered.map(({ from, hand }) => ({ from, hand }))))
  renameSync(`${state}/answered.json.new`, `${state}/answered.json`)
  process.exitCode = answered.length === mails.length ? 0 : 9
}

await (isMainThread ? main(process.argv.slice(2)) : answer(workerData))
