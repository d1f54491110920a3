/** A small rule for one thing that a rule can say. */
export interface Sample {
  /** What it says, in the words of the matrix. */
  readonly node: string
  readonly of: 'events' | 'chains' | 'counts and sets'
  /** The detection item, or what stands under `correlation` and `detpack`. */
  readonly detection?: string
  readonly correlation?: string
  readonly attribute?: string
}

const event = (node: string, detection: string): Sample => ({ node, of: 'events', detection })
const two = 'type: temporal_ordered, rules: [read, send], timespan: 10s'
const three = 'type: temporal_ordered, rules: [read, pass, send], timespan: 10s'
const STEPS = '{as: read, rule: read}, {as: pass, rule: pass}, {as: send, rule: send}'
const GROUP = 'group-by: [host.id]'

const chain = (node: string, correlation: string, attribute?: string): Sample => ({
  node,
  of: 'chains',
  correlation: `${correlation}, ${GROUP}`,
  ...(attribute !== undefined && { attribute }),
})
const set = (node: string, correlation: string): Sample => ({
  node,
  of: 'counts and sets',
  correlation: `${correlation}, ${GROUP}`,
})

/** One for each node of the IR, and for what languages make of it otherwise: the rows of the matrix, in its order. */
export const samples: readonly Sample[] = [
  event('text, case ignored', 'process.name: ssh'),
  event('text with case', 'process.name|cased: ssh'),
  event('text with letters beyond ASCII', 'process.name: straße'),
  event('starts with', 'process.name|startswith: ssh'),
  event('ends with', 'process.name|endswith: ssh'),
  event('contains', 'process.name|contains: ssh'),
  event('one character of any kind', 'process.name: s?h'),
  event('regular expression', "process.name|re: '^s+h$'"),
  event('regular expression, case ignored', "process.name|re|i: '^s+h$'"),
  event('network', 'destination.ip|cidr: 10.0.0.0/8'),
  event('number', 'process.pid: 1'),
  event('order of numbers', 'process.pid|gte: 1'),
  event('boolean', 'detpack.late: true'),
  event('null', 'process.name: null'),
  event('exists', 'process.name|exists: true'),
  event('field equals field', 'process.name|fieldref: file.path'),
  event('field equals field, with case', 'process.name|cased|fieldref: file.path'),
  event('field contains field, with case', 'process.name|cased|fieldref|contains: file.path'),
  event('part of a time', "'@timestamp|hour': 3"),
  event('one of several values', 'process.args: ssh'),
  event('all of several values', "process.args|contains|all: ['-o', '-p']"),
  event('keyword, in any field', 'keywords: [ssh]'),

  chain('two steps', two),
  chain('three steps', three),
  chain(
    'a step that comes again',
    'type: temporal_ordered, rules: [read, read], timespan: 10s',
    'steps: [{as: a, rule: read}, {as: b, rule: read}]',
  ),
  chain(
    'group by fields that differ (aliases)',
    `${two}, aliases: {o: {read: detpack.object.id, send: detpack.flow.object.id}}`,
  ),
  chain('gap between two steps', two, 'steps: [{as: read, rule: read}, {as: send, rule: send, within: 2s}]'),
  chain('gap between steps of three', three, `steps: [${STEPS.replace('send}', 'send, within: 2s}')}]`),
  chain('absence between two steps', two, 'unless: [{rule: stop, between: [read, send]}]'),
  chain('absence between steps of three', three, 'unless: [{rule: stop, between: [read, pass]}]'),
  chain('absence before', two, 'unless: [{rule: stop, before: read}]'),
  chain('absence before, within a time of its own', two, 'unless: [{rule: stop, before: read, within: 5s}]'),
  chain('absence after', two, 'unless: [{rule: stop, after: send}]'),
  chain('absence after, within a time of its own', two, 'unless: [{rule: stop, after: send, within: 5s}]'),
  chain('until', two, 'until: {rule: stop}'),
  chain(
    'join of all steps',
    three,
    'join: [[read.detpack.object.id, pass.detpack.object.id], [pass.detpack.object.id, send.detpack.object.id]]',
  ),
  chain('join of some steps', three, 'join: [[read.detpack.description.id, pass.detpack.description.id]]'),
  chain('chain of correlations', 'type: temporal_ordered, rules: [burst, send], timespan: 10s'),

  set('events, at least', 'type: event_count, rules: [read], timespan: 10s, condition: {gte: 3}'),
  set('events, between two bounds', 'type: event_count, rules: [read], timespan: 10s, condition: {gte: 3, lt: 9}'),
  set('events of several rules', 'type: event_count, rules: [read, send], timespan: 10s, condition: {gte: 3}'),
  set('distinct values', 'type: value_count, rules: [read], timespan: 10s, condition: {field: file.path, gte: 3}'),
  set('sum', 'type: value_sum, rules: [send], timespan: 10s, condition: {field: detpack.use.bytes, gte: 9}'),
  set('average', 'type: value_avg, rules: [send], timespan: 10s, condition: {field: detpack.use.bytes, gte: 9}'),
  set(
    'percentile',
    'type: value_percentile, rules: [send], timespan: 10s, condition: {field: detpack.use.bytes, percentile: 95, gte: 9}',
  ),
  set('median', 'type: value_median, rules: [send], timespan: 10s, condition: {field: detpack.use.bytes, gte: 9}'),
  set('all of a set, in any order', 'type: temporal, rules: [read, send], timespan: 10s'),
  set(
    'some of a set (extended condition)',
    'type: temporal, rules: [read, send, pass], timespan: 10s, condition: read and (send or pass)',
  ),
  set(
    'not all of a set (extended condition)',
    'type: temporal, rules: [read, send, pass], timespan: 10s, condition: read and not pass',
  ),
  set('a count of alerts', 'type: event_count, rules: [burst], timespan: 1m, condition: {gte: 2}'),
]
