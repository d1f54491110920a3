import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { administratorSetup } from '../../artifact/splunk/setup.ts'
import { hasErrors } from '../../diagnostic/diagnostic.ts'
import { configurationFor, type Configuration } from '../../pack/configuration.ts'
import { reason } from '../../pack/system-reason.ts'
import { makeShipperKey } from '../../target/elastic/shipper-key.ts'
import type { TargetOptions } from '../deployment.ts'
import { openElasticsearch } from '../elasticsearch.ts'
import { ExitCode } from '../exit-code.ts'
import { loadUsableConfiguration } from '../packs.ts'
import { exitCodeOfTarget, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'

export interface ShipperKeyOptions extends Omit<TargetOptions, 'target'> {
  readonly target?: string
  readonly toFile?: string
  readonly expires?: string
}

/** Makes a key of least privilege for `ship`, and keeps it in a new file; an old file is not overwritten. */
export async function shipperKey(shared: Shared, options: ShipperKeyOptions): Promise<ExitCode> {
  const { target, toFile, expires } = options
  if (target === undefined) throw new Unusable('where? -t elastic, -t splunk, or the name of a target in detpack.yml')
  const configuration = loadUsableConfiguration('.')
  const named = configurationFor(configuration, target)
  if (named?.kind === 'splunk') return tellAdministrator(named.configuration)
  if (toFile === undefined) throw new Unusable('the key is not printed: name a file for it with --to-file')
  if (expires !== undefined && !/^[1-9]\d{0,4}[dhm]$/.test(expires))
    throw new Unusable(`--expires takes a time such as 90d, not "${expires}"`)
  const { client } = await openElasticsearch(configuration, '--target', target, options)
  // The file first: a key that could not be kept would be lost, and valid.
  const file = newFile(toFile)
  try {
    const made = await makeShipperKey(client, expires)
    if (made.kind === 'failed') {
      report([made.diagnostic], shared.color)
      rmSync(toFile)
      return hasErrors([made.diagnostic]) ? exitCodeOfTarget([made.diagnostic]) : ExitCode.no
    }
    writeSync(file, `${made.value.encoded}\n`)
    say(`the key ${made.value.id} may add events to logs-detpack.use-* and look them up; it is in ${toFile}`)
    say(`DETPACK_ELASTIC_API_KEY_FILE=${toFile} detpack ship -t elastic … uses it`)
    return ExitCode.ok
  } finally {
    closeSync(file)
    await client.close()
  }
}

/** A token of the HTTP Event Collector is an administrator's to make. */
async function tellAdministrator({ splunk }: Configuration): Promise<ExitCode> {
  await produce(administratorSetup({ app: splunk.app, index: splunk.index }))
  return ExitCode.ok
}

function newFile(name: string): number {
  try {
    return openSync(name, 'wx', 0o600)
  } catch (problem) {
    throw new Unusable(`cannot make the file "${name}": ${reason(problem)}`)
  }
}
