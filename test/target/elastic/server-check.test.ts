import { expect, test } from 'vitest'
import { error } from '../../../src/diagnostic/diagnostic.ts'
import type { Json } from '../../../src/event/field.ts'
import { checkCluster, checkKibana } from '../../../src/target/elastic/server-check.ts'

/** A server that says this of itself. */
function saying(
  body: Json,
): { readonly request: () => Promise<{ readonly kind: 'ok'; readonly body: Json }> } & Ending {
  return { request: () => Promise.resolve({ kind: 'ok', body }), close: () => Promise.resolve() }
}

interface Ending {
  readonly close: () => Promise<void>
}

const codes = async (version: Json): Promise<readonly string[]> => {
  const said = saying({ version })
  const [cluster, kibana] = [await checkCluster(said), await checkKibana(said, 'default')]
  expect(kibana.map((one) => one.code)).toEqual(cluster.map((one) => one.code))
  return cluster.map((one) => one.message)
}

test.each(['8.19.0', '8.19.21', '8.20.1', '9.0.0', '9.10.2', '10.0.0-SNAPSHOT'])('%s is new enough', async (number) => {
  expect(await codes({ number })).toEqual([])
})

test.each([
  ['8.18.9', '8.18'],
  ['8.2.0', '8.2'],
  ['7.17.29', '7.17'],
])('%s is told as too old', async (number, said) => {
  expect(await codes({ number })).toEqual([`this Elasticsearch is ${said}, and detpack deploys to 8.19 and newer`])
})

test('the service without servers counts otherwise', async () => {
  expect(await codes({ number: '8.11.0', build_flavor: 'serverless' })).toEqual([])
})

test('what is no version is not taken for one', async () => {
  expect(await codes('8.1')).toEqual([])
  expect(await codes({ number: 'new' })).toEqual([])
})

test('a key that may not ask is let pass; what else goes wrong is told', async () => {
  const failing = (code: `target/${string}`) => ({
    request: () => Promise.resolve({ kind: 'failed', diagnostic: error(code, 'no') } as const),
    close: () => Promise.resolve(),
  })
  expect(await checkCluster(failing('target/forbidden'))).toEqual([])
  expect(await checkKibana(failing('target/forbidden'), 'default')).toEqual([])
  expect(await checkCluster(failing('target/unauthorized'))).toMatchObject([{ code: 'target/unauthorized' }])
  expect(await checkKibana(failing('target/unreachable'), 'default')).toMatchObject([{ code: 'target/unreachable' }])
})
