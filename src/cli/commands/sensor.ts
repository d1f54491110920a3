import { spawn } from 'node:child_process'
import { ExitCode } from '../exit-code.ts'
import { table } from '../render/table.ts'
import {
  endOf,
  NAME_A_SCOPE,
  scopeArguments,
  sensorProgram,
  startSensor,
  stateArguments,
  writeTables,
  type ScopeOptions,
} from '../sensor-program.ts'
import type { Shared } from '../shared.ts'
import { paintFor, produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'

export interface SensorCheckOptions {
  readonly format: 'text' | 'json'
}

export interface SensorRunOptions extends ScopeOptions {
  readonly output?: string
  readonly rotateBytes?: string
  readonly rotateKeep?: string
  readonly watermarks?: boolean
  readonly resources?: string
  readonly redact?: string
  readonly capture?: string
  readonly control?: string
  readonly state?: string
  readonly ringBytes?: string
  readonly syscalls?: boolean
}

interface Coverage {
  readonly kernel: string
  readonly obstacle: string | null
  readonly rows: readonly { readonly name: string; readonly seen: boolean; readonly why: string }[]
}

/** What this host can show, and what not and why. */
export async function checkSensor(shared: Shared, options: SensorCheckOptions): Promise<ExitCode> {
  const { text, code } = await output(['check', '--json'])
  const coverage = parseCoverage(text)
  const paint = paintFor(process.stdout, shared.color)
  if (options.format === 'json') await produce(`${JSON.stringify(coverage, undefined, 2)}\n`)
  else await produce(`${render(coverage, paint)}\n`)
  return code === 0 && coverage.obstacle === null ? ExitCode.ok : ExitCode.no
}

function render(coverage: Coverage, paint: ReturnType<typeof paintFor>): string {
  const head = `kernel ${coverage.kernel}`
  if (coverage.obstacle !== null)
    return `${head}\n${paint('bad', 'the sensor does not work here:')} ${coverage.obstacle}`
  const rows = coverage.rows.map(({ name, seen, why }) => ({ shows: name, here: seen ? 'yes' : 'no', why }))
  const missing = coverage.rows.filter((row) => !row.seen).length
  return `${head}\n${table(rows, paint)}\n${coverage.rows.length - missing} of ${coverage.rows.length} are seen here`
}

function parseCoverage(text: string): Coverage {
  try {
    return JSON.parse(text) as Coverage
  } catch {
    throw new Unusable('the sensor did not say what it can show here; is it of the same version as detpack?')
  }
}

async function output(args: readonly string[]): Promise<{ text: string; code: number }> {
  const child = spawn(sensorProgram(), args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const pieces: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
  const code = await endOf(child)
  return { text: Buffer.concat(pieces).toString('utf8'), code }
}

/** Runs the sensor in front; its events go where it was told, its words to standard error. */
export async function runSensor(_shared: Shared, options: SensorRunOptions): Promise<ExitCode> {
  if (scopeArguments(options).length === 0) throw new Unusable(`nothing to watch: ${NAME_A_SCOPE}`)
  const given = [
    ...option('--output', options.output),
    ...option('--rotate-bytes', options.rotateBytes),
    ...option('--rotate-keep', options.rotateKeep),
    ...option('--redact', options.redact),
    ...option('--capture', options.capture),
    ...option('--control', options.control),
    ...stateArguments(options.state, 'sensor'),
    ...option('--ring-bytes', options.ringBytes),
    ...(options.watermarks === true ? ['--watermarks'] : []),
    ...(options.syscalls === true ? ['--syscalls'] : []),
  ]
  const { child, ended } = startSensor(options, given, ['ignore', 'inherit', 'inherit'], options.resources)
  // A terminal sends its interrupt to both; whoever stops only this program means the sensor.
  const stop = (): boolean => child.kill('SIGTERM')
  process.on('SIGINT', stop).on('SIGTERM', stop)
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  const code = await ended
  if (code === 2) return ExitCode.unusable
  if (code !== 0) say('the sensor has ended; it said why above')
  return code === 0 ? ExitCode.ok : ExitCode.no
}

export interface SensorTablesOptions {
  readonly resources?: string
}

/** The pack's tables for a sensor that runs as a service, which takes them with its next reload. */
export function writeSensorTables(_shared: Shared, folder: string, options: SensorTablesOptions): ExitCode {
  for (const file of writeTables(folder, options.resources)) say(`wrote ${file}`)
  return ExitCode.ok
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value]
}
