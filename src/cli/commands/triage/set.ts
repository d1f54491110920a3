import { existsSync } from 'node:fs'
import { error } from '../../../diagnostic/diagnostic.ts'
import type { Verdict } from '../../../govern/triage/verdict.ts'
import { operator } from '../../deployment.ts'
import { ExitCode } from '../../exit-code.ts'
import { localStoreFile, openStore } from '../../local-store.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'

export interface TriageSetOptions {
  readonly verdict: Verdict
  readonly by?: string
  readonly note?: string
  readonly store?: string
}

/** Puts a verdict on an alert of the local store; earlier ones stay. */
export async function triageSet(shared: Shared, prefix: string, options: TriageSetOptions): Promise<ExitCode> {
  if (!/^[0-9a-f]{4,64}$/.test(prefix))
    throw new Unusable(`"${prefix}" is no id of an alert: at least four of 0-9, a-f`)
  const file = localStoreFile(loadUsableConfiguration('.'), options.store)
  if (!existsSync(file)) throw new Unusable(`there is no local store "${file}"`)
  const store = await openStore(file)
  try {
    const [alert, other] = store.alertsWithId(prefix, 2)
    if (other !== undefined)
      throw new Unusable(`several alerts have an id that begins with "${prefix}"; give more of it`)
    if (alert === undefined) {
      const hint = '"detpack triage show" lists those that are there'
      report([error('govern/unknown-alert', `nobody knows an alert "${prefix}"`, undefined, { hint })], shared.color)
      return ExitCode.no
    }
    const analyst = options.by ?? operator()
    store.giveVerdict({ alert: alert.id, verdict: options.verdict, analyst, note: options.note ?? null })
    say(`${alert.id.slice(0, 12)}: ${options.verdict}, says ${analyst}`)
    return ExitCode.ok
  } finally {
    store.close()
  }
}
