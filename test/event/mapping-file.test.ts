import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mappingFiles } from '../../src/event/mapping-file.ts'

test.each([...mappingFiles()])(
  '%s is what the schema gives (else run: node scripts/generate-mappings.mjs)',
  (name, text) => {
    expect(readFileSync(name, 'utf8')).toBe(text)
  },
)
