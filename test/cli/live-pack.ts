import { temporaryFolder } from '../pack/temporary-folder.ts'

const SOURCE = 'logsource: {product: linux, service: detpack}'
const RULES = `title: A file is read
name: read
${SOURCE}
detection: {selection: {event.action: file_read}, condition: selection}
---
title: Something is sent
name: sent
${SOURCE}
detection: {selection: {event.action: network_send}, condition: selection}
---
title: Anything is sent
name: any_send
${SOURCE}
detection: {selection: {event.action: network_send}, condition: selection}
---
title: Read, then sent
name: read_then_sent
correlation: {type: temporal_ordered, rules: [read, sent], group-by: [process.entity_id], timespan: 10s}
`
const TESTS = `rule: sent
cases:
  - {name: "it is sent", events: ../recordings/sent.ndjson, alerts: 1}
  - {name: "it is only read", events: ../recordings/read.ndjson, alerts: 0}
---
rule: read_then_sent
cases:
  - {name: "it is sent", events: ../recordings/sent.ndjson, alerts: 1}
  - {name: "it is only read", events: ../recordings/read.ndjson, alerts: 0}
`

function events(...actions: readonly string[]): string {
  return actions
    .map((action, at) =>
      JSON.stringify({
        '@timestamp': `2026-01-01T00:00:0${at}.000Z`,
        event: { id: `e-${at}`, action, sequence: at, dataset: 'detpack.use' },
        host: { id: 'h', boot: { id: 'b' } },
        process: { entity_id: 'p' },
      }),
    )
    .map((line) => `${line}\n`)
    .join('')
}

const PROCESSES = `title: A shell on a port
name: shell
logsource: {category: process_creation, product: linux}
detection: {selection: {CommandLine|contains: '/bin/SH', ProcessId|gte: 100}, condition: selection}
`

/** A pack for the events of an agent of Elastic, in fields that detpack's own have not. */
export function processPack(index: string): string {
  const process = (line: string, pid: number): string =>
    JSON.stringify({
      '@timestamp': '2026-01-01T00:00:00.000Z',
      event: { id: `e-${pid}`, category: ['process'], type: ['start'] },
      host: { os: { type: 'linux' } },
      process: { command_line: line, pid },
    })
  return temporaryFolder({
    'detpack.yml': `mapping: sigma-ecs\ntargets: {elastic: {index: ${index}}}\n`,
    'rules/detections/rules.yml': PROCESSES,
    'test/rules/rules.test.yml': `rule: shell
cases:
  - {name: "a shell", events: ../recordings/processes.ndjson, alerts: 1}
`,
    'test/recordings/processes.ndjson': `${process('nc -e /bin/sh', 150)}\n${process('nc -e /bin/sh', 9)}\n`,
  })
}

/** A pack of a rule for one event and a chain, whose events lie in an index of that name. */
export function packFolder(index: string): string {
  return temporaryFolder({
    'detpack.yml': `targets: {elastic: {index: ${index}}}\n`,
    'rules/detections/rules.yml': RULES,
    'test/rules/rules.test.yml': TESTS,
    'test/recordings/sent.ndjson': events('file_read', 'network_send'),
    'test/recordings/read.ndjson': events('file_read', 'file_read'),
  })
}
