import { readFileSync } from 'node:fs'
import { describe } from 'vitest'
import type { Login } from '../../../src/target/destination.ts'
import { kibanaSuite } from './verify-suite.ts'

// `make verify-live`: on a Kibana of the user's own, which the environment names.

const { env } = process
const url = env['DETPACK_VERIFY_KIBANA']

function login(): Login {
  const file = env['DETPACK_ELASTIC_API_KEY_FILE']
  const key = env['DETPACK_ELASTIC_API_KEY'] ?? (file === undefined ? undefined : readFileSync(file, 'utf8').trim())
  if (key !== undefined) return { kind: 'api-key', key }
  const [username, password] = [env['DETPACK_ELASTIC_USERNAME'], env['DETPACK_ELASTIC_PASSWORD']]
  if (username !== undefined && password !== undefined) return { kind: 'basic', username, password }
  throw new Error('set DETPACK_ELASTIC_API_KEY, or DETPACK_ELASTIC_USERNAME and DETPACK_ELASTIC_PASSWORD')
}

describe.skipIf(url === undefined)('Kibana', () => {
  const kibana = {
    url: url ?? '',
    login: url === undefined ? ({ kind: 'none' } as const) : login(),
    ...(env['DETPACK_KIBANA_SPACE'] !== undefined && { space: env['DETPACK_KIBANA_SPACE'] }),
    ...(env['DETPACK_VERIFY_CA_FILE'] !== undefined && { caFile: env['DETPACK_VERIFY_CA_FILE'] }),
    insecure: env['DETPACK_VERIFY_INSECURE'] === '1',
  }
  kibanaSuite(() => Promise.resolve({ kibana }))
})
