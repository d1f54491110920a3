import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planDeployment } from '../../../src/target/deployment.ts'
import { textOf, type Desired, type DesiredObject } from '../../../src/target/object.ts'
import { apply, options, packOf, planOf, summary } from '../deploying.ts'
import { opened, pack, PACE, rows, to, wanted } from './desired-fixture.ts'
import { startSplunk, TOKEN, type Fault } from './splunk-stand-in.ts'

// A deployment that is cut off at one of its requests; then it is run again. Of a few rules, at each of the requests in
// turn; of fifty, at some that chance draws. `make soak` takes each of all fifty, before and after it was carried out.

const SOAK = Number(process.env['FAULT_RULES'] ?? 0)
const FIFTY = 50
/** Of the cuts of fifty rules; each takes a quarter of a second or so. */
const DRAWN = 24

function searches(count: number, title = 'Rule r'): readonly DesiredObject[] {
  return Array.from({ length: count }, (_, at) => wanted(`r${at}`, { title: `${title}${at}` }))
}

/** Searches, the macros that they call, and their catalogue. */
function whole(count: number): Desired {
  const all = searches(count)
  return packOf([rows(...all.map(({ id }) => id)), ...pack(...all).objects])
}

/** @param before what is there already */
async function interrupted(desired: Desired, before: Desired | undefined, fault: Fault | undefined): Promise<number> {
  const splunk = await startSplunk()
  try {
    const connection = to(splunk.url, { kind: 'bearer', token: TOKEN }, { pace: { ...PACE, attempts: 1 } })
    const deploy = async (what: Desired): Promise<readonly string[]> => {
      const target = await opened(connection).catch(() => undefined)
      if (target === undefined) return ['target/unreachable']
      try {
        const planning = await planDeployment(what, target, options())
        if (planning.kind === 'failed') return planning.diagnostics.map((one) => one.code)
        return (await apply(planOf(planning), target)).diagnostics.map((one) => one.code)
      } finally {
        await target.close()
      }
    }
    if (before !== undefined) {
      expect(await deploy(before)).toEqual([])
      const tuned = splunk.searches.get('detpack Detpack - Old name 1 - Rule')
      if (tuned === undefined) throw new Error('nothing to tune')
      tuned.settings['disabled'] = '1'
    }
    const start = splunk.requests.length
    if (fault !== undefined) splunk.fail(fault)
    await deploy(desired)
    const asked = splunk.requests.length - start
    expect(await deploy(desired)).toEqual([])

    const target = await opened(connection)
    const planned = planOf(await planDeployment(desired, target, options()))
    expect(new Set(summary(planned).map((each) => each.split(' ')[0]))).toEqual(new Set(['unchanged']))
    await target.close()
    expect([...splunk.searches.keys()].sort()).toEqual(
      desired.objects
        .flatMap(({ kind, content }) => (kind === 'saved-search' ? [`detpack ${textOf(content['name'])}`] : []))
        .sort(),
    )
    expect(splunk.lookups.size).toBe(desired.objects.filter(({ kind }) => kind === 'collection').length)
    expect(splunk.macros.size).toBe(desired.objects.filter(({ kind }) => kind === 'macro').length)
    const off = [...splunk.searches.values()].filter(({ settings }) => settings['disabled'] === '1')
    expect(off.map(({ name }) => name)).toEqual(before === undefined ? [] : ['Detpack - Rule r1 - Rule'])
    expect(splunk.complaints).toEqual([])
    return asked
  } finally {
    await splunk.close()
  }
}

test.each<[string, Desired, Desired | undefined]>([
  ['a first deployment', whole(SOAK > 0 ? SOAK : 1), undefined],
  [
    'new titles of all rules, one of which is switched off by hand',
    packOf(searches(2)),
    packOf(searches(2, 'Old name ')),
  ],
])(
  '%s: whichever request is cut, and whether or not it was carried out, running it again ends right',
  async (_what, desired, before) => {
    const requests = await interrupted(desired, before, undefined)
    expect(requests).toBeGreaterThan(2 * desired.objects.length)
    for (let after = 0; after < requests; after++) {
      if (SOAK > 0 || after % 2 === 0) await interrupted(desired, before, { after, answer: 'lose' })
      if (SOAK > 0 || after % 2 === 1) await interrupted(desired, before, { after, answer: 'drop' })
    }
  },
  3_600_000,
)

test.skipIf(SOAK > 0)(
  'fifty rules: whichever request is cut, running it again ends right',
  async () => {
    const desired = whole(FIFTY)
    const requests = await interrupted(desired, undefined, undefined)
    expect(requests).toBeGreaterThan(3 * FIFTY)
    const cuts = fc.record({
      after: fc.integer({ min: 0, max: requests - 1 }),
      answer: fc.constantFrom('lose' as const, 'drop' as const),
    })
    const property = fc.asyncProperty(cuts, async (cut) => {
      await interrupted(desired, undefined, cut)
    })
    await fc.assert(property, { numRuns: DRAWN * Number(process.env['PROPERTY_RUNS'] ?? 1), endOnFailure: true })
  },
  600_000,
)
