import type { TracedObject } from '../recording/descriptor.ts'
import type { Session } from '../recording/session.ts'
import type { ToldHost } from '../recording/told-host.ts'
import type { Occasion, Use } from '../recording/use.ts'
import type { Arguments, ToldPath } from './argument.ts'
import type { ToldObject } from '../recording/told-json.ts'

/** One function that a policy watches, as it was called. */
export interface Probe {
  readonly session: Session
  readonly host: ToldHost
  /** `sys_openat`, `security_file_permission`, …, without what architectures put in front. */
  readonly name: string
  /** Called by the 32-bit interface. */
  readonly compat: boolean
  readonly occasion: Occasion
  readonly args: Arguments
  /** What the function gave back, where the policy asks for it. */
  readonly returned: number | undefined
  readonly returnedArgument: ToldObject | undefined
}

export type ProbeHandler = (probe: Probe) => void

export function tell(probe: Probe, use: Use): void {
  probe.session.tell(probe.occasion, probe.compat ? { route: 'compat', ...use } : use)
}

/** The function is reached only when the act succeeds. */
export function certainly(probe: Probe): Probe {
  if (probe.occasion.outcome !== 'unknown') return probe
  return { ...probe, occasion: { ...probe.occasion, outcome: 'success' } }
}

const UNNAMED = ['detpack.object.id', 'file.path']

/** The object of the path at a place: as the kernel resolved it, else as the program gave it. */
export function fileAt({ host, args, occasion }: Probe, at = 0): Pick<Use, 'object' | 'path' | 'file' | 'unknown'> {
  const told = args.paths[at]
  if (told !== undefined) return kernelFile(host, told)
  const text = args.texts[at - args.paths.length]
  if (text === undefined) return { unknown: UNNAMED }
  const path = text.startsWith('/') ? text : joined(occasion.process.cwd, text)
  if (path === undefined) return { path: text, unknown: UNNAMED }
  return occasion.outcome === 'failure'
    ? { path, unknown: ['detpack.object.id'] }
    : { object: host.file(path, 'program') }
}

export function kernelFile(host: ToldHost, told: ToldPath): Pick<Use, 'object' | 'file' | 'unknown'> {
  const object: TracedObject = host.file(told.path, 'kernel', told.kind)
  return {
    object,
    ...(told.mode !== undefined && { file: { mode: told.mode } }),
    ...(told.partial && { unknown: ['file.path'] }),
  }
}

function joined(directory: string | undefined, name: string): string | undefined {
  if (directory === undefined || !directory.startsWith('/')) return undefined
  return directory === '/' ? `/${name}` : `${directory}/${name}`
}
