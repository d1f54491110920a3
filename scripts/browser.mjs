// A browser without a window, spoken to by the Chrome DevTools Protocol through a pipe: no port is opened.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/**
 * Starts a browser.
 *
 * `send(method, params, session)` resolves to the result; `on(listener)` is called with each event; `close()` ends it and
 * resolves once it is gone.
 */
export async function startBrowser(program) {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'detpack-browser-'))
  const flags = [
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--hide-scrollbars',
  ]
  // Its own sandbox needs another user than root; the page is ours, and may load nothing.
  const unconfined = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const quiet = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  const child = spawn(program, [...flags, ...unconfined, ...quiet, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  })
  const gone = new Promise((resolve) => child.once('close', resolve))
  let said = ''
  child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4000)))
  const waiting = new Map()
  const listeners = []
  let [next, rest] = [1, '']
  child.stdio[4].setEncoding('utf8').on('data', (chunk) => {
    const messages = (rest + chunk).split('\0')
    rest = messages.pop()
    for (const message of messages.map((text) => JSON.parse(text))) {
      const waiter = waiting.get(message.id)
      waiting.delete(message.id)
      if (waiter === undefined) for (const listener of listeners) listener(message)
      else if (message.error === undefined) waiter.resolve(message.result)
      else waiter.reject(new Error(`${waiter.method}: ${message.error.message}`))
    }
  })
  const end = (why) => {
    for (const { reject, method } of waiting.values()) reject(new Error(`${method}: ${why}\n${said}`))
    waiting.clear()
  }
  child.once('error', (problem) => end(problem.message))
  gone.then(() => end('the browser has ended'))
  child.stdio[3].on('error', () => undefined)
  return {
    send: (method, params = {}, sessionId = undefined) =>
      new Promise((resolve, reject) => {
        const id = next++
        waiting.set(id, { resolve, reject, method })
        child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      }),
    on: (listener) => listeners.push(listener),
    close: async () => {
      child.kill()
      await gone
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
