#!/usr/bin/env node
// Stands in for the sensor's own program where there is no root, no BTF or no compiler: takes its command line, and
// answers as its help says. What it was called with goes to the file that STAND_IN_LOG names.
import { appendFileSync, readFileSync } from 'node:fs'

const [command, ...args] = process.argv.slice(2)
const valueOf = (name) => args[args.indexOf(name) + 1]
const said = { command, args }
if (args.includes('--classes')) said.classes = readFileSync(valueOf('--classes'), 'utf8').split('\n')[0]
if (process.env.STAND_IN_LOG) appendFileSync(process.env.STAND_IN_LOG, `${JSON.stringify(said)}\n`)

if (command === 'check') {
  const rows = [
    { name: 'system calls', seen: true, why: '' },
    { name: 'capability use', seen: false, why: 'no tracepoint' },
  ]
  console.log(JSON.stringify({ kernel: '6.1.0', obstacle: process.env.STAND_IN_OBSTACLE ?? null, rows }))
  process.exitCode = process.env.STAND_IN_OBSTACLE ? 1 : 0
}
if (command === 'launch') process.exitCode = Number(process.env.STAND_IN_EXIT ?? 0)
if (command === 'run') {
  process.stdout.write(readFileSync(process.env.STAND_IN_EVENTS, 'utf8'))
  // The sensor goes on until a signal ends it.
  const until = setInterval(() => undefined, 1000)
  process.on('SIGTERM', () => clearInterval(until))
  if (process.env.STAND_IN_FAILS) {
    clearInterval(until)
    process.exitCode = 1
  }
}
