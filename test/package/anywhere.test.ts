import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
/** The kernel half names its sources; the program carries it compressed. */
const object = path.join(root, 'sensor/build/sensor.bpf.o')

test.skipIf(!existsSync(object))('what is built does not say where: the same sources give the same package', () => {
  const bytes = readFileSync(object)
  expect(bytes.includes('sensor.bpf.c')).toBe(true)
  expect(bytes.includes(root)).toBe(false)
})
