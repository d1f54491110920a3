import type { ExitCode as Code } from '../exit-code.ts'
import { ExitCode } from '../exit-code.ts'
import { noticeOfDocument, noticesFor, type NoticeOptions } from '../notices.ts'
import type { MappedRules } from '../packs.ts'
import { plural } from '../render/plural.ts'
import { report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { produce, say } from '../terminal.ts'
import { alertLine, openWatch, type WatchElasticOptions } from '../watch-elastic.ts'
import type { JsonObject } from '../../event/field.ts'

export interface WatchElasticCommandOptions extends WatchElasticOptions, NoticeOptions {
  readonly format: 'text' | 'ndjson'
  /** Each rule once, then end. */
  readonly once?: boolean
}

/** How long alerts may still be handed on when the watch has ended, ms. */
const GRACE = 10_000
const REPORT_EVERY = 60_000

/** Runs the rules of the pack on the events in Elasticsearch, on schedule, until interrupted; or each once. */
export async function watchElastic(
  shared: Shared,
  loaded: MappedRules,
  options: WatchElasticCommandOptions,
): Promise<Code> {
  const notices = noticesFor(options, loaded.configuration, shared)
  const onAlerts = async (alerts: readonly JsonObject[]): Promise<void> => {
    for (const alert of alerts) notices?.push(noticeOfDocument(alert))
    const lines = alerts.map((alert) => (options.format === 'ndjson' ? JSON.stringify(alert) : alertLine(alert)))
    await produce(`${lines.join('\n')}\n`)
  }
  const onProblem = (found: Parameters<typeof report>[0]): void => report(found, shared.color)
  const watched = await openWatch(loaded, options, { onAlerts, onProblem })
  const { client, scheduler, rules, left } = watched
  for (const each of left) say(`left out: ${each}`)
  const { stats } = scheduler
  const line = (): string =>
    `${plural(stats.runs, 'run')} of ${plural(rules.length, 'rule')}, ${plural(stats.alerts, 'new alert')}` +
    `${stats.failed > 0 ? `, ${stats.failed} failed` : ''}${stats.behind > 1000 ? `, up to ${Math.round(stats.behind / 1000)} s late` : ''}`
  const stop = (): void => scheduler.stop()
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const reporting = setInterval(() => say(line()), REPORT_EVERY)
  try {
    if (options.once === true) await scheduler.once()
    else {
      say(`watching ${options.from} with ${plural(rules.length, 'rule')}; interrupt to end`)
      await scheduler.run()
    }
  } finally {
    clearInterval(reporting)
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await notices?.end(GRACE)
    await client.close()
  }
  say(line())
  if (notices !== undefined)
    say(`${plural(notices.handed, 'alert')} handed on${notices.lost > 0 ? `, ${notices.lost} not` : ''}`)
  return stats.failed > 0 && options.once === true ? ExitCode.target : ExitCode.ok
}
