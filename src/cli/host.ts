import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { judgeAudit, type AuditState } from '../govern/host/audit.ts'
import { finding, type HostFinding } from '../govern/host/item.ts'
import { SensorWatcher } from '../govern/host/sensor.ts'
import { judgeService, type RunningSets } from '../govern/host/service.ts'
import { judgeClock, judgeShippers, RSYSLOG, SHIPPERS } from '../govern/host/shipping.ts'
import { checkUnit } from '../govern/profile/check-unit.ts'
import { profileFor } from '../govern/profile/choose.ts'
import type { ServiceProfile } from '../govern/profile/profile.ts'
import { loadUnit, serviceNames } from '../govern/systemd/load-unit.ts'
import { readSettings } from '../govern/systemd/read-setting.ts'
import type { Time } from '../event/record.ts'
import { EventFile } from './events.ts'

/** Programs that say how a host is are asked without a shell, and not for long. */
const PATIENCE = 10_000
const PROGRAMS = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The services below a root that profiles name. Nothing is changed. */
export function judgeServices(root: string, profiles: readonly ServiceProfile[]): readonly HostFinding[] {
  const cgroups = isRunning(root) ? serviceCgroups() : null
  // Of a template, the instances that run are services of their own.
  const instances = [...(cgroups?.keys() ?? [])].filter((name) => loadUnit(root, name).kind === 'unit')
  return [...new Set([...serviceNames(root), ...instances])]
    .sort()
    .filter((name) => profileFor(name, profiles) !== undefined)
    .flatMap((name) => {
      const loading = loadUnit(root, name)
      const checked = checkUnit(name, loading, profiles, { asked: false })
      const settings = loading.kind === 'unit' ? readSettings(loading.unit.assignments).settings : undefined
      return judgeService(checked, settings?.boundingSet ?? null, cgroups && runningSets(cgroups.get(name) ?? []))
    })
}

/** Whether a root is that of the host that runs this, and not of an image. */
export function isRunning(root: string): boolean {
  return path.resolve(root) === '/'
}

/** The sensor of this host, by the events that it wrote. */
export function judgeSensor(file: string | null, host: string, now: Time): HostFinding {
  if (file === null || !existsSync(file))
    return finding('DP-6.1', 'fail', file === null ? 'no file of its events is known' : `there is no file "${file}"`)
  const watcher = new SensorWatcher(host)
  for (const record of new EventFile(file).records()) watcher.add(record)
  return watcher.judge(now, watchesAll())
}

export function judgeAuditSystem(): readonly HostFinding[] {
  return judgeAudit(auditState())
}

export function judgeTime(): HostFinding {
  const told = said('timedatectl', 'show', '--property=NTPSynchronized', '--value')
  return judgeClock(told === null || told.trim() === '' ? null : told, said('chronyc', '-n', 'tracking'))
}

export function judgeShipping(): HostFinding {
  const folder = '/etc/rsyslog.d'
  const files = ['/etc/rsyslog.conf', ...namesIn(folder).map((name) => path.join(folder, name))]
  const rsyslog = files.map((file) => textOf(file) ?? '').join('\n')
  const state = (unit: string): string =>
    said('systemctl', 'show', '--property=ActiveState', '--value', unit)?.trim() ?? ''
  // Asked of itself, systemd says whether it is the one that answers.
  const answers = state('-.slice') === 'active'
  return judgeShippers(answers ? new Map([...SHIPPERS, RSYSLOG].map((unit) => [unit, state(unit)])) : null, rsyslog)
}

function auditState(): AuditState {
  const [status, loaded] = [said('auditctl', '-s'), said('auditctl', '-l')]
  const folder = '/etc/audit/rules.d'
  const files = namesIn(folder).filter((name) => name.endsWith('.rules'))
  const parts = files.sort().map((name) => textOf(path.join(folder, name)))
  return {
    ...{ status, loaded, why: 'auditctl does not answer: it is not there, or this is not root' },
    onDisk: parts.length > 0 ? parts.join('\n') : textOf('/etc/audit/audit.rules'),
    commandLine: textOf('/proc/cmdline'),
  }
}

/** By the options of the sensor that runs, or of its service. */
function watchesAll(): boolean | null {
  const running = namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => (textOf(`/proc/${pid}/cmdline`) ?? '').split('\0'))
    .find(([program, act]) => path.basename(program ?? '') === 'detpack-sensor' && (act === 'run' || act === 'serve'))
  if (running === undefined) return null
  const file = running[running.indexOf('--config') + 1]
  const configured = running.includes('--config') && file !== undefined ? (textOf(file) ?? '') : ''
  return running.includes('--all') || /^all\s*$/m.test(configured)
}

/** The processes of each service, by the cgroup that systemd gave it. */
function serviceCgroups(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  for (const name of namesIn('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const unit = /\/([^/\n]+\.service)(?:\/|$)/m.exec(textOf(`/proc/${name}/cgroup`) ?? '')?.[1]
    if (unit !== undefined) found.set(unit, [...(found.get(unit) ?? []), Number(name)])
  }
  return found
}

function runningSets(pids: readonly number[]): RunningSets {
  return new Map(
    pids.flatMap((pid) => {
      const set = /^CapBnd:\s*([0-9a-f]+)$/m.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1]
      return set === undefined ? [] : [[pid, BigInt(`0x${set}`)] as const]
    }),
  )
}

/** What a program prints when it ends well; null otherwise, or where there is none. */
function said(program: string, ...args: readonly string[]): string | null {
  const env = { PATH: PROGRAMS, LC_ALL: 'C' }
  const { status, stdout } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    timeout: PATIENCE,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 ? stdout : null
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
