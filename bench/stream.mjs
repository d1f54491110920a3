// The stream engine over many events, by itself and beside a peer: what an event costs, and what threads bring.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { interleaved, peakMemory, ratios, spread } from './measure.mjs'

const MANY = 1_000_000

/** Three rules, one ordered and one count correlation, on the events of `events.mjs`. */
const RULES = `title: Permissions changed
id: 5b0c7d3e-2f41-4c8a-9d56-0a1e6f7b2c01
name: permissions_changed
logsource: {category: process_creation, product: linux}
detection: {selection: {Image|endswith: /chmod, CommandLine|contains: /srv/www}, condition: selection}
---
title: Connected to a shell elsewhere
id: 5b0c7d3e-2f41-4c8a-9d56-0a1e6f7b2c02
name: shell_elsewhere
logsource: {category: network_connection, product: linux}
detection: {selection: {DestinationPort: 22, DestinationIp|cidr: 203.0.113.0/24}, condition: selection}
---
title: Passwords looked for
id: 5b0c7d3e-2f41-4c8a-9d56-0a1e6f7b2c03
name: passwords_looked_for
logsource: {category: process_creation, product: linux}
detection: {selection: {CommandLine|re: 'grep -r pass\\w+ /srv'}, condition: selection}
---
title: Permissions changed, then a shell elsewhere
id: 5b0c7d3e-2f41-4c8a-9d56-0a1e6f7b2c04
correlation:
  type: temporal_ordered
  rules: [permissions_changed, shell_elsewhere]
  group-by: [Computer, User]
  timespan: 5s
---
title: Passwords looked for many times
id: 5b0c7d3e-2f41-4c8a-9d56-0a1e6f7b2c05
correlation:
  type: event_count
  rules: [passwords_looked_for]
  group-by: [Computer]
  timespan: 1m
  condition: {gte: 15}
`

/**
 * @param work a folder to write in
 * @param linux a folder with the Linux rules of the corpus
 * @param rsigma the peer's command, undefined when it is not installed
 * @param writeEvents writes so many events to a file
 * @param evaluation the command that evaluates a folder of rules on a file
 */
export async function measureStream({ work, linux, rsigma, writeEvents, evaluation }, { section, row }) {
  const many = path.join(work, 'many.ndjson')
  const one = path.join(work, 'one-of-many.ndjson')
  writeEvents(many, MANY)
  writeEvents(one, 1)
  const few = path.join(work, 'three')
  mkdirSync(few)
  writeFileSync(path.join(few, 'rules.yml'), RULES)

  const [start, alone, together] = interleaved(
    [evaluation(few, one), evaluation(few, many, '--threads', '1'), evaluation(few, many, '--threads', '2')],
    3,
  )
  section('eval of 1,000,000 events with 3 rules, one ordered and one count correlation, start subtracted')
  const rate = (figures) => figures.map((each, i) => MANY / (each.wall - start[i].wall) / 1000)
  const rateOfCpu = alone.map((each, i) => MANY / (each.cpu - start[i].cpu) / 1000)
  row('thousand events/s (aim: 300)', spread(rate(alone), 0))
  row('thousand events/s of CPU', spread(rateOfCpu, 0))
  row('thousand events/s, 2 threads', spread(rate(together), 0))
  row('peak MiB', (await peakMemory(evaluation(few, many, '--threads', '1'))).toFixed(0))

  section('eval of 1,000,000 events against the Linux rules of the corpus')
  const ours = [evaluation(linux, many, '--threads', '1'), evaluation(linux, many, '--threads', '2')]
  const theirs = rsigma === undefined ? [] : [rsigma(linux, many)]
  const [single, double, peer] = interleaved([...ours, ...theirs], 3)
  const wall = (figures) => figures.map((each) => each.wall)
  row('detpack, 1 thread, s', spread(wall(single)))
  row('detpack, 2 threads, s', spread(wall(double)))
  if (peer !== undefined) {
    row('rsigma, s', spread(wall(peer)))
    row("rsigma's time over ours, 1 thread", spread(ratios(wall(peer), wall(single))))
    row('the same, 2 threads (aim: 2)', spread(ratios(wall(peer), wall(double))))
  }
  row('2 threads, peak MiB', (await peakMemory(ours[1])).toFixed(0))
}
