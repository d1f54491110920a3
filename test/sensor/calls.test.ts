import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { callsLookedAt, compatCalls, nameOfCall, namesOfCalls, reasonsOfOthers } from './calls.ts'

/** Every system call is one that the sensor looks at, or has its reason: a new one cannot be forgotten in silence. */
describe('the calls that the sensor looks at', () => {
  const looked = callsLookedAt()
  const others = reasonsOfOthers()

  test('are, with those that have a reason why not, all calls there are, and none is both', () => {
    const all = [...namesOfCalls().values()]
    const told = [...looked]
    expect(all.length).toBeGreaterThan(370)
    expect(all.filter((name) => !looked.has(name) && !others.has(name))).toEqual([])
    expect([...told, ...others.keys()].filter((name) => !all.includes(name))).toEqual([])
    expect(told.filter((name) => others.has(name))).toEqual([])
  })

  const header = '/usr/include/x86_64-linux-gnu/asm/unistd_32.h'

  test.skipIf(!existsSync(header))('are looked at when they are made by the 32-bit table too', () => {
    const compat = compatCalls()
    const table = [...readFileSync(header, 'utf8').matchAll(/^#define __NR_(\w+) (\d+)$/gm)]
    const forgotten = table
      .map(([, name = '', number = '']) => ({ name, number: Number(number), twin: twinOf(name, looked) }))
      .filter(({ number, twin }) => twin !== undefined && !compat.has(number))
    expect(table.length).toBeGreaterThan(400)
    expect(forgotten).toEqual([])
    const wrong = table
      .map(([, name = '', number = '']) => ({ name, native: compat.get(Number(number)), twin: twinOf(name, looked) }))
      .filter(({ native, twin }) => twin !== undefined && native !== undefined && nameOfCall(native) !== twin)
    expect(wrong).toEqual([])
  })
})

/** The call of x86-64 that a call of i386 stands for: `setuid32`, `fcntl64`, `utimensat_time64`. */
function twinOf(name: string, looked: ReadonlySet<string>): string | undefined {
  if (looked.has(name)) return name
  const bare = name.replace(/(64_time64|_time64|64|32|2)$/, '')
  return looked.has(bare) ? bare : undefined
}
