import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('has a case for every code', () => {
  const source = new URL('../../src/sigma/', import.meta.url)
  const cases = readAll(new URL('./', import.meta.url), '.test.ts')
  const codes = new Set(readAll(source, '.ts').match(/'sigma\/[a-z0-9-]+'/g))
  expect(codes.size).toBeGreaterThan(30)
  expect([...codes].filter((code) => !cases.includes(code))).toEqual([])
})

function readAll(folder: URL, ending: string): string {
  const files = readdirSync(folder).filter((file) => file.endsWith(ending) && file !== 'codes.test.ts')
  return files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n')
}
