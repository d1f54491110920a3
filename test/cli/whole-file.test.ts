import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { WholeFile, writeWhole } from '../../src/cli/whole-file.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'

describe('a file that is written whole', () => {
  it('is not there before its end', () => {
    const folder = temporaryFolder({ a: 'old' })
    const file = new WholeFile(path.join(folder, 'a'))
    file.write('ne')
    file.write('w')
    expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe('old')
    file.finish()
    expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('leaves nothing behind when it is abandoned', () => {
    const folder = temporaryFolder({ a: 'old' })
    const file = new WholeFile(path.join(folder, 'a'))
    file.write('half')
    file.abandon()
    expect(readdirSync(folder)).toEqual(['a'])
    expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe('old')
  })

  it('is made in folders that are not there yet, with the rights asked for', () => {
    const name = path.join(temporaryFolder(), 'x/y/a')
    const file = new WholeFile(name, 0o600)
    file.finish()
    expect(statSync(name).mode & 0o777).toBe(0o600)
  })

  it('goes where a link in its place leads, and leaves the link', () => {
    const folder = temporaryFolder({ 'real/a': 'old' })
    symlinkSync('real/a', path.join(folder, 'link'))
    writeWhole(path.join(folder, 'link'), 'new')
    expect(lstatSync(path.join(folder, 'link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(path.join(folder, 'real/a'), 'utf8')).toBe('new')
  })

  it('is never moved over a device', () => {
    writeWhole('/dev/null', 'x')
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it.each([
    ['a folder', '', 'it is a folder'],
    ['a path below a file', 'a/b', 'not a directory'],
    ['a path far below a file', 'a/b/c', 'not a directory'],
  ])('cannot be %s', (_what, name, why) => {
    const folder = temporaryFolder({ a: '' })
    expect(() => writeWhole(path.join(folder, name), 'x')).toThrow(why)
    expect(readdirSync(folder)).toEqual(['a'])
  })
})
