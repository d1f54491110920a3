import { appendFileSync, existsSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { renderNdjson } from '../event/ndjson.ts'
import type { CanaryEnd } from '../govern/host/shipping.ts'
import { configurationFor, type Configuration } from '../pack/configuration.ts'
import { reason } from '../pack/system-reason.ts'
import { OwnEvents } from '../ship/own-event.ts'
import { findEvent } from '../target/elastic/event-search.ts'
import type { Reading } from '../target/reading.ts'
import { runSearch } from '../target/splunk/search-job.ts'
import type { TargetOptions } from './deployment.ts'
import { openElasticsearch } from './elasticsearch.ts'
import { openSplunkClient } from './splunk-client.ts'
import { TargetProblem } from './target-problem.ts'
import { Unusable } from './unusable.ts'

/** Between two looks, milliseconds. */
const PAUSE = 1000

/** Looks for an event by its id in a SIEM, until it is closed. */
interface Finder {
  readonly find: (id: string) => Promise<Reading<boolean>>
  readonly close: () => Promise<void>
}

/**
 * Puts one event into what the shipper reads, and looks for it in the target until it is there. Nothing else is written.
 *
 * @param input a file, or `unix:PATH`: as `ship` takes it
 * @param within milliseconds
 */
export async function sendCanary(
  configuration: Configuration,
  input: string | null,
  options: TargetOptions,
  within: number,
): Promise<CanaryEnd> {
  const finder = await openFinder(configuration, options)
  try {
    if (input === null || input === '-')
      throw new Unusable('what the shipper reads is not known: give --input, or set ship.input in detpack.yml')
    const event = new OwnEvents().event({ action: 'sensor_canary', detpack: {} }, undefined)
    const { id } = event.event
    const start = Date.now()
    await put(input, renderNdjson(event))
    for (;;) {
      const found = await finder.find(id)
      if (found.kind === 'failed') throw new TargetProblem([found.diagnostic])
      const after = Date.now() - start
      if (found.value) return { kind: 'found', id, target: options.target, after }
      if (after >= within) return { kind: 'not-found', id, target: options.target, after }
      await sleep(Math.min(PAUSE, within - after))
    }
  } finally {
    await finder.close()
  }
}

/** A line of its own, whole: a file is only ever added to, in one write. */
async function put(input: string, line: string): Promise<void> {
  try {
    if (!input.startsWith('unix:')) {
      const file = input.replace(/^file:/, '')
      if (!existsSync(file)) throw new Unusable(`there is no file "${file}": does a sensor write there?`)
      appendFileSync(file, line)
      return
    }
    await new Promise<void>((resolve, reject) => {
      const socket = connect(input.slice('unix:'.length))
      socket.on('error', reject).on('connect', () => socket.end(line, resolve))
    })
  } catch (problem) {
    if (problem instanceof Unusable) throw problem
    throw new Unusable(`"${input}" cannot be written: ${reason(problem)}`)
  }
}

async function openFinder(configuration: Configuration, options: TargetOptions): Promise<Finder> {
  const named = configurationFor(configuration, options.target)
  if (named?.kind === 'splunk') {
    const client = await openSplunkClient(named.configuration, options)
    const since = Date.now() - 60_000
    const find = async (id: string): Promise<Reading<boolean>> => {
      const search = `${named.configuration.splunk.base} event.id="${id}" | head 1 | table event.id`
      const rows = await runSearch(client, search, since, 'look for the event')
      return rows.kind === 'failed' ? rows : { kind: 'read', value: rows.value.some((row) => row['event.id'] === id) }
    }
    return { find, close: () => client.close() }
  }
  const open = await openElasticsearch(configuration, '--target', options.target, options)
  const { index } = open.configuration.elastic
  return { find: (id) => findEvent(open.client, index, id), close: () => open.client.close() }
}
