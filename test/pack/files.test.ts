import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findFiles, readSources } from '../../src/pack/files.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('the files below a folder', () => {
  it('are those with the wanted ending, in order, without hidden ones', () => {
    const folder = temporaryFolder({
      'b.yml': '',
      'a/c.yaml': '',
      'a/d.txt': '',
      '.git/e.yml': '',
      'node_modules/f.yml': '',
    })
    const { files } = findFiles([folder], ['.yml', '.yaml'])
    expect(files.map((file) => path.relative(folder, file))).toEqual(['a/c.yaml', 'b.yml'])
  })

  it('come once, even when they are named twice', () => {
    const folder = temporaryFolder({ 'a.yml': '' })
    const relative = path.relative('', path.join(folder, 'a.yml'))
    expect(findFiles([folder, path.join(folder, 'a.yml'), relative], ['.yml']).files).toHaveLength(1)
  })

  it('are files, not pipes that nobody writes to, nor folders that are named like one', () => {
    const folder = temporaryFolder({ 'a.yml/b.yml': '' })
    execFileSync('mkfifo', [path.join(folder, 'pipe.yml')])
    symlinkSync('a.yml', path.join(folder, 'link.yml'))
    expect(findFiles([folder], ['.yml'])).toEqual({ files: [path.join(folder, 'a.yml/b.yml')], diagnostics: [] })
  })

  it('are told when they lead nowhere', () => {
    const folder = temporaryFolder()
    symlinkSync('gone', path.join(folder, 'a.yml'))
    const { files } = findFiles([folder], ['.yml'])
    expect(readSources(files).diagnostics).toMatchObject([
      { code: 'pack/unreadable', message: expect.stringContaining('no such file or directory') as string },
    ])
  })

  it('are missed by name when a path is not there', () => {
    const { diagnostics } = findFiles(['no/such/folder'], ['.yml'])
    expect(diagnostics).toMatchObject([
      { code: 'pack/no-such-path', message: expect.stringContaining('no/such/folder') as string },
    ])
  })

  it('are told from events, which an option before them may have taken', () => {
    const folder = temporaryFolder({ 'a.yml': '', 'run.ndjson': '' })
    const [rules, events] = [path.join(folder, 'a.yml'), path.join(folder, 'run.ndjson')]
    expect(findFiles([rules, events], ['.yml'])).toMatchObject({
      files: [rules],
      diagnostics: [{ code: 'pack/events', hint: expect.stringContaining('before the options') as string }],
    })
  })
})

describe('texts', () => {
  it('are read even when one beside them cannot be', () => {
    const folder = temporaryFolder({ 'a.yml': 'x: 1\n' })
    const { sources, diagnostics } = readSources([path.join(folder, 'gone.yml'), path.join(folder, 'a.yml')])
    expect(sources.map((source) => source.text)).toEqual(['x: 1\n'])
    expect(diagnostics).toMatchObject([{ code: 'pack/unreadable' }])
  })

  it('are refused when they are huge', () => {
    const folder = temporaryFolder({ 'a.yml': '#'.repeat(4 * 1024 * 1024 + 1) })
    expect(readSources([path.join(folder, 'a.yml')]).diagnostics).toMatchObject([{ code: 'pack/file-too-large' }])
  })

  it('are read no further than that from what has no end', () => {
    expect(readSources(['/dev/zero']).diagnostics).toMatchObject([{ code: 'pack/file-too-large' }])
  })

  it('come from a device as well', () => {
    expect(readSources(['/dev/null']).sources.map((source) => source.text)).toEqual([''])
  })
})
