import { expect, it } from 'vitest'
import { parseTask } from '../../src/behaviour/parse-task.ts'
import { grantInWords } from '../../src/behaviour/words.ts'
import { Source } from '../../src/diagnostic/source.ts'

function inWords(on: string): string {
  const text = `name: a
purpose: p
parameters: [{name: document, kind: file, why: w}]
hosts: [{name: api, network: 192.0.2.1/32, port: 443, why: w}]
grants:
  - id: g
    capability: [file_read]
    on: ${on}
`
  const { task, diagnostics } = parseTask(new Source('a.yml', text))
  expect(diagnostics).toEqual([])
  return grantInWords(task?.grants[0] ?? expect.fail('no grant'))
}

it.each<[string, string]>([
  ['{ class: [personal, credential] }', 'may read objects of class personal or credential'],
  ['{ class: [] }', 'may read objects of no class'],
  ['{ path: [/srv/, /etc/motd] }', 'may read /srv/ or /etc/motd'],
  // Both hold at once: "or" would promise more than is granted.
  ['{ class: [personal], path: [/srv/, /mnt/] }', 'may read objects of class personal at /srv/ or /mnt/'],
  ['{ class: [personal], parameter: [document] }', 'may read objects of class personal bound as {document}'],
  ['{ path: [/srv/], kind: [file, directory] }', 'may read /srv/ each a file or a directory'],
  ['{ class: [personal], except: { parameter: [document] } }', 'may read objects of class personal but {document}'],
  [
    '{ class: [personal], except: [{ parameter: [document] }, { path: [/srv/], kind: [pipe] }] }',
    'may read objects of class personal but {document} or /srv/ each a pipe',
  ],
  [
    '{ class: [personal], link_of: ["**/*.part"] }',
    'may read objects of class personal as a link to, or once called **/*.part',
  ],
  ['{}', 'may read anything'],
  [
    '{}\n    when_not: { detpack.descriptor.flags: [O_TRUNC, O_APPEND], detpack.route: mmap }',
    'may read anything, not when detpack.descriptor.flags is O_TRUNC or O_APPEND or detpack.route is mmap',
  ],
  [
    '{}\n    when_not: { detpack.route: mmap }\n    or_after: { capability: file_create, within: 1h }\n    at_most: { count: 9, per: 1h }',
    'may read anything, not when detpack.route is mmap, or after it did create anything within 1h, at most 9 uses in 1h',
  ],
  ['{}\n    at_most: { count: 80, of: bytes, per: use }', 'may read anything, at most 80 bytes in one use'],
])('says of a grant on %s what it lets a task do', (on, words) => {
  expect(inWords(on)).toBe(words)
})
