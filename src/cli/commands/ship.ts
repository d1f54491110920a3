import { createReadStream, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../../diagnostic/frame.ts'
import { parseDuration } from '../../ir/duration.ts'
import type { Configuration } from '../../pack/configuration.ts'
import { reason } from '../../pack/system-reason.ts'
import { DEFAULT_PACE } from '../../ship/delivery/gate.ts'
import type { ShipTarget } from '../../ship/delivery/target.ts'
import { healthLine, renderMetrics } from '../../ship/metrics.ts'
import { serveMetrics } from '../../ship/metrics-socket.ts'
import { ServiceManager } from '../../ship/notify.ts'
import { SentLines } from '../../ship/sent-lines.ts'
import { Shipper, type ShipEnd } from '../../ship/shipper.ts'
import { fileSource, positionName } from '../../ship/source/file-source.ts'
import { socketSource } from '../../ship/source/socket-source.ts'
import { LineFeed, type Source } from '../../ship/source/source.ts'
import { streamSource } from '../../ship/source/stream-source.ts'
import { spoolFailure } from '../../ship/spool/database.ts'
import { openSpool, type Budget, type Spool } from '../../ship/spool/spool.ts'
import { ExitCode } from '../exit-code.ts'
import { loadUsableConfiguration } from '../packs.ts'
import { stayLean } from '../patience.ts'
import { exitCodeOf, report } from '../report.ts'
import { insecureWarning, shipTarget, type ShipDestinationOptions } from '../ship-destination.ts'
import { shipFilter, type FilterOptions, type ShipFilter } from '../ship-filter.ts'
import type { Shared } from '../shared.ts'
import { produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'
import { writeWhole } from '../whole-file.ts'

export interface ShipOptions extends ShipDestinationOptions, FilterOptions {
  readonly spool?: string
  readonly once?: boolean
  readonly dryRun?: boolean
  readonly secretStdin?: boolean
  readonly rare?: string
  readonly bulk?: string
  readonly batch: string
  readonly flush: string
  readonly retry: string
  readonly late: string
  readonly retention?: string
  readonly metrics?: string
  readonly every: string
}

/** Events of one batch at most; more are looked up one by one in vain. */
const BATCH_EVENTS = 2000
const METRICS_EVERY = 15_000
/** How long a stop may take; systemd waits for 90 s by default. */
const GRACE = 10_000
/** Attempts before a target is given up, where somebody waits for the end. */
const ATTEMPTS = 5

/** What options and `ship` in detpack.yml say, the options first. */
interface Setting {
  readonly input: string
  readonly spool: string | null
  readonly metrics: string | null
  readonly budget: Budget
  /** Milliseconds. */
  readonly retention: number
}

/** What a shipper that runs cannot exchange. */
const FIXED = ['input', 'spool', 'metrics'] as const

/** Ships events from a source to a SIEM, over a spool that outlives both. */
export async function ship(shared: Shared, input: string | undefined, options: ShipOptions): Promise<ExitCode> {
  stayLean()
  const configuration = loadUsableConfiguration('.')
  const setting = settingOf(input, options, configuration)
  const { input: from } = setting
  const filter = usableFilter(configuration, options, shared)
  if (filter === undefined) return ExitCode.no
  const secret = options.secretStdin === true ? secretFromStdin(from) : undefined
  const target = await shipTarget(configuration, options, secret)
  const tell = (diagnostics: readonly Diagnostic[]): void => report(diagnostics, shared.color)
  const warning = insecureWarning(options, target)
  if (warning !== undefined) say(warning)
  if (options.dryRun === true) return rehearse(from, target, filter, tell)
  const spool = await usableSpool(setting)
  const source = sourceOf(from, spool, options.once === true)
  const shipper = new Shipper({
    ...{ spool, source, target, tell },
    ...{ filter: filter.filter, packDigest: filter.packDigest },
    limit: { bytes: size('--batch', options.batch), count: BATCH_EVENTS },
    pace: { ...DEFAULT_PACE, pause: duration('--retry', options.retry) },
    flush: duration('--flush', options.flush),
    tolerance: duration('--late', options.late),
    retention: setting.retention,
    healthEvery: 60_000,
    grace: GRACE,
    attempts: ATTEMPTS,
  })
  const reload = async (): Promise<void> => {
    const fresh = loadUsableConfiguration('.')
    const { budget, retention, ...fixed } = settingOf(input, options, fresh)
    const other = FIXED.filter((name) => fixed[name] !== setting[name])
    if (other.length > 0) throw new Unusable(`another ${other.join(' and ')} below ship takes a restart`)
    const anew = usableFilter(fresh, options, shared)
    if (anew === undefined) throw new Unusable('the pack has errors')
    await shipper.change({ ...anew, budget, retention, target: await shipTarget(fresh, options, secret) })
  }
  say(`shipping ${source.name} to ${target.name} by the spool ${spool.folder}; ${filter.meaning}`)
  const stopWatching = await watchOver(shipper, options.every, setting.metrics, reload)
  try {
    const end = await shipper.run()
    say(healthLine(shipper.status))
    return codeOf(end, shipper, from, options)
  } catch (problem) {
    if (shipper.broken !== undefined) return codeOf('broken', shipper, from, options)
    if (problem instanceof Error && 'code' in problem && typeof problem.code === 'string')
      throw new Unusable(`${source.name} cannot be read: ${reason(problem)}`)
    throw problem
  } finally {
    await stopWatching()
  }
}

/** Signals, the service manager, the health line and the metrics; gives what ends all that. */
async function watchOver(
  shipper: Shipper,
  healthEvery: string,
  metrics: string | null,
  reload: () => Promise<void>,
): Promise<() => Promise<void>> {
  const manager = new ServiceManager(process.env, () => shipper.broken === undefined)
  const stop = (): void => {
    manager.stopping()
    shipper.stop()
  }
  const again = (): void => {
    manager.reloading()
    reload()
      .then(() => say('reloaded'))
      .catch((problem: unknown) => {
        if (!(problem instanceof Unusable)) throw problem
        say(`not reloaded, everything stays as it was: ${problem.message}`)
      })
      .finally(() => manager.ready(healthLine(shipper.status)))
  }
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', again)
  const closeMetrics = await publishMetrics(shipper, metrics)
  const every = duration('--every', healthEvery)
  const health = setInterval(() => {
    const line = healthLine(shipper.status)
    say(line)
    manager.status(line)
  }, every)
  manager.ready('started')
  return async () => {
    clearInterval(health)
    process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', again)
    await closeMetrics()
  }
}

/** `file:PATH`, written whole now and then, or `unix:PATH`, asked by `GET /metrics`. */
async function publishMetrics(shipper: Shipper, where: string | null): Promise<() => Promise<void>> {
  if (where === null) return () => Promise.resolve()
  const [, kind, place] = /^(file|unix):(.+)$/.exec(where) ?? []
  if (kind === undefined || place === undefined)
    throw new Unusable(`--metrics takes file:PATH or unix:PATH, not "${where}"`)
  const text = (): string => renderMetrics(shipper.status)
  if (kind === 'unix') {
    try {
      return await serveMetrics(place, text)
    } catch (problem) {
      throw new Unusable(`cannot listen on "${place}": ${reason(problem)}`)
    }
  }
  writeWhole(place, text())
  const timer = setInterval(() => {
    try {
      writeWhole(place, text())
    } catch (problem) {
      if (!(problem instanceof Unusable)) throw problem
      say(problem.message)
    }
  }, METRICS_EVERY)
  return () => {
    clearInterval(timer)
    writeWhole(place, text())
    return Promise.resolve()
  }
}

/** Asks the target whether it would take events, and says what of the input would be sent; nothing is sent or kept. */
async function rehearse(
  from: string,
  target: ShipTarget,
  filter: ShipFilter,
  tell: (diagnostics: readonly Diagnostic[]) => void,
): Promise<ExitCode> {
  const checked = await target.check()
  await target.close()
  tell(checked.kind === 'ready' ? checked.diagnostics : [checked.diagnostic])
  if (checked.kind !== 'ready') return ExitCode.target
  const lines = [`${target.name} would take events`, filter.meaning]
  if (!from.startsWith('unix:')) lines.push(await countWanted(from, filter, tell))
  await produce(`${lines.join('\n')}\n`)
  return ExitCode.ok
}

async function countWanted(
  from: string,
  filter: ShipFilter,
  tell: (diagnostics: readonly Diagnostic[]) => void,
): Promise<string> {
  let [all, wanted] = [0, 0]
  const lines = new SentLines(filter.filter, {
    event: (_head, _line, isSent) => {
      all++
      if (isSent) wanted++
    },
    nameless: () => all++,
  })
  const feed = new LineFeed(from, { ready: () => Promise.resolve(true), lines, taken: () => undefined, tell })
  try {
    for await (const chunk of from === '-' ? process.stdin : createReadStream(from)) await feed.push(chunk as Buffer)
  } catch (problem) {
    throw new Unusable(`${from} cannot be read: ${reason(problem)}`)
  }
  await feed.end()
  return `of ${all} events in ${from === '-' ? 'standard input' : from}, ${wanted} would be sent`
}

function settingOf(input: string | undefined, options: ShipOptions, { ship, root }: Configuration): Setting {
  return {
    input: input ?? ship.input ?? '-',
    spool: options.spool ?? (ship.spool === null ? null : path.resolve(root, ship.spool)),
    metrics: options.metrics ?? ship.metrics,
    budget: {
      rare: size('--rare', options.rare ?? ship.rare ?? '64MB'),
      bulk: size('--bulk', options.bulk ?? ship.bulk ?? '256MB'),
    },
    retention: duration('--retention', options.retention ?? ship.retention ?? '7d'),
  }
}

function usableFilter(configuration: Configuration, options: ShipOptions, shared: Shared): ShipFilter | undefined {
  const { filter, diagnostics } = shipFilter(configuration, options)
  report(diagnostics, shared.color)
  if (!hasErrors(diagnostics)) return filter
  say('nothing is shipped: what a rule with an error needs is not known; --all sends everything')
  if (exitCodeOf(diagnostics) === ExitCode.unusable) throw new Unusable('the rules cannot be read')
  return undefined
}

async function usableSpool({ spool, budget }: Setting): Promise<Spool> {
  if (spool === null) throw new Unusable('no folder for the spool: give --spool, or set it below ship in detpack.yml')
  const opening = await openSpool(spool, budget)
  if (opening.kind === 'open') return opening.spool
  throw new Unusable(opening.diagnostics.map(renderDiagnostic).join('\n'))
}

function sourceOf(from: string, spool: Spool, once: boolean): Source {
  if (from === '-') return streamSource(process.stdin, 'standard input')
  if (from.startsWith('unix:')) {
    if (once) throw new Unusable('--once needs an input that ends: a file or standard input')
    return socketSource(from.slice('unix:'.length))
  }
  const file = from.replace(/^file:/, '')
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isFile() === false) throw new Unusable(`"${file}" is not a file`)
  if (found === undefined && once) throw new Unusable(`there is no file "${file}"`)
  return fileSource(file, { once, remembered: spool.position(positionName(file)) })
}

function secretFromStdin(from: string): string {
  if (from === '-') throw new Unusable('--secret-stdin needs another input than standard input')
  return readFileSync(0, 'utf8').trim()
}

function codeOf(end: ShipEnd, shipper: Shipper, from: string, { once }: ShipOptions): ExitCode {
  const { counts } = shipper
  switch (end) {
    case 'delivered':
      // A service that was told to stop has done what it should.
      if (once !== true && from !== '-') return ExitCode.ok
      return counts.deadLetters + counts.rejected + counts.allLost > 0 ? ExitCode.no : ExitCode.ok
    case 'stopped':
      say('the rest stays in the spool and is sent when ship runs again')
      return ExitCode.ok
    case 'target':
      say('the target does not take the rest; it stays in the spool and is sent when ship runs again')
      return ExitCode.target
    case 'broken': {
      const { folder } = shipper
      throw new Unusable(renderDiagnostic(spoolFailure(shipper.broken, folder)))
    }
  }
}

function duration(option: string, written: string): number {
  const found = parseDuration(written)
  if (found === undefined) throw new Unusable(`${option} takes a time such as 2s or 500ms, not "${written}"`)
  return found
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 }

function size(option: string, written: string): number {
  const [, digits, unit] = /^([1-9]\d{0,12})\s*([kmg]?)b?$/i.exec(written) ?? []
  const found = Number(digits) * (UNITS[(unit ?? '').toLowerCase()] ?? Number.NaN)
  if (!Number.isSafeInteger(found)) throw new Unusable(`${option} takes a size such as 64MB, not "${written}"`)
  return found
}
