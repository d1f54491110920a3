/** What one line of a recording is, before its call is read. Times are whole microseconds since 1970. */
export type Line =
  | {
      readonly kind: 'call'
      readonly pid: number | null
      readonly time: number
      readonly text: string
      readonly at: number
    }
  | {
      readonly kind: 'unfinished'
      readonly pid: number | null
      readonly time: number
      readonly text: string
      readonly at: number
    }
  | {
      readonly kind: 'resumed'
      readonly pid: number | null
      readonly time: number
      readonly name: string
      readonly text: string
      readonly at: number
    }
  | { readonly kind: 'signal'; readonly pid: number | null; readonly time: number }
  /** `+++ exited with 0 +++`, `+++ killed by SIGKILL +++`, `+++ superseded by execve in pid 7 +++` */
  | { readonly kind: 'end'; readonly pid: number | null; readonly time: number; readonly how: End }
  /** What strace says about itself, and empty lines: no use, no mistake. */
  | { readonly kind: 'talk' }
  | { readonly kind: 'bad'; readonly at: number; readonly problem: 'no-time' | 'no-call' }

export type End =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'superseded'; readonly by: number }

const PREFIX = /^(?:\[pid +(\d{1,10})\] +|(\d{1,10}) +)?(?:(\d{1,11})\.(\d{6}) +)?/
/** What -t, -tt and -r print instead. */
const OTHER_TIME = /^ *(?:\d\d:\d\d:\d\d(?:\.\d{1,9})?|\d{1,9}\.\d{1,9}) +/
const UNFINISHED = / ?<unfinished \.\.\.>\s*$/
const RESUMED = /^<\.\.\. ([a-z0-9_]{1,64}) resumed>/i

/**
 * Splits one line into process, time and rest. The process stands before the time, as `-f -o FILE` writes it (`7 …`)
 * or as `-f` does on a terminal (`[pid 7] …`); without `-f` it is missing.
 */
export function parseLine(text: string): Line {
  if (/^\s*$/.test(text) || text.startsWith('strace: ')) return { kind: 'talk' }
  const prefix = PREFIX.exec(text)
  const pidText = prefix?.[1] ?? prefix?.[2]
  const pid = pidText === undefined ? null : Number(pidText)
  const at = prefix?.[0].length ?? 0
  const rest = text.slice(at)
  if (/^\[ Process PID=\d+ runs in /.test(rest)) return { kind: 'talk' }
  if (prefix?.[3] === undefined)
    return { kind: 'bad', at, problem: looksLikeCall(rest.replace(OTHER_TIME, '')) ? 'no-time' : 'no-call' }
  const time = Number(prefix[3]) * 1_000_000 + Number(prefix[4])
  if (rest.startsWith('+++ ')) return endLine(rest, pid, time, at)
  if (rest.startsWith('--- ')) return { kind: 'signal', pid, time }
  const resumed = rest.startsWith('<... ') ? RESUMED.exec(rest) : null
  if (resumed) {
    const length = resumed[0].length
    return { kind: 'resumed', pid, time, name: resumed[1] ?? '', text: rest.slice(length), at: at + length }
  }
  if (rest.endsWith('>') && rest.includes('<unfinished ...>')) {
    const cut = UNFINISHED.exec(rest.slice(-40))
    if (cut) return { kind: 'unfinished', pid, time, text: rest.slice(0, rest.length - cut[0].length), at }
  }
  return looksLikeCall(rest) ? { kind: 'call', pid, time, text: rest, at } : { kind: 'bad', at, problem: 'no-call' }
}

function looksLikeCall(rest: string): boolean {
  return /^(?:[a-z_][a-z0-9_]{0,63}\(|<\.\.\. |\+\+\+ |--- )/.test(rest)
}

function endLine(rest: string, pid: number | null, time: number, at: number): Line {
  const end =
    /^\+\+\+ (?:exited with (\d{1,5})|killed by ([A-Z0-9_+]{1,32})|superseded by execve in pid (\d{1,10}))/.exec(rest)
  if (!end) return { kind: 'bad', at, problem: 'no-call' }
  const [, status, signal, by] = end
  const how: End =
    status !== undefined
      ? { kind: 'exited', status: Number(status) }
      : signal !== undefined
        ? { kind: 'killed', signal }
        : { kind: 'superseded', by: Number(by) }
  return { kind: 'end', pid, time, how }
}
