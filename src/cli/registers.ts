import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseStretch, renderStretch, type Stretch } from '../govern/coverage.ts'
import { parseDeployment, renderDeployment, type DeploymentRecord } from '../govern/deployment.ts'
import { parseHostReport, renderHostReport, type HostReport } from '../govern/host/report.ts'
import { parseAlert, renderAlert, type RegisteredAlert } from '../govern/triage/register.ts'
import type { Configuration } from '../pack/configuration.ts'
import { reviewFile } from './review-log.ts'
import { Unusable } from './unusable.ts'
import { writePieces } from './whole-file.ts'

/**
 * What is kept of targets beside the review log, a line for each: alerts, deployments, when hosts were watched,
 * and how they were found.
 */
export const REGISTERS = {
  alerts: 'alerts.ndjson',
  deployments: 'deployments.ndjson',
  coverage: 'coverage.ndjson',
  hosts: 'hosts.ndjson',
} as const

export function readAlerts(configuration: Configuration): Promise<readonly RegisteredAlert[]> {
  return readLines(reviewFile(configuration, REGISTERS.alerts), parseAlert)
}

export function readDeployments(configuration: Configuration): Promise<readonly DeploymentRecord[]> {
  return readLines(reviewFile(configuration, REGISTERS.deployments), parseDeployment)
}

export function readStretches(configuration: Configuration): Promise<readonly Stretch[]> {
  return readLines(reviewFile(configuration, REGISTERS.coverage), parseStretch)
}

export function readHostReports(configuration: Configuration): Promise<readonly HostReport[]> {
  return readLines(reviewFile(configuration, REGISTERS.hosts), parseHostReport)
}

/** In order of time and id: the same alerts give the same file. */
export function writeAlerts(configuration: Configuration, alerts: Iterable<RegisteredAlert>): void {
  const sorted = [...alerts].sort((a, b) => a.raised - b.raised || (a.id < b.id ? -1 : 1))
  writeLines(reviewFile(configuration, REGISTERS.alerts), sorted, renderAlert)
}

export function writeDeployments(configuration: Configuration, records: Iterable<DeploymentRecord>): void {
  const sorted = [...records].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  writeLines(reviewFile(configuration, REGISTERS.deployments), sorted, renderDeployment)
}

export function writeStretches(configuration: Configuration, stretches: Iterable<Stretch>): void {
  writeLines(reviewFile(configuration, REGISTERS.coverage), stretches, renderStretch)
}

export function writeHostReports(configuration: Configuration, reports: Iterable<HostReport>): void {
  writeLines(reviewFile(configuration, REGISTERS.hosts), reports, renderHostReport)
}

/** Reads a register; one that is not there is empty. A line that cannot be read is an `Unusable`: it was not ours, or was changed. */
async function readLines<T>(file: string, parse: (line: string) => T | undefined): Promise<readonly T[]> {
  if (!existsSync(file)) return []
  const read: T[] = []
  let number = 0
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1
    if (line === '') continue
    const found = parse(line)
    if (found === undefined) throw new Unusable(`${file}:${number}: this line is none that detpack wrote`)
    read.push(found)
  }
  return read
}

function writeLines<T>(file: string, items: Iterable<T>, render: (item: T) => string): void {
  writePieces(file, linesOf(items, render))
}

function* linesOf<T>(items: Iterable<T>, render: (item: T) => string): Generator<string> {
  for (const item of items) yield `${render(item)}\n`
}
