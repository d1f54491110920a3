import type { Task } from '../../behaviour/task.ts'
import { schemaFields } from '../../event/schema.ts'
import type { Language } from '../../backend/backend.ts'
import { mappings } from '../../mapping/mappings.ts'
import { loadTasks } from '../../pack/tasks.ts'
import { backends } from '../backends.ts'
import { mark } from '../capability/mark.ts'
import type { Shared } from '../shared.ts'
import type { ExitCode } from '../exit-code.ts'
import { loadMappedRules, loadUsableConfiguration, type MappedRules } from '../packs.ts'
import { table } from '../render/table.ts'
import { exitCodeOf, report } from '../report.ts'
import { paintFor, produce } from '../terminal.ts'
import { compileRule } from '../compilation.ts'
import { ExitCode as Code } from '../exit-code.ts'

export interface ListOptions {
  readonly format: 'text' | 'json'
  readonly mapping?: string
  readonly pipeline?: readonly string[]
}

type Row = Readonly<Record<string, string>>

export async function list(
  shared: Shared,
  what: 'rules' | 'tasks' | 'backends' | 'mappings' | 'sources' | 'fields',
  options: ListOptions,
): Promise<ExitCode> {
  if (what === 'rules') {
    const loaded = loadMappedRules([], options.mapping, { pipelines: options.pipeline })
    report(
      loaded.diagnostics.filter((one) => one.severity === 'error'),
      shared.color,
    )
    await print(ruleRows(loaded), options, shared)
    return exitCodeOf(loaded.diagnostics)
  }
  if (what === 'tasks') {
    const { tasks, diagnostics } = loadTasks(loadUsableConfiguration('.'))
    report(diagnostics, shared.color)
    await print([...tasks.values()].map(taskRow), options, shared)
    return exitCodeOf(diagnostics)
  }
  if (what === 'backends') await printBackends(options, shared)
  else await print(knownRows(what, options.mapping), options, shared)
  return Code.ok
}

function ruleRows(loaded: MappedRules): Row[] {
  return loaded.selected
    .filter((rule) => rule.alone)
    .map((rule) => ({
      level: rule.level ?? '',
      name: rule.name ?? rule.id,
      title: rule.title,
      status: rule.status ?? '',
      languages: backends
        .filter((backend) => compileRule(loaded, rule, backend).kind === 'query')
        .map((backend) => backend.language)
        .join(' '),
      file: rule.span.source.name,
    }))
}

function taskRow({ name, holder, agent, owner, grants }: Task): Row {
  const of = holder.kind === 'label' ? (agent ?? '') : holder.kind === 'unit' ? holder.unit : 'undeclared processes'
  return { name, of, owner: owner ?? '', grants: String(grants.length) }
}

const LANGUAGE_PURPOSES: Record<Language, string> = {
  eql: 'Elastic Event Query Language: single events and sequences',
  esql: 'Elastic ES|QL (8.19): single events, counts and values, two ordered steps',
  kql: 'Kibana Query Language: single events, texts with case or of known values',
  lucene: 'Lucene query strings of Elasticsearch: single events',
  spl: 'Splunk Search Processing Language: single events, ordered steps, counts, values, any order, and chains of those',
}

/** The languages, and what each of them can say. */
async function printBackends(options: ListOptions, shared: Shared): Promise<void> {
  const { capabilities } = await import('../capability/matrix.ts')
  const languages = backends.map(({ language }) => ({ language, purpose: LANGUAGE_PURPOSES[language] }))
  const rows = capabilities()
  if (options.format === 'json') {
    await produce(`${JSON.stringify({ languages, capabilities: rows }, null, 2)}\n`)
    return
  }
  await print(languages, options, shared)
  for (const of of new Set(rows.map((row) => row.of))) {
    const own = rows.filter((row) => row.of === of)
    const cells = own.map((row) => ({
      [of]: row.node,
      ...Object.fromEntries(backends.map(({ language }) => [language, mark(row.languages[language])])),
    }))
    await produce('\n')
    await print(cells, options, shared)
  }
  await produce(
    '\napprox.: only when the rule accepts it; –: refused; --format json tells why, and what to write instead\n',
  )
}

function knownRows(what: 'mappings' | 'sources' | 'fields', mapping: string | undefined): Row[] {
  switch (what) {
    case 'mappings':
      return mappings.map(({ name, purpose }) => ({ name, purpose }))
    case 'sources': {
      const chosen = mappings.filter(({ name }) => mapping === undefined || name === mapping)
      return chosen.flatMap(({ name, sources = [] }) => sources.map((source) => ({ mapping: name, source })))
    }
    case 'fields':
      return schemaFields.map(({ name, type, multi, meaning }) => ({ name, type: multi ? `${type}[]` : type, meaning }))
  }
}

async function print(rows: readonly Row[], options: ListOptions, shared: Shared): Promise<void> {
  const text =
    options.format === 'json' ? JSON.stringify(rows, null, 2) : table(rows, paintFor(process.stdout, shared.color))
  await produce(`${text}\n`)
}
