import { beforeAll, describe, expect, test } from 'vitest'
import { Binding, compareAct, compareRun, coverageOf, earlierThanMarked, valueAt } from './compare.ts'
import { actNames, runOnKernel, type LiveRun } from './live-run.ts'
import { parsePerformance, type Performance } from './statement.ts'

/**
 * The acts of the live test on other kernels, compared in the same way. `make test-kernels` fetches them and says which;
 * each is booted in QEMU, which takes half a minute and more.
 */
const kernels = (process.env['DETPACK_KERNELS'] ?? '').split(',').filter((name) => name !== '')

/** Acts that a kernel cannot show, each by the line of the sensor's own coverage that says so. */
const notSeen: readonly { readonly row: string; readonly acts: RegExp }[] = [
  { row: 'io_uring: what its requests do', acts: /^uring-/ },
  { row: 'folds of sleeping threads in time', acts: /^fold-asleep$/ },
  {
    row: 'io_uring: paths that its requests name',
    acts: /^uring-(openat-missing|open-fixed|unlinkat|renameat|linkat)$/,
  },
]

describe.each(kernels)('on Linux %s', (kernel) => {
  let run: LiveRun
  let performance: Performance
  let binding: Binding
  let coverage: readonly string[]

  beforeAll(async () => {
    run = await runOnKernel(kernel)
    performance = parsePerformance(run.said)
    binding = new Binding(run.events)
    coverage = coverageOf(run.events)
  }, 700_000)

  test.each(actNames())('act %s', (name) => {
    const act = performance.acts.get(name)
    if (act === undefined) throw new Error('the act was not done')
    expect(act.failed).toBeUndefined()
    if (act.skipped !== undefined) {
      process.stderr.write(`SKIP: Linux ${kernel}, act ${name}: ${act.skipped}\n`)
      return
    }
    const unseen = notSeen.find(({ row, acts }) => acts.test(name) && coverage.some((one) => one.startsWith(row)))
    const problems = compareAct(act, run.events, binding, performance.program)
    if (problems.length > 0 && unseen !== undefined)
      process.stderr.write(`SKIP: Linux ${kernel}, act ${name}: its coverage says: ${unseen.row}\n`)
    else expect(problems).toEqual([])
  })

  test('a run: numbers, order, no loss, nobody but the tree that was started', () => {
    expect(compareRun(run.events, performance.root)).toEqual([])
  })

  // Where folds are not collected they surface with the thread's next use, or with its end.
  test('what surfaces after later events says that it is late', () => {
    expect(run.watermarks.length).toBeGreaterThan(2)
    expect(earlierThanMarked(run)).toEqual([])
    const late = run.events.filter((event) => valueAt(event, 'detpack.late') === true)
    if (coverage.some((row) => row.startsWith('folds of sleeping threads in time')))
      expect(late.length).toBeGreaterThan(0)
  })
})
