import { existsSync, readFileSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import packageJson from '../../../package.json' with { type: 'json' }
import { error, hasErrors, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Time } from '../../event/record.ts'
import { HOST_ITEMS, type HostFinding } from '../../govern/host/item.ts'
import type { HostReport } from '../../govern/host/report.ts'
import { withEither } from '../../govern/host/sensor.ts'
import { judgeCanary } from '../../govern/host/shipping.ts'
import { hostOf } from '../../ship/own-event.ts'
import { sendCanary } from '../canary.ts'
import type { TargetOptions } from '../deployment.ts'
import { ExitCode } from '../exit-code.ts'
import { isRunning, judgeAuditSystem, judgeSensor, judgeServices, judgeShipping, judgeTime } from '../host.ts'
import { loadUsableConfiguration } from '../packs.ts'
import { loadProfiles } from '../profiles.ts'
import { renderGithub } from '../render/check/github.ts'
import { renderSarif } from '../render/check/sarif.ts'
import { renderHostJson } from '../render/host/json.ts'
import { renderHostText } from '../render/host/text.ts'
import { exitCodeOfTarget, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { TargetProblem } from '../target-problem.ts'
import { paintFor, produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'
import { durationOf } from './harden/propose.ts'

export interface CheckHostOptions extends Omit<TargetOptions, 'target'> {
  readonly target?: string
  readonly root: string
  readonly sensorEvents?: string
  readonly input?: string
  readonly within: string
  readonly format: 'text' | 'json' | 'sarif' | 'github'
  readonly strict?: boolean
}

/** Where the sensor of the package writes. */
const SENSOR_EVENTS = '/var/log/detpack/events.ndjson'

/**
 * Judges a host, or an image, by detpack's baseline. 1 when something fails, with --strict also when
 * something cannot be told; else 3 when the target was not reached.
 */
export async function checkHost(shared: Shared, options: CheckHostOptions): Promise<ExitCode> {
  const { root } = options
  const configuration = loadUsableConfiguration('.')
  const { profiles, diagnostics } = loadProfiles(configuration)
  report(diagnostics, shared.color)
  if (hasErrors(diagnostics)) return ExitCode.no
  if (!existsSync(root) || !statSync(root).isDirectory()) throw new Unusable(`there is no folder "${root}"`)
  if (options.target !== undefined && !isRunning(root))
    throw new Unusable('--target is for the host that runs: an image ships nothing')
  const now = Date.now() as Time
  const services = judgeServices(root, profiles)
  if (services.length === 0) say(`no service below "${root}" is named by a profile: none is judged`)
  let reached: ExitCode = ExitCode.ok
  const findings = [...services]
  if (isRunning(root)) {
    const shipped = configuration.ship.input?.replace(/^file:/, '')
    const events = options.sensorEvents ?? (shipped !== undefined && existsSync(shipped) ? shipped : SENSOR_EVENTS)
    findings.push(...withEither(judgeSensor(events, hostOf(undefined).id, now), judgeAuditSystem()))
    findings.push(judgeTime(), judgeShipping(), await canary())
  }
  const found: HostReport = { host: hostName(root), at: now, findings }
  await produce(renderAs(options.format, found, shared))
  const failing = findings.some(({ result }) => result === 'fail' || (options.strict === true && result === 'unknown'))
  return failing ? ExitCode.no : reached

  async function canary(): Promise<HostFinding> {
    const { target, input, within } = options
    if (target === undefined) return judgeCanary({ kind: 'not-sent', why: 'it was not asked for: give --target' })
    const from = input ?? configuration.ship.input
    try {
      return judgeCanary(await sendCanary(configuration, from, { ...options, target }, durationOf(within)))
    } catch (problem) {
      // The rest of what was found is told all the same.
      if (!(problem instanceof TargetProblem)) throw problem
      report(problem.diagnostics, shared.color)
      reached = exitCodeOfTarget(problem.diagnostics)
      return judgeCanary({ kind: 'not-sent', why: problem.diagnostics.map(({ message }) => message).join('; ') })
    }
  }
}

function hostName(root: string): string {
  if (isRunning(root)) return os.hostname()
  try {
    return readFileSync(path.join(root, 'etc/hostname'), 'utf8').trim() || root
  } catch {
    return root
  }
}

/** `govern/host-check`: an error for what fails, a warning for what cannot be told. */
function diagnosticOf({ id, unit, result, evidence }: HostFinding): readonly Diagnostic[] {
  if (result !== 'fail' && result !== 'unknown') return []
  const { title, remediation } = HOST_ITEMS[id]
  const message = `${id} ${unit === null ? '' : `${unit}: `}${result === 'fail' ? 'not so' : 'not known'}: ${title} (${evidence.join('; ')})`
  return [(result === 'fail' ? error : warning)('govern/host-check', message, undefined, { hint: remediation })]
}

function renderAs(format: CheckHostOptions['format'], found: HostReport, shared: Shared): string {
  const findings = { diagnostics: found.findings.flatMap(diagnosticOf), files: 0, rules: 0 }
  switch (format) {
    case 'text':
      return renderHostText(found, paintFor(process.stdout, shared.color))
    case 'json':
      return renderHostJson(found)
    case 'sarif':
      return renderSarif(findings, packageJson.version)
    case 'github':
      return renderGithub(findings)
  }
}
