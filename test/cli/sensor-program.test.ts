import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { stateArguments } from '../../src/cli/sensor-program.ts'

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
