import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderDiagnostic } from '../../../src/diagnostic/frame.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { checkSpl } from '../../../src/engine/spl/run-spl.ts'
import { none } from '../../../src/mapping/none.ts'
import { readSigma } from '../../../src/sigma/index.ts'
import { context } from '../context.ts'

const ROOT = new URL('../../sigma/corpus/', import.meta.url)

test('the published rules become searches that our engine reads, but for what cannot be said', () => {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'))
  const { program } = readSigma(files.map((file) => new Source(file, readFileSync(new URL(file, ROOT), 'utf8'))))
  const refused: string[] = []
  for (const rule of program.rules.values()) {
    const compiled = splBackend.compile(program, rule.id, { ...context(), mapping: none })
    if (compiled.kind === 'refused') refused.push(...compiled.diagnostics.map((one) => one.message))
    else {
      const problems = checkSpl(new Source('compiled.spl', compiled.query.text))
      expect(problems.map(renderDiagnostic), compiled.query.text).toEqual([])
    }
  }
  expect(program.rules.size).toBe(629)
  expect(refused.sort()).toEqual([
    'SPL cannot say an IPv6 network on DestinationIp, which the mapping does not know as an address',
    'SPL cannot say an IPv6 network on DestinationIp, which the mapping does not know as an address',
    'SPL cannot say an IPv6 network on DestinationIp, which the mapping does not know as an address',
    'SPL cannot say an empty text: whether Splunk keeps CertThumbprint when it is empty is not known',
    'SPL cannot say an empty text: whether Splunk keeps CommandLine when it is empty is not known',
    'SPL cannot say an empty text: whether Splunk keeps CommandLine when it is empty is not known',
    'SPL cannot say an empty text: whether Splunk keeps CommandLine when it is empty is not known',
    'SPL cannot say an empty text: whether Splunk keeps ParentImage when it is empty is not known',
  ])
})
