import { describe, expect, it } from 'vitest'
import { detpack } from './detpack.ts'

describe('task show', () => {
  it('prints the tasks that are named, in the order in which they are', () => {
    const { code, stdout } = detpack(['task', 'show', 'write-code', 'build-project'])
    expect(code).toBe(0)
    expect(stdout.match(/^[\w-]+(?=  rules)/gm)).toEqual(['write-code', 'build-project'])
  })

  it('gives every cell to programs', () => {
    const { stdout } = detpack(['task', 'show', 'build-project', '--format', 'ndjson'])
    const { task, cells } = JSON.parse(stdout) as { task: string; cells: { capability: string; parts: object[] }[] }
    expect(task).toBe('build-project')
    const inspect = cells.find(({ capability }) => capability === 'process_inspect')
    expect(inspect?.parts).toEqual([
      { answer: 'alert', by: ['not-granted.system'], of: 'all', grants: [], manners: [] },
    ])
  })

  it('says which task was meant', () => {
    const { code, stderr } = detpack(['task', 'show', 'writecode'])
    expect(code).toBe(2)
    expect(stderr).toContain('there is no task "writecode"; did you mean "write-code"?')
  })
})
