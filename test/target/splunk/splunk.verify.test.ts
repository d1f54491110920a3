import { describe } from 'vitest'
import type { Login } from '../../../src/target/destination.ts'
import { DEFAULT_PACE } from '../../../src/target/pace.ts'
import { splunkSuite } from './verify-suite.ts'

// `make verify-live`: on a Splunk of the user's own, which the environment names.

const { env } = process
const url = env['DETPACK_VERIFY_SPLUNKD']

function login(): Login {
  const token = env['DETPACK_SPLUNK_TOKEN']
  if (token !== undefined) return { kind: 'bearer', token }
  const [username, password] = [env['DETPACK_SPLUNK_USERNAME'], env['DETPACK_SPLUNK_PASSWORD']]
  if (username !== undefined && password !== undefined) return { kind: 'basic', username, password }
  throw new Error('set DETPACK_SPLUNK_TOKEN, or DETPACK_SPLUNK_USERNAME and DETPACK_SPLUNK_PASSWORD')
}

describe.skipIf(url === undefined)('Splunk', () => {
  const splunkd = {
    url: url ?? '',
    login: url === undefined ? ({ kind: 'none' } as const) : login(),
    ...(env['DETPACK_VERIFY_CA_FILE'] !== undefined && { caFile: env['DETPACK_VERIFY_CA_FILE'] }),
    insecure: env['DETPACK_VERIFY_INSECURE'] === '1',
  }
  splunkSuite(
    () => Promise.resolve({ splunkd, app: env['DETPACK_SPLUNK_APP'] ?? 'detpack', pace: DEFAULT_PACE }),
    false,
  )
})
