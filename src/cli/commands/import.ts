import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { bindParameters } from '../../behaviour/bind.ts'
import type { Binding } from '../../event/binding.ts'
import { EventLines } from '../../event/recording/event-lines.ts'
import type { ImportCounts, Importer, ImportOptions as Recording } from '../../event/recording/importer.ts'
import { AGENT_FORMATS, IMPORT_FORMATS, type ImportFormat } from '../../event/source-name.ts'
import type { UseEvent } from '../../event/use-event.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { loadTasks } from '../../pack/tasks.ts'
import type { Shared } from '../shared.ts'
import { eventSink } from '../event-sink.ts'
import { chunksOf } from '../events.ts'
import { ExitCode } from '../exit-code.ts'
import { isImportFormat, loadImporter } from '../importers.ts'
import { fileProgress } from '../progress.ts'
import { plural } from '../render/plural.ts'
import { loadUsableConfiguration } from '../packs.ts'
import { exitCodeOf, report } from '../report.ts'
import { loadResources } from '../resources.ts'
import { loadTools } from '../tools.ts'
import { say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'

export interface ImportOptions {
  readonly output?: string
  readonly task?: string
  readonly run?: string
  readonly agent?: string
  readonly bind?: readonly string[]
  readonly host?: string
  readonly resources?: string
  readonly tools?: readonly string[]
  readonly live?: boolean
}

/** Events to standard output or a file; what could not be read is told with its line, and the rest is still imported. */
export async function importRecording(
  shared: Shared,
  format: string,
  file: string,
  options: ImportOptions,
): Promise<ExitCode> {
  if (!isImportFormat(format)) {
    const hint = didYouMean(format, IMPORT_FORMATS) ?? ''
    throw new Unusable(`detpack imports ${IMPORT_FORMATS.join(', ')}, not "${format}"; ${hint}`)
  }
  const Importer = await loadImporter(format)
  const importer = new Importer(recordingOf(file, options, format))
  const sink = eventSink(options.output)
  const lines = new EventLines()
  const write: Write = async (events) => {
    for (const piece of lines.render(events)) await sink.write(piece)
  }
  try {
    await (options.live === true ? readLive(importer, file, write) : readWhole(importer, file, write))
    await write(importer.end())
    sink.finish()
  } catch (problem) {
    sink.abandon()
    throw problem
  }
  report(importer.diagnostics, shared.color)
  for (const line of summary(importer.counts)) say(line)
  return importer.counts.events === 0 && importer.counts.lines > 0 ? ExitCode.no : exitCodeOf(importer.diagnostics)
}

type Write = (events: readonly UseEvent[]) => Promise<void>

async function readWhole(importer: Importer, file: string, write: Write): Promise<void> {
  const progress = fileProgress(file, 'importing')
  let bytes = 0
  try {
    for (const chunk of chunksOf(file)) {
      await write(importer.push(chunk))
      bytes += chunk.length
      progress.read(bytes)
    }
  } finally {
    progress.done()
  }
}

/** After so long without input what is held back is given, milliseconds: records of one audit event come within it. */
const SETTLED = 2000

/** A stream that goes on: each event as soon as it is sure. */
async function readLive(importer: Importer, file: string, write: Write): Promise<void> {
  if (file !== '-') throw new Unusable('--live reads standard input: tail -F FILE | detpack import FORMAT - --live')
  const chunks = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  for (let next = chunks.next(); ;) {
    const timer = new AbortController()
    const came = await Promise.race([next, setTimeout(SETTLED, 'nothing' as const, { signal: timer.signal })])
    timer.abort()
    if (came === 'nothing') await write(importer.settle())
    else if (came.done === true) return
    else {
      await write(importer.push(came.value))
      next = chunks.next()
    }
  }
}

/** What the parameters of the task are bound to. A task that the pack does not have may be named, but not bound. */
function bindingsOf({ task: name, bind: given = [] }: ImportOptions): readonly Binding[] {
  if (name === undefined) {
    if (given.length > 0) throw new Unusable('--bind binds parameters of a task: name it with --task')
    return []
  }
  const { tasks } = loadTasks(loadUsableConfiguration('.'))
  const task = tasks.get(name)
  if (task === undefined && given.length === 0) return []
  if (task === undefined)
    throw new Unusable(
      `the pack has no task "${name}", so that it cannot be bound; ${didYouMean(name, tasks.keys()) ?? 'name one of rules/tasks'}`,
    )
  const bound = bindParameters(task, given)
  if ('problems' in bound) throw new Unusable(`nothing was imported: ${bound.problems.join('; ')}`)
  return bound.bindings
}

function recordingOf(file: string, options: ImportOptions, format: ImportFormat): Recording {
  return {
    name: file === '-' ? '<stdin>' : file,
    resources: loadResources(options.resources),
    ...(isAgentFormat(format) && { tools: loadTools(options.tools ?? []) }),
    ...(options.task === undefined
      ? {}
      : { task: { name: options.task, ...(options.run === undefined ? {} : { run: options.run }) } }),
    bindings: bindingsOf(options),
    ...(options.agent === undefined ? {} : { agent: { name: options.agent } }),
    ...(options.host === undefined ? {} : { host: { name: options.host } }),
    ...(options.live === true && { run: randomBytes(16).toString('hex') }),
  }
}

function isAgentFormat(format: ImportFormat): boolean {
  return AGENT_FORMATS.some((each) => each === format)
}

function summary(counts: ImportCounts): string[] {
  const lines = [`${plural(counts.lines, 'line')}, ${plural(counts.events, 'event')}`]
  if (counts.skipped > 0) lines.push(`  ${plural(counts.skipped, 'line')} could not be read`)
  if (counts.lost > 0) lines.push(`  ${plural(counts.lost, 'event')} lost before, by what the recording says`)
  if (counts.withoutOutcome > 0)
    lines.push(`  ${plural(counts.withoutOutcome, 'call')} came to nothing (try again, interrupted)`)
  if (counts.ignored.size > 0) {
    const names = [...counts.ignored].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`)
    const more = names.length > 8 ? `, and ${names.length - 8} more` : ''
    lines.push(`  no use of a capability: ${names.slice(0, 8).join(', ')}${more}`)
  }
  return lines
}
