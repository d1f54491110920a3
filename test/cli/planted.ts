import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import type { Running } from './running.ts'

export const RULE = `title: Key read
name: key-read
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0001
status: test
level: high
logsource: {product: linux, service: detpack}
detection: {selection: {event.action: file_read}, condition: selection}
`

/** A way to log in, with secrets that stand nowhere else. */
export interface Planted {
  readonly kind: string
  readonly env: Readonly<Record<string, string>>
  /** Files that the environment names, below the working folder. */
  readonly files?: Readonly<Record<string, string>>
  /** What a server is sent. */
  readonly authorization?: string
  /** In every form in which they might be shown. */
  readonly secrets: readonly string[]
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const KEY = base64('plantedid:planted-secret-half-of-a-key')
const PASSWORD = 'planted pass:word/+'

export const API_KEY: Planted = {
  kind: 'an API key',
  env: { DETPACK_ELASTIC_API_KEY: KEY },
  authorization: `ApiKey ${KEY}`,
  secrets: [KEY, 'planted-secret-half-of-a-key'],
}
export const PLANTED: readonly Planted[] = [
  API_KEY,
  {
    ...{ kind: 'an API key in a file', env: { DETPACK_ELASTIC_API_KEY_FILE: 'secret.key' } },
    ...{ files: { 'secret.key': `${KEY}\n` }, authorization: `ApiKey ${KEY}`, secrets: API_KEY.secrets },
  },
  {
    ...{ kind: 'a bearer token', env: { DETPACK_ELASTIC_TOKEN: 'planted-bearer-token' } },
    ...{ authorization: 'Bearer planted-bearer-token', secrets: ['planted-bearer-token'] },
  },
  {
    kind: 'a user and a password',
    env: { DETPACK_ELASTIC_USERNAME: 'anna', DETPACK_ELASTIC_PASSWORD: PASSWORD },
    authorization: `Basic ${base64(`anna:${PASSWORD}`)}`,
    secrets: [PASSWORD, encodeURIComponent(PASSWORD), base64(`anna:${PASSWORD}`)],
  },
]

export function plant(folder: string, { files = {} }: Planted): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text, { mode: 0o600 })
}

/** What a command said; none of the secrets is in it. */
export async function unspoken(run: Running, { secrets }: Planted): Promise<Awaited<Running['ended']>> {
  const ended = await run.ended
  expectNone(`${ended.stdout}\n${ended.stderr}`, secrets)
  return ended
}

export function expectNone(text: string, secrets: readonly string[]): void {
  for (const each of secrets) if (text.includes(each)) expect.fail(`"${each}" is shown:\n${text.slice(0, 2000)}`)
}
