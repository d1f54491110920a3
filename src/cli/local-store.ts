import { existsSync } from 'node:fs'
import path from 'node:path'
import { wishFor } from '../artifact/deployable.ts'
import { localRule } from '../artifact/local/local-rule.ts'
import { hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import type { Alert } from '../event/alert.ts'
import type { Configuration } from '../pack/configuration.ts'
import { storeFailure } from '../target/local/schema.ts'
import { openLocalStore, type LocalStore } from '../target/local/store.ts'
import type { BlockedObject, Desired, DesiredObject } from '../target/object.ts'
import { fittingExceptions } from './exceptions.ts'
import type { MappedRules } from './packs.ts'
import { plural } from './render/plural.ts'
import { Unusable } from './unusable.ts'

/** The file of the local store: `--store` or DETPACK_STORE, else what the configuration says. */
export function localStoreFile(configuration: Configuration, named: string | undefined): string {
  return named ?? path.join(configuration.root, configuration.local.file)
}

/** What the pack wants of this machine: every rule that alerts. */
export function desiredLocal(loaded: MappedRules): { desired: Desired; diagnostics: Diagnostic[] } {
  const objects: DesiredObject[] = []
  const blocked: BlockedObject[] = []
  const excepted = fittingExceptions(loaded)
  const diagnostics: Diagnostic[] = [...excepted.diagnostics]
  for (const rule of loaded.selected.filter((each) => each.alone)) {
    const wish = wishFor(rule, loaded.configuration.local.rules)
    if (wish === 'none') continue
    const exceptions = excepted.exceptions.get(rule.id) ?? []
    const made = localRule(rule, loaded.program, loaded.mapping.name, wish === 'enabled', exceptions)
    const name = { kind: 'rule', id: rule.id, title: rule.title } as const
    if (made.kind === 'rule') objects.push({ ...name, version: made.rule.version, content: made.rule })
    else blocked.push({ ...name, reason: made.diagnostics.map((one) => one.message).join('; ') })
    diagnostics.push(...made.diagnostics.filter((one) => one.severity !== 'error'))
  }
  return { desired: { objects, blocked }, diagnostics }
}

/** Keeps alerts in the local store; one that is there already is left as it is. */
export class AlertKeeper {
  readonly #file: string
  /** Its own writing does not count as a change there. */
  readonly store: LocalStore
  #added = 0
  #known = 0

  private constructor(file: string, store: LocalStore) {
    this.#file = file
    this.store = store
  }

  static async open(configuration: Configuration, named: string | undefined): Promise<AlertKeeper> {
    const file = localStoreFile(configuration, named)
    return new AlertKeeper(file, await openStore(file))
  }

  keep(alerts: readonly Alert[]): void {
    const added = this.#doing(() => this.store.insertAlerts(alerts))
    this.#added += added
    this.#known += alerts.length - added
  }

  /** What was found of alerts after they were kept. */
  keepMore(alerts: readonly Alert[]): void {
    this.#doing(() => this.store.addHops(alerts))
  }

  #doing<T>(work: () => T): T {
    try {
      return work()
    } catch (problem) {
      throw new Unusable(renderDiagnostic(storeFailure(problem, this.#file)))
    }
  }

  /** What to say of it. */
  summary(): string {
    return `${plural(this.#added, 'alert')} kept in ${this.#file}${this.#known > 0 ? `, ${this.#known} there already` : ''}`
  }

  close(): void {
    this.store.close()
  }
}

/** The same for alerts that are all there. Gives what to say of it. */
export async function keepAlerts(
  alerts: readonly Alert[],
  configuration: Configuration,
  named: string | undefined,
): Promise<string> {
  const keeper = await AlertKeeper.open(configuration, named)
  try {
    keeper.keep(alerts)
    return keeper.summary()
  } finally {
    keeper.close()
  }
}

/** The kept alert whose id begins so; several that do are an `Unusable`. */
export async function findKeptAlert(
  prefix: string,
  configuration: Configuration,
  named: string | undefined,
): Promise<Alert | undefined> {
  const file = localStoreFile(configuration, named)
  if (!existsSync(file)) return undefined
  const store = await openStore(file)
  try {
    const found = store.alertsWithId(prefix, 2)
    if (found.length > 1) throw new Unusable(`several alerts have an id that begins with "${prefix}"; give more of it`)
    return found[0]
  } finally {
    store.close()
  }
}

export async function openStore(file: string): Promise<LocalStore> {
  const opening = await openLocalStore(file)
  if (opening.kind === 'open') return opening.store
  if (!hasErrors(opening.diagnostics)) throw new Error('the store failed without a reason')
  throw new Unusable(opening.diagnostics.map(renderDiagnostic).join('\n'))
}
