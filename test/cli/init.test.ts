import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

describe('init', () => {
  it('starts a pack that checks, tests and compiles as it is', () => {
    const folder = path.join(temporaryFolder(), 'my-pack')
    expect(detpack(['init', folder]).code).toBe(0)
    const checked = detpack(['check', '--strict'], { cwd: folder })
    expect(checked.stdout).toContain('0 errors, 0 warnings')
    expect(checked.code).toBe(0)
    const tested = detpack(['test'], { cwd: folder })
    expect(tested.stdout).toContain(' 0 failed')
    expect(tested.code).toBe(0)
    expect(detpack(['compile', '-l', 'spl'], { cwd: folder }).code).toBe(0)
  })

  it('touches no file that is there, and then writes none', () => {
    const folder = temporaryFolder({ 'detpack.yml': '# mine\n' })
    expect(detpack(['init', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('detpack.yml') as string,
    })
    expect(readFileSync(path.join(folder, 'detpack.yml'), 'utf8')).toBe('# mine\n')
    expect(existsSync(path.join(folder, 'rules'))).toBe(false)
  })

  it('only names the files in a dry run', () => {
    const folder = temporaryFolder()
    const { stdout } = detpack(['init', '--dry-run', folder])
    expect(stdout).toContain('detpack.yml')
    expect(existsSync(path.join(folder, 'detpack.yml'))).toBe(false)
  })
})
