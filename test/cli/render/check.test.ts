import { describe, expect, it } from 'vitest'
import { renderGithub } from '../../../src/cli/render/check/github.ts'
import { renderJson } from '../../../src/cli/render/check/json.ts'
import { renderSarif } from '../../../src/cli/render/check/sarif.ts'
import { renderText } from '../../../src/cli/render/check/text.ts'
import type { Findings } from '../../../src/cli/render/check/findings.ts'
import { error, warning } from '../../../src/diagnostic/diagnostic.ts'
import { Source } from '../../../src/diagnostic/source.ts'

const source = new Source('rules/a.yml', 'title: x\nlevle: high\n')
const findings: Findings = {
  diagnostics: [
    error('sigma/unknown-key', 'there is no "levle"', { source, start: 9, end: 14 }, { hint: 'did you mean "level"?' }),
    warning('pack/no-rules', 'nothing here, 100%'),
  ],
  files: 1,
  rules: 0,
}

describe('findings', () => {
  it('as text show the line, the caret and the way out', () => {
    expect(renderText(findings, (_tone, text) => text))
      .toBe(`rules/a.yml:2:1: error[sigma/unknown-key]: there is no "levle"
  2 | levle: high
    | ^^^^^
  hint: did you mean "level"?

warning[pack/no-rules]: nothing here, 100%

0 rules in 1 file: 1 error, 1 warning
`)
  })

  it('as JSON have a place or null, and a summary', () => {
    expect(JSON.parse(renderJson(findings))).toEqual({
      diagnostics: [
        {
          file: 'rules/a.yml',
          line: 2,
          column: 1,
          severity: 'error',
          code: 'sigma/unknown-key',
          message: 'there is no "levle"',
          hint: 'did you mean "level"?',
        },
        {
          file: null,
          line: null,
          column: null,
          severity: 'warning',
          code: 'pack/no-rules',
          message: 'nothing here, 100%',
          hint: null,
        },
      ],
      summary: { files: 1, rules: 0, errors: 1, warnings: 1, infos: 0 },
    })
  })

  it('as GitHub annotations escape what would end them', () => {
    expect(renderGithub(findings)).toBe(
      '::error file=rules/a.yml,line=2,col=1,title=sigma/unknown-key::there is no "levle"%0Adid you mean "level"?\n' +
        '::warning title=pack/no-rules::nothing here, 100%25\n',
    )
  })

  it('as SARIF name each code once and give a region', () => {
    const log = JSON.parse(renderSarif(findings, '1.2.3')) as {
      runs: [{ results: unknown[]; tool: { driver: object } }]
    }
    expect(log.runs[0].tool.driver).toMatchObject({
      version: '1.2.3',
      rules: [{ id: 'pack/no-rules' }, { id: 'sigma/unknown-key' }],
    })
    expect(log.runs[0].results[0]).toMatchObject({
      ruleId: 'sigma/unknown-key',
      level: 'error',
      locations: [{ physicalLocation: { region: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 6 } } }],
    })
  })
})
