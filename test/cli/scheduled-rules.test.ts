import { expect, it } from 'vitest'
import { loadMappedRules } from '../../src/cli/packs.ts'
import { scheduledRules } from '../../src/cli/watch-elastic.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { exceptionText } from './exception-text.ts'
import { RULE } from './planted.ts'

// The rules that a watch runs on a cluster, with the exceptions of their pack.

const scheduled = (text: string, ...more: readonly boolean[]): ReturnType<typeof scheduledRules> => {
  const files = {
    'detpack.yml': 'pack: {name: mine}\n',
    'rules/detections/a.yml': RULE,
    'rules/exceptions/x.yml': text,
  }
  return scheduledRules(loadMappedRules([], undefined, { start: temporaryFolder(files) }), ...more)
}

it('heeds an exception that holds, unless it is told not to', () => {
  const { rules } = scheduled(exceptionText(-1, 30))
  expect(rules.map(({ except }) => except?.map(({ query }) => query))).toEqual([
    [{ bool: { filter: [{ terms: { 'process.executable': ['/usr/bin/restic'] } }] } }],
  ])
  expect(scheduled(exceptionText(-1, 30), false).rules.map(({ except }) => except)).toEqual([[]])
})

it('takes no network, which Elasticsearch would read as all of its addresses, and says so', () => {
  const { rules, diagnostics } = scheduled(exceptionText(-1, 30, { field: 'destination.ip', values: ['10.0.0.0/8'] }))
  expect(rules.map(({ except }) => except)).toEqual([[]])
  expect(diagnostics).toMatchObject([{ code: 'target/exception-left', severity: 'warning' }])
})
