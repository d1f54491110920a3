import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Source, Span } from '../diagnostic/source.ts'
import { parseYaml, type Node } from '../diagnostic/yaml.ts'
import { isAction, ACTIONS, type Action } from '../event/action.ts'
import { didYouMean } from '../diagnostic/suggest.ts'

/** What an agent or a service was asked to do, as a file in rules/tasks declares it. */
export interface Task {
  readonly name: string
  readonly purpose: string
  /** `gen_ai.agent.name`, or the service that runs the task. */
  readonly agent: string | null
  readonly owner: string | null
  readonly hosts: readonly TaskHost[]
  readonly grants: readonly Grant[]
  readonly span: Span
}

export interface TaskHost {
  readonly name: string
  /** CIDR: an event knows addresses, not names. */
  readonly network: string
  /** Null: every port. */
  readonly port: number | null
  readonly span: Span
}

export interface Grant {
  readonly id: string
  /** The grant in words, as an alert prints it. */
  readonly clause: string
  readonly capability: Action
  readonly span: Span
}

/** Reads a task file. A file with a mistake gives its diagnostics and no task. */
export function parseTask(source: Source): { task?: Task; diagnostics: Diagnostic[] } {
  const { documents, diagnostics } = parseYaml(source)
  const root = documents[0]?.root
  if (root?.kind !== 'map') {
    const span = root?.span ?? { source, start: 0, end: 0 }
    if (diagnostics.length === 0) diagnostics.push(error('behaviour/wrong-type', 'a task file must be a map', span))
    return { diagnostics }
  }
  const reader = new MapReader(root, 'behaviour', 'a task', diagnostics)
  reader.require('name', 'purpose', 'grants')
  const task: Task = {
    name: reader.text('name') ?? '',
    purpose: reader.text('purpose') ?? '',
    agent: reader.text('agent') ?? null,
    owner: reader.text('owner') ?? null,
    hosts: items(reader, 'hosts').flatMap((item) => decodeHost(item, diagnostics)),
    grants: items(reader, 'grants').flatMap((item) => decodeGrant(item, diagnostics)),
    span: root.span,
  }
  reader.finish()
  diagnostics.push(...doubled(task))
  return diagnostics.length > 0 ? { diagnostics } : { task, diagnostics }
}

function items(reader: MapReader, key: string): readonly Node[] {
  return reader.list(key)?.items ?? []
}

function decodeHost(item: Node, diagnostics: Diagnostic[]): TaskHost[] {
  if (item.kind !== 'map') {
    diagnostics.push(error('behaviour/wrong-type', 'a host must be a map with "name" and "network"', item.span))
    return []
  }
  const reader = new MapReader(item, 'behaviour', 'a host', diagnostics)
  reader.require('name', 'network')
  const name = reader.text('name')
  const network = reader.text('network')
  const port = reader.integer('port', 1) ?? null
  reader.text('why')
  reader.finish()
  return name === undefined || network === undefined ? [] : [{ name, network, port, span: item.span }]
}

function decodeGrant(item: Node, diagnostics: Diagnostic[]): Grant[] {
  if (item.kind !== 'map') {
    diagnostics.push(error('behaviour/wrong-type', 'a grant must be a map with "id" and "capability"', item.span))
    return []
  }
  const reader = new MapReader(item, 'behaviour', 'a grant', diagnostics)
  reader.require('id', 'clause', 'capability')
  const id = reader.text('id')
  const clause = reader.text('clause')
  const capability = reader.text('capability')
  reader.map('on')
  reader.boolean('many')
  reader.texts('only_to')
  reader.map('unless')
  reader.finish()
  if (capability !== undefined && !isAction(capability)) {
    const span = reader.node('capability')?.span ?? item.span
    const hint = didYouMean(capability, ACTIONS)
    diagnostics.push(error('behaviour/unknown-capability', `there is no capability "${capability}"`, span, { hint }))
    return []
  }
  return id === undefined || clause === undefined || capability === undefined
    ? []
    : [{ id, clause, capability, span: item.span }]
}

function doubled(task: Task): Diagnostic[] {
  const seen = new Map<string, Grant>()
  const diagnostics: Diagnostic[] = []
  for (const grant of task.grants) {
    const first = seen.get(grant.id)
    seen.set(grant.id, first ?? grant)
    if (first === undefined) continue
    const notes = [{ message: 'first here', span: first.span }]
    diagnostics.push(error('behaviour/duplicate-grant', `"${grant.id}" is granted twice`, grant.span, { notes }))
  }
  return diagnostics
}
