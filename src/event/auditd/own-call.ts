import type { Target, Use } from '../recording/use.ts'
import { ARGUMENTS } from './argument.ts'
import { tell, type Moment } from '../system-call/moment.ts'
import { threadPart } from '../system-call/process-call.ts'
import { linuxCapabilities } from '../recording/linux-capability.ts'
import type { RawCall } from './raw-call.ts'

/** Calls of which audit tells more than their arguments: who was reached, and what became of the process. */
export const OWN_CALLS: ReadonlyMap<string, (moment: Moment, raw: RawCall) => void> = new Map(
  Object.entries({
    setuid: changeUser,
    setreuid: changeUser,
    setresuid: changeUser,
    setfsuid: changeUser,
    capset: (moment: Moment, raw: RawCall) => {
      const told = raw.of('CAPSET')
      changeCapabilities(moment, told?.raw('cap_pe'), told?.raw('cap_pp'))
    },
    kill: (moment: Moment, raw: RawCall) => signal(moment, raw, 0, 1),
    tkill: (moment: Moment, raw: RawCall) => signal(moment, raw, 0, 1),
    tgkill: (moment: Moment, raw: RawCall) => signal(moment, raw, 0, 2),
    ptrace: (moment: Moment, raw: RawCall) => {
      if (INSPECTING.test(wordAt(raw, 0))) inspect(moment, raw, 1)
    },
    process_vm_readv: (moment: Moment, raw: RawCall) => inspect(moment, raw, 0),
    process_vm_writev: (moment: Moment, raw: RawCall) => inspect(moment, raw, 0),
    init_module: loadModule,
    finit_module: loadModule,
  }),
)

/** Requests that look into or change the other process; stopping and continuing it do not. */
const INSPECTING = /^PTRACE_(?:ATTACH|SEIZE|PEEK\w*|POKE\w*|GETREGS|SETREGS|GETFPREGS|SETFPREGS|GETREGSET|SETREGSET)$/

function wordAt(raw: RawCall, at: number): string {
  const value = ARGUMENTS.get(raw.name)?.(raw)[at]
  return value?.kind === 'word' ? value.text : ''
}

/** The record has the ids as they are after the call. */
function changeUser(moment: Moment, raw: RawCall): void {
  if (moment.outcome !== 'success') return tell(moment, { action: 'privilege_change' })
  const [effective, real] = [raw.fields.raw('euid'), raw.fields.raw('uid')]
  tell(moment, {
    action: 'privilege_change',
    user: {
      ...(effective !== undefined && { effective: { id: effective } }),
      ...(real !== undefined && { changes: { id: real } }),
    },
  })
}

/** @param effective and permitted: masks in hex */
export function changeCapabilities(moment: Moment, effective: string | undefined, permitted: string | undefined): void {
  const [now, may] = [linuxCapabilities(effective), linuxCapabilities(permitted)]
  const ownProcess = threadPart(moment, { ...(now && { effective: now }), ...(may && { permitted: may }) })
  tell(moment, { action: 'privilege_change', ownProcess })
}

/** The process that OBJ_PID names, in the host's numbers; else the argument, in the caller's. */
function targets(moment: Moment, raw: RawCall, at: number): readonly Pick<Use, 'target' | 'unknown'>[] {
  const told = raw.records
    .filter((record) => record.type === 'OBJ_PID')
    .flatMap(({ fields }): Pick<Use, 'target'>[] => {
      const pid = fields.number('opid')
      return pid === undefined ? [] : [{ target: targetOf(moment, pid, fields.text('ocomm')) }]
    })
  if (told.length > 0) return told
  const pid = raw.int(at)
  return [pid > 0 ? { target: targetOf(moment, pid) } : { unknown: ['detpack.object.process.pid'] }]
}

function targetOf(moment: Moment, pid: number, name?: string): Target {
  return { pid, process: moment.trace.find(pid), name }
}

function signal(moment: Moment, raw: RawCall, pidAt: number, signalAt: number): void {
  const name = wordAt(raw, signalAt)
  if (name === '0') return
  for (const target of targets(moment, raw, pidAt))
    tell(moment, { action: 'process_signal', ...target, detpack: { signal: name } })
}

function inspect(moment: Moment, raw: RawCall, pidAt: number): void {
  const moved = raw.name.startsWith('process_vm') && raw.result.kind === 'value' ? raw.result.number : undefined
  for (const target of targets(moment, raw, pidAt)) tell(moment, { action: 'process_inspect', ...target, bytes: moved })
}

function loadModule(moment: Moment, raw: RawCall): void {
  const name = raw.of('KERN_MODULE')?.text('name')
  const slot = raw.name === 'finit_module' ? moment.process.table.get(raw.int(0)) : undefined
  tell(moment, {
    action: 'module_load',
    ...(slot && { descriptor: raw.int(0), slot }),
    ...(name === undefined ? { unknown: ['detpack.module.name'] } : { detpack: { module: { name } } }),
  })
}
