import { beforeAll, describe, expect, test } from 'vitest'
import { Binding, compareAct, compareRun } from './compare.ts'
import { actNames, runOnKernel, type LiveRun } from './live-run.ts'
import { parsePerformance, type Performance } from './statement.ts'

/**
 * The acts of the live test on other kernels, compared in the same way. `make test-kernels` fetches them and says which;
 * each is booted in QEMU, which takes half a minute and more.
 */
const kernels = (process.env['DETPACK_KERNELS'] ?? '').split(',').filter((name) => name !== '')

describe.each(kernels)('on Linux %s', (kernel) => {
  let run: LiveRun
  let performance: Performance
  let binding: Binding

  beforeAll(async () => {
    run = await runOnKernel(kernel)
    performance = parsePerformance(run.said)
    binding = new Binding(run.events)
  }, 400_000)

  test.each(actNames())('act %s', (name) => {
    const act = performance.acts.get(name)
    if (act === undefined) throw new Error('the act was not done')
    expect(act.failed).toBeUndefined()
    if (act.skipped !== undefined) {
      process.stderr.write(`SKIP: Linux ${kernel}, act ${name}: ${act.skipped}\n`)
      return
    }
    expect(compareAct(act, run.events, binding, performance.program)).toEqual([])
  })

  test('a run: numbers, order, no loss, nobody but the tree that was started', () => {
    expect(compareRun(run.events, performance.root)).toEqual([])
  })
})
