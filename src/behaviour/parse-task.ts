import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Source, Span } from '../diagnostic/source.ts'
import { parseYaml, type MapNode, type Node } from '../diagnostic/yaml.ts'
import { PARAMETER_KINDS } from '../event/binding.ts'
import { decodeGrant } from './decode-grant.ts'
import { decodeDuration, decodeName, decodeWord, decodeWords, isNetwork, SOCKET, TASK_NAME, UNIT } from './reading.ts'
import {
  CAPABILITIES,
  PLACES,
  type Chain,
  type ChainStep,
  type Holder,
  type Parameter,
  type Task,
  type TaskHost,
} from './task.ts'

/** Reads a task file. A file with a mistake gives its diagnostics and no task. */
export function parseTask(source: Source): { task?: Task; diagnostics: Diagnostic[] } {
  const { documents, diagnostics } = parseYaml(source)
  const root = documents[0]?.root
  if (root?.kind !== 'map') {
    const span = root?.span ?? { source, start: 0, end: 0 }
    if (diagnostics.length === 0) diagnostics.push(error('behaviour/wrong-type', 'a task file must be a map', span))
    return { diagnostics }
  }
  if (documents[1]?.root !== undefined) {
    const hint = 'give each task a file of its own'
    diagnostics.push(error('behaviour/second-task', 'a file holds one task', documents[1].root.span, { hint }))
  }
  const task = decodeTask(root, diagnostics)
  diagnostics.push(...doubled(task))
  return diagnostics.length > 0 ? { diagnostics } : { task, diagnostics }
}

function decodeTask(root: MapNode, diagnostics: Diagnostic[]): Task {
  const reader = new MapReader(root, 'behaviour', 'a task', diagnostics)
  reader.require('name', 'purpose', 'grants')
  const parent = reader.text('extends')
  const task: Task = {
    name: decodeName(reader, 'name', diagnostics, TASK_NAME),
    purpose: reader.text('purpose') ?? '',
    agent: reader.text('agent') ?? null,
    owner: reader.text('owner') ?? null,
    parent: parent === undefined ? null : { text: parent, span: reader.node('extends')?.span ?? root.span },
    holder: decodeHolder(reader, diagnostics),
    otherwise: decodeWord(reader, 'otherwise', ['alert', 'allow'] as const, 'way', diagnostics) ?? null,
    deny: decodeWords(reader, 'deny', CAPABILITIES, 'capability', diagnostics) ?? [],
    parameters: maps(reader, 'parameters', 'a parameter', diagnostics, decodeParameter),
    hosts: maps(reader, 'hosts', 'a host', diagnostics, decodeHost),
    grants: items(reader, 'grants').flatMap((item) => decodeGrant(item, diagnostics)),
    chains: maps(reader, 'chains', 'a chain', diagnostics, decodeChain),
    risk: reader.texts('risk')?.map((each) => each.text) ?? [],
    tags: reader.texts('tags')?.map((each) => each.text) ?? [],
    todo: reader.texts('todo') ?? [],
    span: root.span,
  }
  reader.finish()
  return task
}

function decodeHolder(reader: MapReader, diagnostics: Diagnostic[]): Holder {
  const unit = reader.text('unit')
  const applies = decodeWord(reader, 'applies_to', ['undeclared'] as const, 'kind of process', diagnostics)
  if (unit !== undefined && applies !== undefined) {
    const message = 'a task is of a unit, or of undeclared processes, not of both'
    diagnostics.push(error('behaviour/two-holders', message, reader.node('applies_to')?.span))
  }
  if (unit !== undefined && !UNIT.test(unit)) {
    const hint = 'write the whole name, such as nginx.service'
    diagnostics.push(error('behaviour/unit', `"${unit}" is no name of a unit`, reader.node('unit')?.span, { hint }))
  }
  if (applies !== undefined) return { kind: 'undeclared' }
  return unit === undefined ? { kind: 'label' } : { kind: 'unit', unit }
}

function decodeParameter(reader: MapReader, diagnostics: Diagnostic[]): Parameter {
  reader.require('name', 'kind')
  const name = decodeName(reader, 'name', diagnostics)
  const kind = decodeWord(reader, 'kind', PARAMETER_KINDS, 'kind of parameter', diagnostics) ?? 'text'
  const optional = reader.boolean('optional') ?? false
  return { name, kind, optional, why: reader.text('why') ?? null, span: reader.span }
}

