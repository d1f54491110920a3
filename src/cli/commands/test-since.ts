import { parseDuration } from '../../ir/duration.ts'
import type { Rule } from '../../ir/rule.ts'
import { languageTitle } from '../../backend/refusal.ts'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { ExitCode } from '../exit-code.ts'
import { openElasticsearch, type ElasticsearchOptions, type OpenElasticsearch } from '../elasticsearch.ts'
import { findLive, type LiveFinding } from '../live.ts'
import type { MappedRules } from '../packs.ts'
import { plural } from '../render/plural.ts'
import { table } from '../render/table.ts'
import { exitCodeOfTarget, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { paintFor, produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'

export interface SinceOptions extends ElasticsearchOptions {
  /** A target of the kind elastic. */
  readonly live: string
  readonly since: string
  readonly format: 'text' | 'json' | 'junit'
}

const DAY = 86_400_000

/** What one rule would have told of. */
interface Hits {
  readonly rule: Rule
  /** In each language that says it. */
  readonly counts: Readonly<Record<string, number>>
  readonly days: ReadonlyMap<string, number>
  /** Whether languages disagree. */
  readonly apart: boolean
}

/**
 * Runs rules on the events that are already in a cluster: how often each would have alerted, before it is switched on.
 * Nothing is written. Languages that find different alerts are an answer of no.
 */
export async function testSince(shared: Shared, loaded: MappedRules, options: SinceOptions): Promise<ExitCode> {
  if (options.format === 'junit') throw new Unusable('--since goes with --format text or json')
  const length = parseDuration(options.since)
  if (length === undefined || length === 0)
    throw new Unusable(`--since takes a time such as 30d or 12h, not "${options.since}"`)
  const live = await openElasticsearch(loaded.configuration, '--live', options.live, options)
  const to = Date.now()
  const window = { from: to - length, to }
  const hits: Hits[] = []
  const diagnostics: Diagnostic[] = []
  const left: string[] = []
  try {
    for (const rule of loaded.selected.filter((one) => one.alone)) {
      const found = await hitsOf(live, loaded, rule, window)
      if (found.kind === 'failed') diagnostics.push(...found.diagnostics)
      else if (found.kind === 'left') left.push(rule.title)
      else hits.push(found.hits)
    }
  } finally {
    await live.client.close()
  }
  report(diagnostics, shared.color)
  await produce(render(hits, length / DAY, options.format, shared))
  for (const title of left) say(`left out: "${title}": no language says it that a cluster runs without Kibana`)
  if (diagnostics.length > 0) return exitCodeOfTarget(diagnostics)
  return hits.some(({ apart }) => apart) ? ExitCode.no : ExitCode.ok
}

type Found =
  | { readonly kind: 'hits'; readonly hits: Hits }
  | { readonly kind: 'left' }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

async function hitsOf(
  live: OpenElasticsearch,
  loaded: MappedRules,
  rule: Rule,
  window: { readonly from: number; readonly to: number },
): Promise<Found> {
  const all = await findLive(live.client, loaded, rule, live.configuration.elastic.index, window)
  const said = all.filter((one): one is LiveFinding => !('refused' in one))
  const failed = said.flatMap(({ found }) => (found.kind === 'failed' ? [found.diagnostic] : []))
  if (failed.length > 0) return { kind: 'failed', diagnostics: failed }
  const found = said.map(({ language, found: of }) => ({ language, of: of.kind === 'read' ? of.value : [] }))
  const [first] = found
  if (!first) return { kind: 'left' }
  const days = new Map<string, number>()
  for (const { last } of first.of) days.set(last.time.slice(0, 10), (days.get(last.time.slice(0, 10)) ?? 0) + 1)
  const ids = new Set(found.map(({ of }) => JSON.stringify(of.map(({ id }) => id).sort())))
  const counts = Object.fromEntries(found.map(({ language, of }) => [languageTitle[language], of.length]))
  return { kind: 'hits', hits: { rule, counts, days, apart: ids.size > 1 } }
}

function render(hits: readonly Hits[], days: number, format: 'text' | 'json', shared: Shared): string {
  const rows = hits.map(({ rule, counts, days: byDay, apart }) => {
    const most = Math.max(0, ...byDay.values())
    const total = Math.max(...Object.values(counts))
    return { rule, counts, total, aDay: total / days, most, byDay, apart }
  })
  if (format === 'json') {
    const told = rows.map(({ rule: { id, name, title }, byDay, ...row }) => ({
      rule: { id, name, title },
      ...row,
      byDay: Object.fromEntries([...byDay].sort()),
    }))
    return `${JSON.stringify(told, null, 2)}\n`
  }
  const cells = rows
    .sort((a, b) => b.total - a.total)
    .map(({ rule, counts, total, aDay, most, apart }) => ({
      alerts: String(total),
      'a day': aDay.toFixed(aDay < 10 ? 1 : 0),
      most: String(most),
      by: `${Object.keys(counts).join(', ')}${apart ? ` DISAGREE: ${Object.values(counts).join(', ')}` : ''}`,
      rule: rule.title,
    }))
  const sum = rows.reduce((before, { total }) => before + total, 0)
  const last = `${plural(rows.length, 'rule')}: ${plural(sum, 'alert')} in ${days.toFixed(1)} days; nothing was written`
  return cells.length === 0 ? `${last}\n` : `${table(cells, paintFor(process.stdout, shared.color))}\n\n${last}\n`
}
