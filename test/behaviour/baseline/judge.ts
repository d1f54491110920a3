import fc from 'fast-check'
import type { Written } from './runs.ts'

/** A baseline as its file has it, from a small pool of things that uses are made of. */
export interface Sets {
  readonly capabilities: readonly string[]
  readonly destinations: readonly string[]
  readonly programs: readonly string[]
  readonly changes: readonly string[]
  readonly reads: readonly string[]
  readonly flows: readonly string[]
  readonly usual: number
  readonly bytes: number
}

/** Paths, and the one shape of the pool that each is of. */
const SHAPES: Readonly<Record<string, string>> = {
  '/home/a/notes/report-1.txt': '~/notes/report-{n}.txt',
  '/root/notes/report-22.txt': '~/notes/report-{n}.txt',
  '/tmp/tmpabcdef': '/tmp/{tmp}',
  '/tmp/tmpabcdef/part': '/tmp/{tmp}/part',
  '/etc/passwd': '/etc/passwd',
  '/usr/bin/python3.11': '/usr/bin/python{n}.{n}',
  '/usr/lib/x/y/z': '/usr/lib/**',
}
const PATHS = Object.keys(SHAPES)
const POOL = [...new Set(Object.values(SHAPES))]
const ACTIONS = [
  'file_read',
  'file_map',
  'file_write',
  'file_delete',
  'file_create',
  'process_exec',
  'network_connect',
  'network_send',
  'privilege_change',
  'mount',
]
const CHANGES = ['file_write', 'file_delete', 'file_create']
const ADDRESSES = ['198.51.100.10', '203.0.113.9', '192.0.2.1', '127.0.0.1']
const DESTINATIONS = ['tcp 198.51.100.10:443', 'tcp 203.0.113.9:443', 'tcp 203.0.113.9:80']
/** What the task declares, whatever was learned: a host, and what it may do below a directory. */
const DECLARED = 'tcp 192.0.2.1:443'
const GRANTED = ['file_read', 'file_map', 'file_write', 'process_exec']
const BELOW = '/root/'

export const sets: fc.Arbitrary<Sets> = fc.record({
  capabilities: fc.subarray(ACTIONS),
  destinations: fc.subarray(DESTINATIONS),
  programs: fc.subarray(POOL),
  changes: fc.subarray(
    CHANGES.flatMap((action) => POOL.flatMap((shape) => [`${action} ${shape}`, `${action} personal ${shape}`])),
  ),
  reads: fc.subarray(POOL.map((shape) => `personal ${shape}`)),
  flows: fc.subarray(DESTINATIONS.map((to) => `personal > ${to}`)),
  usual: fc.constantFrom(0, 999, 1000, 4000),
  bytes: fc.constantFrom(0, 1000, 40_000),
})

export function textOf({ usual, bytes, ...lists }: Sets): string {
  const written = Object.entries(lists).map(([name, list]) => `${name}: ${JSON.stringify(list)}\n`)
  const gap = usual === 0 ? '' : `gaps: [{class: personal, usual: ${usual}ms}]\n`
  return `subject: task/summarize\ntitle: t\nowner: o\n${written.join('')}${gap}rates: {bytes_sent: ${bytes}}\n`
}

const use = fc.record({
  action: fc.constantFrom(...ACTIONS, 'file_read', 'network_send', 'network_send'),
  gap: fc.constantFrom(0, 1, 9, 249, 250, 251, 1000, 1001, 600_000),
  task: fc.constantFrom('summarize', 'summarize', 'other', undefined),
  run: fc.constantFrom('r1', 'r2'),
  path: fc.constantFrom(...PATHS),
  object: fc.constantFrom('o1', 'o2'),
  class: fc.constantFrom('personal', 'personal', 'credential', ''),
  to: fc.constantFrom(...ADDRESSES),
  port: fc.constantFrom(443, 80),
  flow: fc.subarray(['o1', 'o2']),
  bytes: fc.constantFrom(1, 600, 14_464, 40_000, 65_536, 400_000),
  outcome: fc.constantFrom('success', 'success', 'success', 'failure', 'unknown'),
})

/** What chance alone makes too seldom: data that is read, and sent next. */
const readThenSent = fc.tuple(use, use).map(([read, send]) => {
  const own = { task: 'summarize', outcome: 'success' }
  return [
    { ...read, ...own, action: 'file_read', class: 'personal' },
    { ...send, ...own, action: 'network_send', flow: [read.object] },
  ]
})

export const uses: fc.Arbitrary<readonly Written[]> = fc
  .array(fc.oneof({ arbitrary: use.map((one) => [one]), weight: 6 }, { arbitrary: readThenSent, weight: 1 }), {
    minLength: 4,
    maxLength: 20,
    size: 'max',
  })
  .map((list) => {
    let at = 0
    return list.flat().map(({ gap, task, to, port, path, class: objectClass, flow, ...rest }): Written => {
      at += gap
      const isNetwork = rest.action.startsWith('network_')
      return {
        ...rest,
        at,
        ...(task !== undefined && { task }),
        ...(isNetwork
          ? { to, port, flow: flow.map((id) => [id, 'personal'] as const) }
          : { path, ...(objectClass !== '' && { class: objectClass }) }),
      }
    })
  })

