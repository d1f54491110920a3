#!/usr/bin/node
// weaver.mjs DOCUMENT HOST:PORT SECONDS: has a document translated, a request for each paragraph, all of them streams of one connection (HTTP/2). The service says in between
// that it takes no more by this connection; what it has not answered is asked by another one. What comes is put in its place of the new file, whole or not at all.
import { readFileSync, linkSync, unlinkSync, writeFileSync } from 'node:fs'
import { connect, constants } from 'node:http2'
import { setTimeout as passed } from 'node:timers/promises'

const [document, place, seconds] = process.argv.slice(2)
const paragraphs = readFileSync(document, 'utf8').split(/\n+/)
const translated = new Map(paragraphs.flatMap((text, at) => (text.trim() === '' ? [[at, text]] : [])))

function asked(session, at) {
  return new Promise((resolve) => {
    const stream = session.request({ ':method': 'POST', ':path': `/paragraphs/${at}`, 'content-language': 'en' })
    let text = ''
    stream.setEncoding('utf8')
    stream.on('data', (part) => (text += part))
    stream.on('end', () => stream.rstCode === constants.NGHTTP2_NO_ERROR && text !== '' && translated.set(at, text))
    stream.on('error', () => {})
    stream.on('close', resolve)
    stream.end(paragraphs[at])
  })
}

for (let turn = 0; turn < 8 && translated.size < paragraphs.length; turn++) {
  if (turn > 0) await passed(Number(seconds) * 300)
  const session = connect(`http://${place}`)
  const gone = new Promise((resolve) => session.on('close', resolve))
  session.on('error', () => {})
  await Promise.all([...paragraphs.keys()].filter((at) => !translated.has(at)).map((at) => asked(session, at)))
  session.close()
  await gone
}
if (translated.size < paragraphs.length) process.exit(9)
const part = `${document}.part`
writeFileSync(part, paragraphs.map((_, at) => translated.get(at)).join('\n'), { flag: 'wx' })
linkSync(part, `${document}.eo`)
unlinkSync(part)
