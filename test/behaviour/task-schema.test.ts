import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseTask } from '../../src/behaviour/parse-task.ts'
import { emitTaskSchema, taskSchemaFile } from '../../src/behaviour/task-schema.ts'
import { Source } from '../../src/diagnostic/source.ts'

it('is what the form gives (else run: node scripts/generate-mappings.mjs)', () => {
  const [name, text] = taskSchemaFile()
  expect(readFileSync(name, 'utf8')).toBe(text)
})

const validate = new Ajv2020({ strict: false }).compile(emitTaskSchema())
const HEAD = 'name: t\npurpose: p\n'
const grant = (more: string): string => `${HEAD}grants:\n  - {id: g, capability: file_read, ${more}}\n`

const GOOD = [
  `${HEAD}grants: []`,
  `${HEAD}grants: []\nextends: base\nagent: a\nowner: o\nunit: nginx.service\notherwise: allow\ndeny: [process_exec]\n`,
  `${HEAD}grants: []\napplies_to: undeclared\nrisk: [R-1]\ntags: [attack.t1005]\ntodo: [which host?]\n`,
  `${HEAD}grants: []\nparameters: [{name: d, kind: file, why: w}]\nhosts: [{name: h, network: 2001:db8::/32, port: 1}]\n`,
  `${HEAD}grants: []\nhosts: [{name: h, socket: /run/h.sock, why: w}, {name: i, socket: "@i"}]\n`,
  `${HEAD}grants: []\nchains: [{id: c, steps: [a, {grant: b, within: 5s}]}]\n`,
  grant('on: {class: [], kind: file}'),
  grant('on: {class: [c], path: [/a/, "**/*.pem", ~/x], parameter: d, except: {path: /a/b}}'),
  grant('on: {class: [c], except: [{path: /a/b}, {parameter: d}]}'),
  grant('when: {detpack.route: [syscall, io_uring], detpack.use.count: 1, detpack.granted: true}'),
  grant('when_not: {detpack.descriptor.flags: O_TRUNC, detpack.memory.protection: [exec]}'),
  grant('only_from: opened, only_to: [h], level: high, risk: R-1, tags: [attack.t1005], clause: may'),
  grant('only_to: {hosts: [h], within: 10s}'),
  grant('unless: {capability: [network_send, network_connect], to: elsewhere, within: 10s, by: run}'),
  grant('unless: [{capability: file_write, on: {path: /tmp/}, within: 1m}, {capability: process_exec, within: 1s}]'),
  grant('only_after: {capability: file_open, within: 500ms}'),
  grant('when: {detpack.route: mmap}, or_after: {capability: file_create, within: 1h, by: object}'),
  grant('unless: {capability: file_write, when_not: {detpack.descriptor.number: 2}, within: 10s}'),
  grant('only_before: [{capability: network_connect, on: {hosts: [elsewhere]}, within: 30s}]'),
  grant('at_most: {count: 0, per: 1h, of: bytes, by: process}'),
  grant('at_most: [{count: 96, of: bytes, per: use}, {count: 9, per: 1h}]'),
]

const BAD = [
  'grants\n',
  HEAD,
  `${HEAD}grants: {}`,
  `${HEAD}grants: []\nname-of: x\n`,
  `name: a b\npurpose: p\ngrants: []\n`,
  `${HEAD}grants: []\nunit: nginx\n`,
  `${HEAD}grants: []\napplies_to: all\n`,
  `${HEAD}grants: []\notherwise: deny\n`,
  `${HEAD}grants: []\ndeny: [task_start]\n`,
  `${HEAD}grants: []\nparameters: [{name: d, kind: path}]\n`,
  `${HEAD}grants: []\nhosts: [{name: h, network: 10.0.0.0/8, port: 70000}]\n`,
  `${HEAD}grants: []\nhosts: [{name: h}]\n`,
  `${HEAD}grants: []\nhosts: [{name: h, socket: h.sock}]\n`,
  `${HEAD}grants: []\nhosts: [{name: h, socket: /run/h.sock, network: 10.0.0.0/8}]\n`,
  `${HEAD}grants: []\nhosts: [{name: h, socket: /run/h.sock, port: 1}]\n`,
  `${HEAD}grants: []\nchains: [{id: c, steps: [a]}]\n`,
  `${HEAD}grants: []\nchains: [{id: c, steps: [a, b]}]\n`,
  `${HEAD}grants: []\nchains: [{id: c, steps: [a, {grant: b}]}]\n`,
  `${HEAD}grants: [x]\n`,
  grant('unless: {capability: file_write, when_not: {detpack.number: 2}, within: 10s}'),
  `${HEAD}grants: [{id: a.b, capability: file_read}]\n`,
  `${HEAD}grants: [{id: a}]\n`,
  grant('many: true'),
  grant('on: {classes: [c]}'),
  grant('on: {kind: folder}'),
  grant('on: {except: {except: {class: c}}}'),
  grant('on: {except: [a]}'),
  grant('when: {file.colour: red}'),
  grant('when: {detpack.route: []}'),
  grant('when_not: {file.colour: red}'),
  grant('only_from: stolen'),
  grant('only_to: {within: 10s}'),
  grant('unless: {capability: network_send}'),
  grant('unless: {capability: network_send, within: soon}'),
  grant('unless: {capability: network_send, within: 1s, by: user}'),
  grant('only_after: network_send'),
  grant('or_after: {capability: file_create, within: 1h}'),
  grant('when: {detpack.route: mmap}, or_after: [{capability: file_create, within: 1h}]'),
  grant('at_most: {count: -1, per: 1h}'),
  grant('at_most: {count: 1, per: 1h, of: files}'),
  grant('at_most: {count: 1, per: use}'),
  grant('at_most: {count: 1, of: bytes, per: use, by: process}'),
  grant('level: urgent'),
]

it.each(GOOD)('the schema and the reader both take %j', (text) => {
  const { diagnostics } = parseTask(new Source('t.yml', text))
  expect([validate(parse(text)), diagnostics]).toEqual([true, []])
})

it.each(BAD)('the schema and the reader both refuse %j', (text) => {
  const { task } = parseTask(new Source('t.yml', text))
  expect([validate(parse(text)), task]).toEqual([false, undefined])
})
