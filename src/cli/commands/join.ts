import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { NdjsonReader, renderNdjson, type NdjsonLine } from '../../event/ndjson.ts'
import { ToolJoin, type JoinCounts } from '../../event/join/tool-join.ts'
import { parseDuration } from '../../ir/duration.ts'
import { eventSink } from '../event-sink.ts'
import { chunksOf } from '../events.ts'
import type { ExitCode } from '../exit-code.ts'
import { fileProgress } from '../progress.ts'
import { plural } from '../render/plural.ts'
import { exitCodeOf, report } from '../report.ts'
import { loadResources } from '../resources.ts'
import type { Shared } from '../shared.ts'
import { say } from '../terminal.ts'
import { loadTools } from '../tools.ts'
import { Unusable } from '../unusable.ts'

export interface JoinOptions {
  readonly output?: string
  readonly slack: string
  readonly tools?: readonly string[]
  readonly resources?: string
}

/** The events of the sensor with what the calls of an agent say of them, then the calls with what was seen of them. */
export async function join(shared: Shared, calls: string, events: string, options: JoinOptions): Promise<ExitCode> {
  if (calls === '-' && events === '-') throw new Unusable('only one of the two can be standard input')
  const slack = parseDuration(options.slack)
  if (slack === undefined) throw new Unusable(`--slack ${options.slack}: write a duration such as 1s or 250ms`)
  const { own } = loadTools(options.tools ?? [])
  const joined = new ToolJoin({ resources: loadResources(options.resources), own, slack: slack * 1000 })
  const diagnostics: Diagnostic[] = []
  let others = 0
  for (const lines of linesOf(calls, diagnostics)) for (const { object } of lines) others += joined.call(object) ? 0 : 1
  if (others > 0) {
    const hint = 'first the events that "detpack import mcp", "otel" or "jsonl" made, then those of the sensor'
    throw new Unusable(`"${calls}" holds ${plural(others, 'event')} of no call of a tool; ${hint}`)
  }
  const sink = eventSink(options.output)
  try {
    for (const lines of linesOf(events, diagnostics))
      await sink.write(lines.map(({ object }) => renderNdjson(joined.use(object))).join(''))
    await sink.write([...joined.end()].map(renderNdjson).join(''))
    sink.finish()
  } catch (problem) {
    sink.abandon()
    throw problem
  }
  report(diagnostics, shared.color)
  for (const line of summary(joined.counts)) say(line)
  return exitCodeOf(diagnostics)
}

function* linesOf(file: string, diagnostics: Diagnostic[]): Generator<readonly NdjsonLine[]> {
  const progress = fileProgress(file, 'joining')
  const reader = new NdjsonReader({ name: file === '-' ? '<stdin>' : file })
  let bytes = 0
  try {
    for (const chunk of chunksOf(file)) {
      yield reader.push(chunk)
      bytes += chunk.length
      progress.read(bytes)
    }
    yield reader.end()
  } finally {
    progress.done()
  }
  diagnostics.push(...reader.diagnostics)
}

function summary({ calls, alone, replaced, views }: JoinCounts): string[] {
  const lines = [`${plural(calls, 'call')} of tools`]
  const of = (name: 'claimed' | 'within' | 'beyond' | 'unclaimed' | 'own' | 'seen' | 'unseen' | 'unchecked'): number =>
    views.get(name) ?? 0
  lines.push(`  calls: ${of('seen')} seen, ${of('unseen')} unseen, ${of('unchecked')} not to be checked`)
  lines.push(
    `  uses: ${of('claimed')} claimed, ${of('within')} within a call, ${of('beyond')} beyond all calls, ${of('unclaimed')} without a call, ${of('own')} of the agent itself`,
  )
  if (replaced > 0) lines.push(`  ${plural(replaced, 'use')} that calls say left out: the sensor saw those runs`)
  if (alone > 0)
    lines.push(`  ${plural(alone, 'call')} of runs that the sensor did not see; give the run at the import: --run`)
  return lines
}
