import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { stateArguments } from '../../src/cli/sensor-program.ts'
import { detpack } from './detpack.ts'

describe('where the sensor remembers how a run ended', () => {
  test('is the file that was named, or nowhere when that was asked for', () => {
    expect(stateArguments('/srv/last', 'watch')).toEqual(['--state', '/srv/last'])
    expect(stateArguments('none', 'watch')).toEqual([])
  })

  test('is a file for each command in the folder of the host, when it is there', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'detpack-state-'))
    expect(stateArguments(undefined, 'watch', folder)).toEqual(['--state', path.join(folder, 'watch.state')])
    expect(stateArguments(undefined, 'sensor', folder)).toEqual(['--state', path.join(folder, 'sensor.state')])
    rmSync(folder, { recursive: true })
    expect(stateArguments(undefined, 'watch', folder)).toEqual([])
  })
})

describe('the tables for a sensor that runs as a service', () => {
  test('are those of the pack, where they were asked for', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'detpack-tables-'))
    const { code, stderr } = detpack(['sensor', 'tables', folder])
    expect(stderr).toBe(`wrote ${folder}/classes\nwrote ${folder}/tasks\n`)
    expect(code).toBe(0)
    expect(readFileSync(path.join(folder, 'classes'), 'utf8')).toMatch(/^detpack-classes\t1\n/)
    expect(readFileSync(path.join(folder, 'tasks'), 'utf8')).toMatch(/^detpack-tasks\t1\n/)
    rmSync(folder, { recursive: true })
  })

  test('cannot be written where there is a file', () => {
    const { code } = detpack(['sensor', 'tables', 'package.json'])
    expect(code).toBe(2)
  })
})
