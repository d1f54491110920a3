import fc from 'fast-check'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planDeployment } from '../../../src/target/deployment.ts'
import { openSplunk } from '../../../src/target/splunk/splunk-target.ts'
import { options } from '../deploying.ts'
import { pack, PACE, to, wanted } from './desired-fixture.ts'

// Whatever a server answers, it is told in a diagnostic, and nothing is thrown.

let answers: readonly string[] = []
let status = 200
const server = createServer((request, response) => {
  request.resume()
  const [first = '{}', ...rest] = answers
  answers = rest
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(first)
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => void server.close())

const entry = fc.record({
  name: fc.oneof(fc.string(), fc.jsonValue()),
  acl: fc.oneof(fc.constant({ app: 'detpack', perms: { read: ['*'] } }), fc.jsonValue()),
  content: fc.oneof(
    fc.dictionary(fc.constantFrom('version', 'search', 'actions', 'definition', 'description'), fc.jsonValue()),
    fc.constant({ version: '9.0.0' }),
  ),
})
const body = fc.oneof(
  fc.constant('{"entry":[{"name":"x","acl":{"app":"detpack"},"content":{"version":"9.0.0"}}]}'),
  fc.array(entry, { maxLength: 2 }).map((entries) => JSON.stringify({ entry: entries })),
  fc.json(),
  fc.string(),
)

test('a strange answer is a diagnostic', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connection = to(url, { kind: 'none' }, { pace: { ...PACE, attempts: 1 } })
  const desired = pack(wanted('r1'))
  await fc.assert(
    fc.asyncProperty(
      fc.array(body, { maxLength: 6 }),
      fc.constantFrom(200, 200, 200, 404, 409, 500),
      async (all, code) => {
        answers = all
        status = code
        const opening = await openSplunk(connection, 'splunk', 'index=main')
        if (opening.kind === 'failed') {
          expect(opening.diagnostics[0]?.code).toMatch(/^target\//)
          return
        }
        const planning = await planDeployment(desired, opening.target, options())
        if (planning.kind === 'failed') expect(planning.diagnostics[0]?.code).toMatch(/^target\//)
        await opening.target.close()
      },
    ),
    { numRuns: 100 },
  )
})
