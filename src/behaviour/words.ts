import type { Span } from '../diagnostic/source.ts'
import { formatDuration } from '../ir/duration.ts'
import type { Capability, Condition, Grant, Joining, OtherUse, Target, WhenTest } from './task.ts'

/** Capabilities as something a task "may" do; others are told by their name. */
const VERBS: { readonly [capability in Capability]?: string } = {
  file_open: 'open',
  file_read: 'read',
  file_write: 'write',
  file_create: 'create',
  file_delete: 'delete',
  file_rename: 'rename',
  file_attribute: 'change the attributes of',
  file_map: 'map',
  process_exec: 'execute',
  process_signal: 'signal',
  process_inspect: 'inspect',
  network_connect: 'connect to',
  network_accept: 'accept from',
  network_listen: 'listen on',
  network_send: 'send to',
  network_receive: 'receive from',
}

/** One word for a step of a chain. */
export function stepName(capabilities: readonly Capability[]): string {
  const [first] = capabilities
  return first?.replace(/^(?:file|network|process|descriptor|memory|privilege)_/, '') ?? 'use'
}

/** The grant in words: its own, or made from it. */
export function grantInWords(grant: Grant): string {
  if (grant.clause !== null) return grant.clause
  const use = `may ${useInWords(grant.capabilities, grant.on)}`
  const words = grant.conditions.map(conditionInWords)
  if (grant.orAfter === null) return [use, ...words].join(', ')
  const tested = grant.conditions.filter(({ kind }) => kind === 'when' || kind === 'when_not').length
  return [use, ...words.slice(0, tested), orAfterInWords(grant.orAfter), ...words.slice(tested)].join(', ')
}

/** So many paths of a grant are named where it is one of several; its own place has the others. */
const MOST_OF_GRANT = 4

/** What grants let a task do, each with its name: what an alert says was granted instead. */
export function grantedInWords(grants: readonly Grant[]): string {
  return listed(
    grants.map(({ capabilities, on, id }) => `${useInWords(capabilities, on, MOST_OF_GRANT)} (${id})`),
    'or',
  )
}

export function useInWords(capabilities: readonly Capability[], on: Target, most = Infinity): string {
  const verbs = capabilities.map((each) => VERBS[each] ?? `use ${each} on`)
  return `${listed(verbs, 'or')} ${targetInWords(on, most)}`
}

/**
 * What an object must be besides its class and its host: `at ~/Maildir/ each a file`; nothing where that is all.
 * @param most paths that are named; of longer lists the first, and how many there are besides
 */
export function placeInWords({ except, ...on }: Target, most: number): string {
  const said = thingsOf({ ...on, classes: null, hosts: null, except: null }, most).map((words) => words.join(' '))
  return [...said, ...(except === null ? [] : [exceptInWords(except, most)])].join(' ')
}

/** What holds of an object at once stands in a row; "or" is only between the values of one thing. */
export function targetInWords(target: Target, most = Infinity): string {
  const said = thingsOf(target, most)
  const all =
    said.length === 0 ? 'anything' : said.map((words, at) => words.slice(at === 0 ? 1 : 0).join(' ')).join(' ')
  return target.except === null ? all : `${all} ${exceptInWords(target.except, most)}`
}

function exceptInWords(except: readonly Target[], most: number): string {
  return `but ${listed(
    except.map((each) => targetInWords(each, most)),
    'or',
  )}`
}

function thingsOf(
  { classes, paths, parameters, hosts, kinds, linkOf }: Target,
  most: number,
): [before: string, all: string][] {
  const things: readonly (readonly [before: string, values: readonly string[] | undefined])[] = [
    ['', classes === null ? undefined : [classesInWords(classes)]],
    ['at', paths === null ? undefined : atMost(paths.map(asWritten), most)],
    ['bound as', textsOf(parameters).map((name) => `{${name}}`)],
    ['each', kinds?.map((kind) => `a ${kind}`)],
    ['as a link to, or once called', linkOf === null ? undefined : atMost(linkOf.map(asWritten), most)],
    ['on', textsOf(hosts)],
  ]
  return things.flatMap(([before, values = []]) => (values.length > 0 ? [[before, listed(values, 'or')]] : []))
}

function atMost(items: readonly string[], most: number): readonly string[] {
  return items.length <= most ? items : [...items.slice(0, most - 1), `${items.length - most + 1} others`]
}

function classesInWords(classes: readonly Named[]): string {
  return classes.length === 0 ? 'objects of no class' : `objects of class ${listed(textsOf(classes), 'or')}`
}

type Named = { readonly text: string }

function textsOf(named: readonly Named[] | null): string[] {
  return (named ?? []).map(({ text }) => text)
}

function asWritten({ span }: { readonly span: Span }): string {
  return span.source.text.slice(span.start, span.end).replace(/^(["'])(.*)\1$/, '$2')
}

export function conditionInWords(condition: Condition): string {
  switch (condition.kind) {
    case 'when':
      return `when ${testsInWords(condition.tests).join(' and ')}`
    case 'when_not':
      return `not when ${testsInWords(condition.tests).join(' or ')}`
    case 'only_from':
      return `only by a descriptor that was ${listed(condition.origins, 'or')}`
    case 'only_to':
      return `sent on only to ${hostsInWords(condition.hosts)} within ${formatDuration(condition.within)}`
    case 'unless':
      return `unless it then does ${otherInWords(condition)} within ${formatDuration(condition.within)}`
    case 'only_after':
      return `only after it did ${otherInWords(condition)} within ${formatDuration(condition.within)}`
    case 'only_before':
      return `only before it does ${otherInWords(condition)} within ${formatDuration(condition.within)}`
    case 'at_most':
      return `at most ${condition.count} ${condition.of}${condition.by === null ? '' : BY[condition.by]} in ${condition.per === 'use' ? 'one use' : formatDuration(condition.per)}`
  }
}

function orAfterInWords(other: OtherUse): string {
  return `or after it did ${otherInWords(other)} within ${formatDuration(other.within)}`
}

function otherInWords({ capabilities, on, butNot }: OtherUse): string {
  const use = useInWords(capabilities, on)
  return butNot.length === 0 ? use : `${use}, not when ${testsInWords(butNot).join(' or ')},`
}

function testsInWords(tests: readonly WhenTest[]): string[] {
  return tests.map(({ field, values }) => `${field} is ${listed(values.map(String), 'or')}`)
}

const BY: Readonly<Record<Joining, string>> = {
  object: ' by one object',
  data: ' with the same data',
  name: ' by one name',
  run: ' by one run',
  process: ' by one process',
  service: ' by one service',
}

function hostsInWords(hosts: readonly Named[]): string {
  return hosts.length === 0 ? 'this host' : listed(textsOf(hosts), 'or')
}

function listed(items: readonly string[], last: 'or'): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1) ?? ''}`
}
