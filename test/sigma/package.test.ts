import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const USE = `
import { readSigma, Source } from 'detpack/sigma'
const text = 'title: x\\nlogsource: {category: t}\\ndetection: {s: {a|contaisn: 1}, condition: s}\\n'
const { diagnostics } = readSigma([new Source('a.yml', text)])
console.log(diagnostics.map((one) => one.code + ' ' + one.hint).join())
`

describe('the package entry detpack/sigma', () => {
  it('reads rules in a program of its own', () => {
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', USE], { encoding: 'utf8' })
    expect(stdout).toBe('sigma/unknown-modifier did you mean "contains"?\n')
  })
})