function decodeHost(reader: MapReader, diagnostics: Diagnostic[]): TaskHost {
  const socket = reader.text('socket')
  reader.require('name', ...(socket === undefined ? ['network'] : []))
  const name = decodeName(reader, 'name', diagnostics)
  const network = reader.text('network') ?? ''
  const port = reader.integer('port', 1) ?? null
  const why = reader.text('why') ?? null
  if (PLACES.some((place) => place === name)) {
    const message = `"${name}" is no host but a word for many`
    diagnostics.push(error('behaviour/name', message, reader.node('name')?.span, { hint: 'give it another name' }))
  }
  if (network !== '' && !isNetwork(network)) {
    const hint = 'write CIDR, such as 198.51.100.10/32 or 2001:db8::/64; events know addresses, not names'
    diagnostics.push(error('behaviour/network', `"${network}" is no network`, reader.node('network')?.span, { hint }))
  }
  if (port !== null && port > 65535) {
    diagnostics.push(error('behaviour/wrong-type', '"port" must be at most 65535', reader.node('port')?.span))
  }
  if (socket !== undefined && (network !== '' || port !== null)) {
    const message = `"${name}" is reached by a socket or by the network, not by both`
    const hint = 'a host has "network", and "port"; a helper on this host has "socket", the path of its UNIX socket'
    diagnostics.push(error('behaviour/two-ways', message, reader.node('socket')?.span, { hint }))
  }
  if (socket !== undefined && !SOCKET.test(socket)) {
    const hint = 'write its whole path, such as /run/helper.sock; an abstract one begins with "@"'
    diagnostics.push(error('behaviour/socket', `"${socket}" is no UNIX socket`, reader.node('socket')?.span, { hint }))
  }
  const at =
    socket === undefined ? ({ is: 'network', network, port } as const) : ({ is: 'socket', path: socket } as const)
  return { name, at, why, span: reader.span }
}

function decodeChain(reader: MapReader, diagnostics: Diagnostic[]): Chain {
  reader.require('id', 'steps')
  const id = decodeName(reader, 'id', diagnostics)
  const steps = items(reader, 'steps').map((item, at) => decodeStep(item, at, diagnostics))
  if (steps.length === 1) {
    diagnostics.push(error('behaviour/short-chain', 'a chain has two steps or more', reader.node('steps')?.span))
  }
  return { id, steps, span: reader.span }
}

function decodeStep(item: Node, at: number, diagnostics: Diagnostic[]): ChainStep {
  if (item.kind !== 'map') {
    if (item.kind === 'scalar' && at === 0) return { grant: item, within: null }
    const message = at === 0 ? 'the first step is a grant' : 'a later step is a map with "grant" and "within"'
    diagnostics.push(error('behaviour/wrong-type', message, item.span))
    return { grant: { text: '', span: item.span }, within: null }
  }
  const reader = new MapReader(item, 'behaviour', 'a step', diagnostics)
  reader.require('grant', ...(at === 0 ? [] : ['within']))
  const grant = { text: reader.text('grant') ?? '', span: reader.node('grant')?.span ?? item.span }
  const within = at === 0 ? null : (decodeDuration(reader, 'within', diagnostics) ?? null)
  reader.finish()
  return { grant, within }
}

function items(reader: MapReader, key: string): readonly Node[] {
  return reader.list(key)?.items ?? []
}

function maps<T>(
  parent: MapReader,
  key: string,
  what: string,
  diagnostics: Diagnostic[],
  decode: (reader: MapReader, diagnostics: Diagnostic[]) => T,
): T[] {
  return items(parent, key).flatMap((item) => {
    if (item.kind !== 'map') {
      diagnostics.push(error('behaviour/wrong-type', `${what} must be a map`, item.span))
      return []
    }
    const reader = new MapReader(item, 'behaviour', what, diagnostics)
    const decoded = decode(reader, diagnostics)
    reader.finish()
    return [decoded]
  })
}

function doubled(task: Task): Diagnostic[] {
  const named = (list: readonly { readonly name: string; readonly span: Span }[]): [string, Span][] =>
    list.map(({ name, span }) => [name, span])
  const known = (list: readonly { readonly id: string; readonly span: Span }[]): [string, Span][] =>
    list.map(({ id, span }) => [id, span])
  return [
    // A host and a parameter are both named where a grant says "hosts".
    ...twice([...named(task.hosts), ...named(task.parameters)], 'behaviour/duplicate-name', 'named'),
    ...twice(known(task.grants), 'behaviour/duplicate-grant', 'granted'),
    ...twice(known(task.chains), 'behaviour/duplicate-name', 'named'),
  ]
}

function twice(list: readonly [string, Span][], code: `behaviour/${string}`, how: string): Diagnostic[] {
  const seen = new Map<string, Span>()
  const diagnostics: Diagnostic[] = []
  for (const [name, span] of list) {
    const first = seen.get(name)
    if (first === undefined) seen.set(name, span)
    else if (name !== '') {
      const notes = [{ message: 'first here', span: first }]
      diagnostics.push(error(code, `"${name}" is ${how} twice`, span, { notes }))
    }
  }
  return diagnostics
}
