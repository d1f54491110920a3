import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { asTask, FROM } from './drafting.ts'

const GOLDEN = path.join(import.meta.dirname, 'golden')

/** A folder holds the source and the task that is drafted from it; its name begins with the format. */
describe.each(readdirSync(GOLDEN))('%s', (name) => {
  const folder = path.join(GOLDEN, name)
  const file = readdirSync(folder).find((each) => each !== 'task.yml') ?? ''
  const drafted = FROM[name.split('-')[0] ?? '']?.(new Source(file, readFileSync(path.join(folder, file), 'utf8')))

  test('is drafted as a task without mistakes', async () => {
    if (drafted === undefined || !('draft' in drafted)) throw new Error(`no draft of ${name}`)
    const { text, wrong } = asTask(drafted.draft)
    await expect(text).toMatchFileSnapshot(path.join(folder, 'task.yml'))
    expect(wrong).toEqual([])
  })
})