/** As of the unit that the task is of. */
export function ofService(stream: readonly Written[]): Written[] {
  return stream.map((use) => (use.task === 'summarize' ? { ...use, service: 'summarize.service' } : use))
}

/** Which rules of a baseline a stream breaks, each with its closing event: said from what a baseline means, by trying all. */
export function brokenBy(known: Sets, stream: readonly Written[], isService: boolean): string[] {
  const found: string[] = []
  for (const [at, use] of stream.entries()) {
    if (use.task !== 'summarize' || !isDone(use)) continue
    for (const name of brokenByOne(known, use, isService)) found.push(`${name} ${at}`)
  }
  found.push(
    ...sent(stream, 600_000, (to) => !known.flows.includes(`personal > ${to}`)).map((at) => `flow.personal ${at}`),
  )
  if (known.usual >= 1000)
    found.push(...sent(stream, Math.floor(known.usual / 4), () => true, true).map((at) => `gap.personal ${at}`))
  if (known.bytes > 0) found.push(...amounts(stream, known.bytes, isService))
  return found.sort()
}

function brokenByOne(known: Sets, use: Written, isService: boolean): string[] {
  const { action, path = '' } = use
  const shape = SHAPES[path] ?? ''
  const to = destination(use)
  const isRead = action === 'file_read' || action === 'file_map'
  const isNamed = GRANTED.includes(action) && path.startsWith(BELOW)
  // A service does the same as ever; of a task only what endangers something is told.
  const isTold = action === 'mount' || (isService && action === 'privilege_change')
  const isClassed = (use.class ?? '') !== ''
  const isChange = CHANGES.includes(action) && (isService || isClassed)
  const changed = [action, ...(isClassed ? [use.class] : []), shape].join(' ')
  const isOwn = isService && !isClassed && isMade(known, path)
  return [
    ...(isTold && !known.capabilities.includes(action) && !GRANTED.includes(action) ? ['capability'] : []),
    ...(isService && action === 'process_exec' && !isNamed && !known.programs.includes(shape) ? ['program'] : []),
    ...(isChange && !isNamed && !isOwn && !known.changes.includes(changed) ? ['change'] : []),
    ...(isRead && !isNamed && use.class === 'personal' && !known.reads.includes(`personal ${shape}`) ? ['read'] : []),
    ...(to !== null && to !== DECLARED && !known.destinations.includes(to) ? ['destination'] : []),
  ]
}

/** What was made as ever, and what lies below it. */
function isMade({ changes }: Sets, path: string): boolean {
  return PATHS.some(
    (made) => changes.includes(`file_create ${SHAPES[made] ?? ''}`) && (path === made || path.startsWith(`${made}/`)),
  )
}

/** Sends beyond this host within a time of the newest reading of an object; the first for each reading. */
function sent(
  stream: readonly Written[],
  within: number,
  isTold: (to: string) => boolean,
  declaredToo = false,
): number[] {
  return ['o1', 'o2'].flatMap((object) => {
    const started = new Set<number>()
    return [...stream.entries()].flatMap(([at, use]) => {
      const to = destination(use)
      const isSender = use.task === 'summarize' || use.task === undefined
      if (use.action !== 'network_send' || !isSender || !isDone(use) || to === null) return []
      if (!(use.flow ?? []).some(([id]) => id === object) || !isTold(to) || (to === DECLARED && !declaredToo)) return []
      const start = stream.findLastIndex(
        (read, before) =>
          before < at &&
          use.at - read.at <= within &&
          ['file_read', 'file_map'].includes(read.action) &&
          isDone(read) &&
          read.task === 'summarize' &&
          read.class === 'personal' &&
          read.object === object,
      )
      if (start === -1 || started.has(start)) return []
      started.add(start)
      return [at]
    })
  })
}

/** Of a run, or of a service whatever the run. */
function amounts(stream: readonly Written[], most: number, isService: boolean): string[] {
  return [...stream.entries()].flatMap(([at, use]) => {
    const counts = (one: Written): boolean =>
      one.action === 'network_send' && one.task === 'summarize' && isDone(one) && destination(one) !== null
    if (!counts(use)) return []
    const window = stream
      .slice(0, at + 1)
      .filter((one) => counts(one) && (isService || one.run === use.run) && use.at - one.at <= 3_600_000)
    const sum = window.reduce((all, { bytes = 0 }) => all + bytes, 0)
    return sum > Math.max(most * (isService ? 2 : 10), 65_536) ? [`amount.bytes ${at}`] : []
  })
}

function isDone({ action, outcome }: Written): boolean {
  return outcome === 'success' || (action === 'network_connect' && outcome === 'unknown')
}

function destination({ to, port }: Written): string | null {
  return to === undefined || to === '127.0.0.1' ? null : `tcp ${to}:${port ?? 443}`
}
