import { readFileSync } from 'node:fs'

/** What the sensor's own tables say of system calls, read as they stand. */
const SENSOR = new URL('../../sensor/', import.meta.url)

/** Of x86-64, by number. */
export function namesOfCalls(): ReadonlyMap<number, string> {
  const text = read('src/call_names.h')
  return new Map([...text.matchAll(/^\[(\d+)\] = "(\w+)",$/gm)].map(([, number, name = '']) => [Number(number), name]))
}

const table = read('src/calls.c')
const names = namesOfCalls()

/** The name of a call as `src/calls.c` writes its number: `SYS_read`, or a number that the headers may lack. */
export function nameOfCall(written: string): string | undefined {
  return written.startsWith('SYS_') ? written.slice('SYS_'.length) : names.get(Number(written))
}

/** Names of those that have a handler. */
export function callsLookedAt(): ReadonlySet<string> {
  const rows = [...table.matchAll(/\{ (SYS_\w+|\d+)(?: \/\*.*?\*\/)?, "on_\w+" \}/g)]
  return new Set(rows.map(([, written = '']) => nameOfCall(written) ?? written))
}

/** Of the table of i386, by number: the call of x86-64 that is done, as it is written there. */
export function compatCalls(): ReadonlyMap<number, string> {
  return new Map(
    [...table.matchAll(/\{ (\d+), (SYS_\w+|\d+) \}/g)].map(([, number, native = '']) => [Number(number), native]),
  )
}

/** Why the others are not looked at, by name. */
export function reasonsOfOthers(): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>()
  for (const paragraph of read('test/calls-not-told').split('\n\n').slice(1)) {
    const lines = paragraph.split('\n').filter((line) => line !== '')
    const reason = lines.filter((line) => !line.startsWith('  ')).join(' ')
    for (const name of lines.filter((line) => line.startsWith('  ')).flatMap((line) => line.trim().split(' '))) {
      if (reason === '' || reasons.has(name)) throw new Error(`${name}: no reason, or two`)
      reasons.set(name, reason)
    }
  }
  return reasons
}

function read(file: string): string {
  return readFileSync(new URL(file, SENSOR), 'utf8')
}
