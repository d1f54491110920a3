import { pattern, text } from '../ir/pattern.ts'
import { all, anyOf, field, never, type FieldName, type Predicate, type Test, type ValueTest } from '../ir/predicate.ts'
import type { LogSource } from '../ir/rule.ts'
import type { Action } from '../event/action.ts'

/** A Sigma log source that detpack's events answer: which of them, and under which names. */
export interface AnsweredSource {
  /** How it is written in a rule, for hints. */
  readonly written: string
  /** Which events belong to it. */
  readonly where: Predicate
  /** Sigma's field → how the events say it; null: the rule already uses the events' own names. */
  readonly fields: ReadonlyMap<string, FieldSaying> | null
}

export type FieldSaying =
  | { readonly kind: 'renamed'; readonly to: FieldName }
  /** The events say it in another way than by a value of one field; undefined for a test that has no such way. */
  | { readonly kind: 'rewritten'; readonly rewrite: (test: ValueTest) => Predicate | undefined }

/** The source that a rule names; undefined when detpack's events cannot answer it. */
export function answeredSource(of: LogSource): AnsweredSource | undefined {
  if (of.product !== null && of.product.toLowerCase() !== 'linux') return undefined
  const category = of.category?.toLowerCase() ?? null
  const service = of.service?.toLowerCase() ?? null
  if (service !== null) return service === 'detpack' && category === null && of.product !== null ? own : undefined
  return category === null ? undefined : byCategory.get(category)
}

/** What can be written as a log source, for hints. */
export function answeredSources(): readonly string[] {
  return [own.written, ...[...byCategory.values()].map((source) => source.written)]
}

const dataset = exactly('event.dataset', 'detpack.use')

const own: AnsweredSource = { written: 'product: linux, service: detpack', where: dataset, fields: null }

const ofProcess = renamed({
  Image: 'process.executable',
  ProcessId: 'process.pid',
  ProcessGuid: 'process.entity_id',
  User: 'user.name',
})

/**
 * Sigma's categories for Linux (SigmaHQ taxonomy, fields of Sysmon for Linux). Sysmon's CommandLine is one text; it is
 * only said by a field of one text, never by the list of arguments.
 */
const byCategory: ReadonlyMap<string, AnsweredSource> = new Map([
  category('process_creation', ['process_exec'], {
    ...ofProcess,
    ...renamed({
      CommandLine: 'process.command_line',
      CurrentDirectory: 'process.working_directory',
      ParentImage: 'process.parent.executable',
      ParentProcessId: 'process.parent.pid',
      ParentProcessGuid: 'process.parent.entity_id',
      ParentCommandLine: 'process.parent.command_line',
    }),
  }),
  category('process_termination', ['process_exit'], ofProcess),
  category('file_event', ['file_create'], { ...ofProcess, ...renamed({ TargetFilename: 'file.path' }) }),
  category('file_delete', ['file_delete'], { ...ofProcess, ...renamed({ TargetFilename: 'file.path' }) }),
  category('file_rename', ['file_rename'], {
    ...ofProcess,
    ...renamed({ TargetFilename: 'file.path', SourceFilename: 'detpack.file.previous_path' }),
  }),
  category('network_connection', ['network_connect', 'network_accept'], {
    ...ofProcess,
    ...renamed({
      DestinationIp: 'destination.ip',
      DestinationPort: 'destination.port',
      DestinationHostname: 'destination.domain',
      SourceIp: 'source.ip',
      SourcePort: 'source.port',
      Protocol: 'network.transport',
    }),
    Initiated: { kind: 'rewritten', rewrite: initiated },
  }),
])

/** Who opened the connection is told by the action. */
function initiated(test: ValueTest): Predicate | undefined {
  const wanted = truth(test)
  if (wanted === undefined) return undefined
  return exactly('event.action', wanted ? 'network_connect' : 'network_accept')
}

function truth(test: ValueTest): boolean | undefined {
  if (test.is === 'boolean') return test.value
  const [part, more] = test.is === 'text' ? test.pattern : []
  if (part?.kind !== 'text' || more !== undefined) return undefined
  const word = part.text.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : undefined
}

function category(
  name: string,
  actions: readonly Action[],
  fields: Readonly<Record<string, FieldSaying>>,
): [string, AnsweredSource] {
  const action = actions.length === 0 ? never : anyOf(...actions.map((one) => exactly('event.action', one)))
  const written = `product: linux, category: ${name}`
  return [name, { written, where: all(dataset, action), fields: new Map(Object.entries(fields)) }]
}

function renamed(names: Readonly<Record<string, FieldName>>): Record<string, FieldSaying> {
  return Object.fromEntries(Object.entries(names).map(([from, to]) => [from, { kind: 'renamed', to }]))
}

function exactly(name: FieldName, value: string): Test {
  return field(name, { is: 'text', pattern: pattern(text(value)), cased: true })
}
